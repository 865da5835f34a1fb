// Reading and following flows in a thread of its own: this side holds the same memory and tells a listener what
// happened, in order.
//
// Who waits for whom: the thread sleeps only without a free buffer, and then all that it wrote was reported before, so
// this side has what it needs to give one back. Asleep it still takes orders, scoring among them, so this side never
// waits for scores of somebody who waits for it. An order is sent before the count of orders goes up, and the thread
// sleeps on the count that it saw before it took orders: none comes unseen in between. What a message may rely on was
// sent before it, in the same queue. A message costs 3 to 15 us where nobody takes this side's processor, and there are
// some four for 2 MiB: a ring of words in shared memory could save half a per cent.
import type { Worker } from 'node:worker_threads';
import { MARK_GTP, inChunk, protocolId } from '../decode/index.ts';
import { type Ingest, type IngestListener, type IngestOptions, shownProtocol } from '../flow/index.ts';
import type { CaptureMeta, Ending, InflateLimits } from '../read/index.ts';
import { type PacketRow, packetRow, SaidError, say } from '../../contract/index.ts';
import type { Detector } from './detector.ts';
import { EventBuffer, EventReader } from './ingest-events.ts';
import type { IngestNews, IngestOrder, IngestReport, IngestTask } from './ingest-worker.ts';
import { startWorker } from './threads.ts';
import { VectorBlock } from './vector-block.ts';

/**
 * Parts of the capture under way at most. Parts are large, since waking a thread costs as much as some hundred packets.
 */
const PARTS = 6;
const NOTHING = new Uint8Array(0);
const PART_BYTES = 2 * 1024 * 1024;
const EVENT_BYTES = 512 * 1024;
/** The rest of the process has a turn after so many milliseconds at most, and a part. */
const TURN = 10;
/** Blocks of vectors that are filled, scored or looked at. */
const BLOCKS = 12;

export interface IngestThreadOptions {
  readonly path: string;
  readonly cacheFolder: string;
  readonly limits?: InflateLimits;
  readonly ingest: IngestOptions;
  /** Leans on the thread: it scores between parts, while this side is behind. */
  readonly detector: Detector | null;
  /** For tests: parts and events so small that they end in the middle of everything. */
  readonly bytes?: { readonly part: number; readonly events: number };
}

export class IngestThread {
  meta: CaptureMeta | null = null;
  private progress: { taken: number; size: number | null } = { taken: 0, size: null };
  private end: Extract<IngestReport, { kind: 'end' }> | null = null;
  private readonly worker: Worker;
  private readonly mirror: Ingest;
  private readonly listener: IngestListener;
  private readonly data: Uint8Array[] = [];
  private readonly events: EventBuffer[];
  private readonly blocks: readonly VectorBlock[] = Array.from({ length: BLOCKS }, () => new VectorBlock());
  /**
   * Where the vector stands of the flow that the listener is told of: what its state says is written, in the order in
   * which flows are told.
   */
  block: VectorBlock = this.blocks[0]!;
  private readonly reader = new EventReader();
  private readonly signal = new Int32Array(new SharedArrayBuffer(4));
  private readonly queue: Exclude<IngestReport, { kind: 'scored' }>[] = [];
  private readonly names = new Uint16Array(65_536);
  private known = 0;
  /** All protocol ids so far are the same in both threads. */
  private alike = true;
  private turn = performance.now();
  private wake: (() => void) | null = null;
  private failure: Error | null = null;
  /** The end was heard of; reports before it may still be in the queue. */
  private toldEnd = false;

  /**
   * @param mirror takes over what the thread finds; it reads nothing itself
   * @param listener hears of it during `step`
   */
  constructor(mirror: Ingest, listener: IngestListener, o: IngestThreadOptions) {
    this.mirror = mirror;
    this.listener = listener;
    const events = Array.from({ length: PARTS }, () => new SharedArrayBuffer(o.bytes?.events ?? EVENT_BYTES));
    this.events = events.map((b) => new EventBuffer(b));
    const workerData: IngestTask = {
      path: o.path,
      cacheFolder: o.cacheFolder,
      limits: o.limits ?? null,
      ingest: o.ingest,
      parts: { count: PARTS, bytes: o.bytes?.part ?? PART_BYTES },
      events,
      blocks: this.blocks.map(({ vectors, raw, novelty }) => ({ vectors, raw, novelty })),
      trees: o.detector?.trees ?? null,
      signal: this.signal,
    };
    this.worker = startWorker(import.meta.url, 'ingest-worker', { workerData });
    o.detector?.leanOn((block) => this.score(block));
    this.worker.on('message', (report: IngestReport) => {
      if (report.kind === 'scored') {
        o.detector!.ready(report.sequence);
        return;
      }
      if (report.kind === 'end') this.toldEnd = true;
      this.queue.push(report);
      this.wake?.();
    });
    const lost = (error: Error): void => {
      this.failure ??= error;
      o.detector?.fail(this.failure);
      this.wake?.();
    };
    this.worker.on('error', lost);
    this.worker.on('exit', (code) => {
      if (!this.toldEnd) lost(new SaidError(say('reading-ended', { code })));
    });
  }

  /** How far reading is, as a reader's source tells it. */
  get source(): { readonly size: number | null; taken(): number } {
    const { size, taken } = this.progress;
    return { size, taken: () => taken };
  }

  /** Tells what one part of the capture brought. @returns false when nothing is left */
  async step(): Promise<boolean> {
    if (performance.now() - this.turn > TURN) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.turn = performance.now();
    }
    while (this.queue.length === 0) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const report = this.queue.shift()!;
    if (report.kind === 'end') {
      this.end = report;
      this.meta = report.meta;
      return false;
    }
    this.take(report);
    return true;
  }

  /** How the capture ended; after the last step. */
  ending(): Ending {
    return this.end!.ending;
  }

  private score(block: VectorBlock): void {
    const { sequence, count } = block;
    this.order({ kind: 'score', sequence, vectors: this.blocks.indexOf(block), count });
  }

  /** What was scored is told: the block is free again. */
  free(block: VectorBlock): void {
    this.order({ kind: 'free', vectors: this.blocks.indexOf(block) });
  }

  /** Reads no further; what was read is still told. */
  stop(): void {
    this.order({ kind: 'stop' });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private take(report: Extract<IngestReport, { kind: 'events' }>): void {
    const { mirror, listener } = this;
    const { columns } = mirror.flows;
    this.adopt(report.news);
    const before = mirror.packets.count;
    mirror.packetCount = report.packets;
    mirror.baseSeconds = report.base;
    mirror.packets.count = report.rows;
    this.progress = report;
    if (!this.alike) for (let row = before; row < report.rows; row++) this.translate(packetRow(row));
    const data = this.data[report.data] ?? NOTHING;
    const rows = mirror.packets.chunks.length > 0;
    this.reader.read(this.events[report.events]!, report.words, data, this.names, listener, {
      began: (row) => {
        columns.count = row + 1;
      },
      vector: (block) => {
        this.block = this.blocks[block]!;
      },
      named: (packet, protocol) => {
        if (rows) this.name(packetRow(packet), protocol);
      },
    });
    this.order({ kind: 'back', data: report.lastOfData ? report.data : -1, events: report.events });
  }

  private adopt(news: IngestNews): void {
    const { flows, packets, addresses, pairs } = this.mirror;
    if (news.columns !== null) flows.columns.adopt(news.columns);
    for (const chunk of news.chunks) packets.adopt(chunk.buffer, chunk.start);
    for (const name of news.names) {
      const id = protocolId(name);
      if (id !== this.known) this.alike = false;
      this.names[this.known++] = id;
    }
    if (news.addresses.length > 0) addresses.addWords(news.addresses);
    for (const id of news.pairs) pairs.push(id);
    if (news.data !== null) this.data[news.data.id] = news.data.buffer;
  }

  private translate(row: PacketRow): void {
    const chunk = this.mirror.packets.chunk(row);
    const i = inChunk(row);
    chunk.protocol[i] = this.names[chunk.protocol[i]!]!;
  }

  private name(row: PacketRow, protocol: number): void {
    const chunk = this.mirror.packets.chunk(row);
    const i = inChunk(row);
    chunk.protocol[i] = shownProtocol(protocol, chunk.marks[i]! & MARK_GTP);
  }

  private order(order: IngestOrder): void {
    this.worker.postMessage(order);
    Atomics.add(this.signal, 0, 1);
    Atomics.notify(this.signal, 0);
  }
}
