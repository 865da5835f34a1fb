// The thread that reads a capture and follows its flows by their headers; what it finds lies in shared memory, events
// say in which order.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { protocolNames } from '../decode/index.ts';
import { type PackedTrees, scoreBlock } from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { type HeaderColumns, Ingest, type IngestOptions } from '../flow/index.ts';
import { type CaptureMeta, type CaptureReader, type Ending, type InflateLimits, openCapture } from '../read/index.ts';
import { EventBuffer, EventWriter, type VectorWriter } from './ingest-events.ts';
import { BLOCK_ROWS, type BlockArrays } from './vector-block.ts';

/** What the thread is started with. Buffers have numbers; they go to and fro between the threads. */
export interface IngestTask {
  readonly path: string;
  readonly cacheFolder: string;
  readonly limits: InflateLimits | null;
  readonly ingest: IngestOptions;
  /** Buffers that are read into, and the bytes of each. */
  readonly parts: { readonly count: number; readonly bytes: number };
  readonly events: readonly SharedArrayBuffer[];
  readonly blocks: readonly BlockArrays[];
  /** Null where others score. */
  readonly trees: PackedTrees | null;
  /** Counts orders: this thread sleeps on it. */
  readonly signal: Int32Array;
}

/** Messages are only read by asking for them, without a listener, so that none is lost while the loop runs. */
export type IngestOrder =
  /** Buffers that were read, -1 for none. */
  | { readonly kind: 'back'; readonly data: number; readonly events: number }
  /** Vectors that are whole. */
  | { readonly kind: 'score'; readonly sequence: number; readonly vectors: number; readonly count: number }
  /** Vectors whose scores were taken. */
  | { readonly kind: 'free'; readonly vectors: number }
  | { readonly kind: 'stop' };

/** What is new since the report before. */
export interface IngestNews {
  readonly columns: HeaderColumns | null;
  readonly chunks: readonly { readonly buffer: SharedArrayBuffer; readonly start: number }[];
  readonly names: readonly string[];
  readonly addresses: Uint32Array;
  readonly pairs: readonly number[];
  /** A buffer that had to grow. */
  readonly data: { readonly id: number; readonly buffer: Uint8Array } | null;
}

export type IngestReport =
  | {
      readonly kind: 'events';
      readonly events: number;
      readonly words: number;
      readonly data: number;
      readonly lastOfData: boolean;
      readonly packets: number;
      readonly rows: number;
      readonly base: number;
      readonly taken: number;
      readonly size: number | null;
      readonly news: IngestNews;
    }
  | { readonly kind: 'scored'; readonly sequence: number }
  | { readonly kind: 'end'; readonly ending: Ending; readonly meta: CaptureMeta | null };

class IngestLoop implements VectorWriter {
  private readonly ingest: Ingest;
  private readonly writer: EventWriter;
  private readonly events: readonly EventBuffer[];
  /** In the kernel's memory: it reads packets where they were read to. */
  private readonly data: Uint8Array[] = [];
  private readonly parts: IngestTask['parts'];
  private readonly freeEvents: number[];
  private readonly freeData: number[];
  private readonly blocks: readonly BlockArrays[];
  private readonly trees: PackedTrees | null;
  private readonly freeVectors: number[];
  private block = -1;
  private filled = BLOCK_ROWS;
  private readonly signal: Int32Array;
  private heard = 0;
  private event: number;
  private datum = -1;
  private grown: IngestNews['data'] = null;
  /** Reports that were not answered yet. */
  private under = 0;
  private stopping = false;
  private reader: CaptureReader | null = null;
  private readonly sent: {
    columns: Uint32Array | null;
    chunks: number;
    names: number;
    addresses: number;
    pairs: number;
  } = { columns: null, chunks: 0, names: 0, addresses: 1, pairs: 0 };

  constructor(o: IngestTask) {
    this.events = o.events.map((b) => new EventBuffer(b));
    this.parts = o.parts;
    this.freeData = Array.from({ length: o.parts.count }, (_, i) => i);
    this.freeEvents = o.events.map((_, i) => i).slice(1);
    this.blocks = o.blocks;
    this.trees = o.trees;
    this.freeVectors = o.blocks.map((_, i) => i);
    this.signal = o.signal;
    this.event = 0;
    this.writer = new EventWriter(this.events[0]!, this, () => this.report(false));
    this.ingest = new Ingest(this.writer, o.ingest);
    this.ingest.flows.columns.headersOnly();
    this.ingest.flows.watched = true;
  }

  async run(o: IngestTask): Promise<void> {
    const opened = openCapture(o.path, this.ingest, {
      cacheFolder: o.cacheFolder,
      ...(o.limits ? { limits: o.limits } : {}),
    });
    if (!opened.ok) {
      this.say({ kind: 'end', ending: opened.ending, meta: null });
      return;
    }
    const { reader } = opened;
    this.reader = reader;
    reader.stream.onFull = (least) => this.buffer(least);
    try {
      for (let more = true; more && !this.stopping;) {
        this.hear();
        more = await reader.step();
        // Events are handed over at once while the other thread has nothing to do.
        if (this.under === 0 && this.writer.at > 0) this.report(false);
      }
      this.report(true);
      this.ingest.finish();
      this.report(true);
      this.say({ kind: 'end', ending: reader.ending(), meta: reader.meta });
      // The last blocks are still to be scored: the thread stays until it is ended.
      if (this.trees !== null) parentPort!.on('message', (order: IngestOrder) => this.obey(order));
    } finally {
      reader.close();
      if (opened.temporary) reader.discard();
    }
  }

  take(slot: number): number {
    if (this.filled === BLOCK_ROWS) {
      // What waits for vectors to be scored needs to hear of those that are full.
      if (this.freeVectors.length === 0) this.report(false);
      while (this.freeVectors.length === 0) this.wait();
      this.block = this.freeVectors.pop()!;
      this.filled = 0;
    }
    this.ingest.flows.fillState(slot, this.blocks[this.block]!.vectors, this.filled++ * FEATURE_COUNT);
    return this.block;
  }

  /** The buffer that is read into next; what the one before brought is reported. */
  private buffer(least: number): Uint8Array {
    if (this.datum >= 0) this.report(true);
    while (this.freeData.length === 0) this.wait();
    this.datum = this.freeData.pop()!;
    let buffer = this.data[this.datum];
    if (buffer === undefined || buffer.length < least) {
      buffer = this.data[this.datum] = this.ingest.room(Math.max(least, this.parts.bytes));
      this.grown = { id: this.datum, buffer };
    }
    return buffer;
  }

  /** Hands over the events written so far. @param last no more will speak of the data that is being read */
  private report(last: boolean): void {
    this.hear();
    const { ingest, sent, writer, reader } = this;
    const { columns } = ingest.flows;
    const chunks = ingest.packets.chunks
      .slice(sent.chunks)
      .map((c, i) => ({ buffer: c!.buffer, start: ingest.packets.starts[sent.chunks + i]! }));
    const news: IngestNews = {
      columns: columns.initiator === sent.columns ? null : columns.headers(),
      chunks,
      names: protocolNames().slice(sent.names),
      addresses: ingest.addresses.wordsFrom(sent.addresses),
      pairs: ingest.pairs.slice(sent.pairs),
      data: this.grown,
    };
    Object.assign(sent, {
      columns: columns.initiator,
      chunks: ingest.packets.chunks.length,
      names: protocolNames().length,
      addresses: ingest.addresses.size,
      pairs: ingest.pairs.length,
    });
    this.grown = null;
    this.say({
      kind: 'events',
      events: this.event,
      words: writer.at,
      data: this.datum,
      lastOfData: last,
      packets: ingest.packetCount,
      rows: ingest.packets.count,
      base: ingest.baseSeconds,
      taken: reader!.source.taken(),
      size: reader!.source.size,
      news,
    });
    this.under++;
    if (last) this.datum = -1;
    while (this.freeEvents.length === 0) this.wait();
    this.event = this.freeEvents.pop()!;
    writer.buffer = this.events[this.event]!;
    writer.at = 0;
  }

  private say(report: IngestReport): void {
    parentPort!.postMessage(report);
  }

  /** Sleeps until the other thread says something. */
  private wait(): void {
    Atomics.wait(this.signal, 0, this.heard);
    this.hear();
  }

  /** Takes the other thread's messages without leaving the loop. */
  private hear(): void {
    const heard = Atomics.load(this.signal, 0);
    if (heard === this.heard) return;
    this.heard = heard;
    for (let got = receiveMessageOnPort(parentPort!); got !== undefined; got = receiveMessageOnPort(parentPort!))
      this.obey(got.message as IngestOrder);
  }

  private obey(order: IngestOrder): void {
    switch (order.kind) {
      case 'stop':
        this.stopping = true;
        break;
      case 'free':
        this.freeVectors.push(order.vectors);
        break;
      case 'score': {
        const { vectors, raw, novelty } = this.blocks[order.vectors]!;
        scoreBlock(this.trees!, vectors, order.count, FEATURE_COUNT, raw, novelty);
        this.say({ kind: 'scored', sequence: order.sequence });
        break;
      }
      case 'back':
        this.under--;
        if (order.data >= 0) this.freeData.push(order.data);
        if (order.events >= 0) this.freeEvents.push(order.events);
    }
  }
}

// Not awaited: see `left-out-worker.ts` in the Lab. What it throws reaches the thread that started this one all the same.
if (parentPort !== null) void new IngestLoop(workerData as IngestTask).run(workerData as IngestTask);
