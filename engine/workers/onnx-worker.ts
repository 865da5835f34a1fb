// Runs one ONNX model, in a thread that can be ended at any time. The runtime is onnxruntime-web: WebAssembly, so the
// model reaches nothing but its own memory, and that is bounded here.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { errorText, type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import type { OnnxNetwork } from '../detect/index.ts';

/** What the thread is started with. */
export interface OnnxThreadData {
  readonly network: OnnxNetwork;
  /** Features of a vector. */
  readonly width: number;
  readonly megabytes: number;
}

/** Vectors in shared memory, and where scores go. */
export interface OnnxTask {
  readonly id: number;
  readonly vectors: Float32Array;
  readonly raw: Float64Array;
  readonly count: number;
}

/** First whether the model can be used at all, then one answer a task. */
export type OnnxAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: Message }
  | { readonly kind: 'done'; readonly id: number };

type Runtime = typeof import('onnxruntime-web/wasm');

const PAGES_OF_MEGABYTE = 16;
const LONGEST_REASON = 300;

/** The runtime takes up to 4 GB; it is given less before it asks. */
function boundMemory(megabytes: number): void {
  const most = megabytes * PAGES_OF_MEGABYTE;
  const { Memory } = WebAssembly;
  const bounded = class extends Memory {
    constructor(o: ConstructorParameters<typeof Memory>[0]) {
      super({ ...o, maximum: Math.min(o.maximum ?? most, most) });
    }
  };
  Object.defineProperty(WebAssembly, 'Memory', { value: bounded });
}

async function runtime(): Promise<Runtime> {
  try {
    const ort = await import('onnxruntime-web/wasm');
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'fatal';
    return ort;
  } catch (error) {
    throw new SaidError(say('onnx-no-runtime', { why: errorText(error) }));
  }
}

class Network {
  private readonly ort: Runtime;
  private readonly session: InferenceSession;
  private readonly o: OnnxNetwork;
  private readonly width: number;
  private readonly inputs: Float32Array;

  private constructor(ort: Runtime, session: InferenceSession, o: OnnxNetwork, width: number) {
    this.ort = ort;
    this.session = session;
    this.o = o;
    this.width = width;
    this.inputs = new Float32Array(o.rows * o.places.length);
  }

  /** @throws SaidError for a model that cannot be used */
  static async start({ network, width }: OnnxThreadData): Promise<Network> {
    const ort = await runtime();
    // The runtime reads no shared memory.
    const bytes = Uint8Array.from(network.bytes);
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 4 });
    const made = new Network(ort, session, network, width);
    await made.tryOut();
    return made;
  }

  /** Writes a score for each vector; NaN where the model answers no number. */
  async score(vectors: Float32Array, raw: Float64Array, count: number): Promise<void> {
    const { rows } = this.o;
    for (let from = 0; from < count; from += rows) {
      const many = Math.min(rows, count - from);
      for (let r = 0; r < many; r++) this.take(vectors, (from + r) * this.width, r);
      const answers = await this.run(many);
      for (let r = 0; r < many; r++) raw[from + r] = answers(r);
    }
  }

  /** A whole block of made vectors, the first without any value. @throws SaidError */
  private async tryOut(): Promise<void> {
    const { rows, isProbability } = this.o;
    const vectors = new Float32Array(rows * this.width).fill(NaN);
    for (let r = 1; r < rows; r++) vectors.fill(r % 2, r * this.width, (r + 1) * this.width);
    const raw = new Float64Array(rows);
    await this.score(vectors, raw, rows);
    for (const value of raw) {
      if (value !== value) throw new SaidError(say('onnx-no-number'));
      if (isProbability && (value < -1e-6 || value > 1 + 1e-6))
        throw new SaidError(say('onnx-no-probability', { value: String(Number(value.toPrecision(6))) }));
    }
  }

  private take(vectors: Float32Array, from: number, row: number): void {
    const { places, missing } = this.o;
    const at = row * places.length;
    for (let f = 0; f < places.length; f++) {
      const v = vectors[from + places[f]!]!;
      this.inputs[at + f] = v !== v && missing !== null ? missing[f]! : v;
    }
  }

  /** @param many rows that count; a model of a fixed size gets what is there beside them @returns answers by row */
  private async run(many: number): Promise<(row: number) => number> {
    const { input, output, places, isFixed, rows } = this.o;
    const given = isFixed ? rows : many;
    const values = this.inputs.slice(0, given * places.length);
    const asked = { [input]: new this.ort.Tensor('float32', values, [given, places.length]) };
    const answered = (await this.session.run(asked, [output]))[output]!;
    const column = this.column(answered, given);
    const { data } = answered;
    const each = answered.dims[1] ?? 1;
    const numbers = data as Float32Array | Float64Array;
    return (row) => {
      const value = numbers[row * each + column]!;
      return Number.isFinite(value) ? value : NaN;
    };
  }

  /** @throws SaidError for an answer of another shape */
  private column({ dims, type, data }: Tensor, rows: number): number {
    const { column } = this.o;
    const each = dims.length === 1 ? 1 : dims[1]!;
    const chosen = column ?? (each === 1 || each === 2 ? each - 1 : NaN);
    const isNumbers = type === 'float32' || type === 'float64';
    if (isNumbers && dims.length <= 2 && dims[0] === rows && chosen < each && data.length === rows * each)
      return chosen;
    throw new SaidError(say('onnx-answer-shape', { shape: `[${dims.join(', ')}]`, rows }));
  }
}

function answer(a: OnnxAnswer): void {
  parentPort!.postMessage(a);
}

/** What the runtime says may be long, and names what is in the model. */
function reasonOf(error: unknown, megabytes: number): Message {
  if (error instanceof SaidError) return saidBy(error);
  const text = errorText(error);
  if (/bad_alloc|out of memory|Aborted|memory access|Failed to allocate/i.test(text))
    return say('onnx-memory', { megabytes });
  return say('onnx-refused', { why: text.replace(/\s+/g, ' ').slice(0, LONGEST_REASON) });
}

async function main(o: OnnxThreadData): Promise<void> {
  boundMemory(o.megabytes);
  const refuse = (error: unknown): void => answer({ kind: 'refused', message: reasonOf(error, o.megabytes) });
  try {
    const network = await Network.start(o);
    let before: Promise<void> = Promise.resolve();
    parentPort!.on('message', ({ id, vectors, raw, count }: OnnxTask) => {
      before = before
        .then(() => network.score(vectors, raw, count))
        .then(() => answer({ kind: 'done', id }))
        .catch(refuse);
    });
    answer({ kind: 'ready' });
  } catch (error) {
    refuse(error);
  }
}

// Not awaited: see `left-out-worker.ts` in the Lab.
if (parentPort !== null) void main(workerData as OnnxThreadData);
