// ONNX models score here: one thread a model, which is ended when it takes too long, and which nobody waits for when the
// program is over. Whoever scores by the same model shares it.
import type { Worker } from 'node:worker_threads';
import { errorText, type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import { type Model, MOST_ROWS, type OnnxModel } from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { OnnxAnswer, OnnxTask, OnnxThreadData } from './onnx-worker.ts';
import { startWorker } from './threads.ts';

export interface OnnxLimits {
  /** How long the runtime may take to load the model and to try it out, ms. */
  readonly start: number;
  /** How long a block of 512 vectors may take, ms. */
  readonly block: number;
  /** The runtime's memory. */
  readonly megabytes: number;
}

/** Generous ones: a machine may be busy. The runtime alone takes a second or two to start. */
export const ONNX_LIMITS: OnnxLimits = { start: 30_000, block: 20_000, megabytes: 512 };

interface Task {
  readonly task: OnnxTask;
  readonly done: () => void;
  readonly failed: (error: SaidError) => void;
}

/** What the thread may keep beside the runtime's memory, MB. */
const HEAP_MB = 256;

const shared = new Map<string, OnnxScorer>();

export class OnnxScorer {
  private readonly worker: Worker;
  private readonly limits: OnnxLimits;
  private readonly key: string;
  private readonly name: string;
  private readonly tasks: Task[] = [];
  private nextId = 0;
  private isReady = false;
  private failure: SaidError | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly waiting: ((failure: SaidError | null) => void)[] = [];

  /** The scorer of a model, started when it is asked for first, or again after it broke. */
  static of(model: OnnxModel): OnnxScorer {
    const known = shared.get(model.sha256);
    if (known !== undefined) return known;
    const made = new OnnxScorer(model, ONNX_LIMITS);
    shared.set(model.sha256, made);
    return made;
  }

  constructor({ name, network, sha256 }: OnnxModel, limits: OnnxLimits) {
    this.name = name;
    this.limits = limits;
    this.key = sha256;
    const data: OnnxThreadData = { network, width: FEATURE_COUNT, megabytes: limits.megabytes };
    // What the runtime prints names parts of the model: nobody reads it.
    this.worker = startWorker(import.meta.url, 'onnx-worker', {
      workerData: data,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.worker.on('message', (answer: OnnxAnswer) => this.hear(answer));
    this.worker.on('error', (error) => this.fail(reasonOf(error, limits)));
    this.worker.on('exit', () => this.fail(say('onnx-ended')));
    this.watch(limits.start);
  }

  /** Resolves when the model has scored a trial. @throws SaidError where it cannot be used */
  ready(): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push((failure) => (failure === null ? resolve() : reject(failure)));
    });
  }

  /** Scores shared vectors into `raw`: NaN where the model has no number. @throws SaidError where it broke */
  score(vectors: Float32Array, raw: Float64Array, count: number): Promise<void> {
    return new Promise((done, failed) => {
      if (this.failure !== null) {
        failed(this.stopped(this.failure));
        return;
      }
      this.tasks.push({ task: { id: this.nextId++, vectors, raw, count }, done, failed });
      if (this.isReady && this.tasks.length === 1) this.next();
    });
  }

  /** One vector. @throws SaidError where it broke */
  async scoreOne(vector: Float32Array): Promise<number> {
    const vectors = new Float32Array(new SharedArrayBuffer(FEATURE_COUNT * 4));
    vectors.set(vector.subarray(0, FEATURE_COUNT));
    const raw = new Float64Array(new SharedArrayBuffer(8));
    await this.score(vectors, raw, 1);
    return raw[0]!;
  }

  async close(): Promise<void> {
    this.end(new SaidError(say('onnx-ended')));
    await this.worker.terminate();
  }

  private next(): void {
    const [first] = this.tasks;
    if (first === undefined) {
      this.worker.unref();
      return;
    }
    this.watch(this.limits.block * Math.ceil(first.task.count / MOST_ROWS));
    this.worker.postMessage(first.task);
  }

  private hear(answer: OnnxAnswer): void {
    this.unwatch();
    switch (answer.kind) {
      case 'refused':
        this.fail(answer.message);
        break;
      case 'ready':
        this.isReady = true;
        for (const tell of this.waiting.splice(0)) tell(null);
        this.next();
        break;
      case 'done':
        this.tasks.shift()?.done();
        this.next();
    }
  }

  private watch(ms: number): void {
    this.worker.ref();
    this.timer = setTimeout(() => this.fail(say('onnx-too-slow', { seconds: Math.ceil(ms / 1000) })), ms);
  }

  private unwatch(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private fail(message: Message): void {
    if (this.failure !== null) return;
    this.end(new SaidError(message));
    void this.worker.terminate();
  }

  private end(failure: SaidError): void {
    this.unwatch();
    if (shared.get(this.key) === this) shared.delete(this.key);
    this.failure ??= failure;
    for (const tell of this.waiting.splice(0)) tell(this.failure);
    for (const { failed } of this.tasks.splice(0)) failed(this.stopped(this.failure));
  }

  /** Why scores are missing, as a whole sentence. */
  private stopped(why: SaidError): SaidError {
    return new SaidError(say('onnx-stopped', { name: this.name, why: why.said }));
  }
}

function reasonOf(error: Error, { megabytes }: OnnxLimits): Message {
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError;
  return isMemory ? say('onnx-memory', { megabytes }) : say('onnx-refused', { why: errorText(error) });
}

/**
 * Finds out whether a model can be used: an ONNX model is loaded and tried out.
 * @throws SaidError that names its file, where it cannot
 */
export async function proveModel(path: string, model: Model): Promise<void> {
  if (model.kind !== 'onnx') return;
  try {
    await OnnxScorer.of(model).ready();
  } catch (error) {
    throw new SaidError(say('model-not-used', { path, why: saidBy(error) }));
  }
}
