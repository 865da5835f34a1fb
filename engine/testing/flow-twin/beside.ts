// The kernel and its twin side by side: both take each packet, and whatever they say of it, keep of its flow and write
// into rows must be the same.
import { type CapturedPacket, type PacketSink } from '../../read/index.ts';
import type { Layers } from '../../decode/index.ts';
import {
  D_STRIDE,
  type FlowTables,
  H_STRIDE,
  Ingest,
  type IngestListener,
  type IngestOptions,
  type PayloadTime,
  SEQUENCE,
  U_STRIDE,
} from '../../flow/index.ts';
import { TwinIngest } from './ingest.ts';

type Told = (string | number | boolean)[];

/** Writes down what it hears, with the state of the flow where that is to be read. */
class Notes implements IngestListener {
  readonly told: Told = [];
  tables: FlowTables | null = null;

  began(slot: number, row: number, nanoseconds: number): void {
    this.told.push('began', slot, row, nanoseconds);
  }

  payload(slot: number, dir: number, l: Layers, buf: Uint8Array, at: PayloadTime, whole: boolean): number {
    const { told } = this;
    told.push('payload', slot, dir, whole, at.nanoseconds, at.seconds, at.packet, l.payloadLength);
    told.push(l.payloadWire, l.protocol, l.payloadNumber, l.ipProtocol, l.net, l.damaged, l.hasPorts, l.fragment);
    if (l.hasPorts) told.push(l.sourcePort, l.destinationPort);
    else told.push(l.icmpType, l.icmpCode);
    told.push(l.tcpFlags, l.tcpSequence, l.ahead);
    if (l.payloadLength > 0) told.push(l.payloadAt, buf[l.payloadAt]!);
    // Names that depend on nothing but the packet: rows are named as an inspector would name them.
    return l.payloadLength % 3 === 0 ? l.protocol : 1 + (l.payloadLength % 7);
  }

  checkpoint(slot: number, row: number, packets: number, sec: number, nsec: number): void {
    this.told.push('checkpoint', slot, row, packets, sec, nsec);
    this.state(slot);
  }

  late(row: number, dir: number, wire: number, sec: number, nsec: number, packet: number): void {
    this.told.push('late', row, dir, wire, sec, nsec, packet);
  }

  completed(slot: number, row: number, unanswered: boolean, nanoseconds: number): void {
    this.told.push('completed', slot, row, unanswered, nanoseconds);
    this.state(slot);
  }

  private state(slot: number): void {
    const { u, d, h, sequenceLengths, sequenceGaps } = this.tables!;
    const part = (table: ArrayLike<number>, stride: number): void => {
      for (let i = slot * stride; i < (slot + 1) * stride; i++) this.told.push(table[i]!);
    };
    part(u, U_STRIDE);
    part(d, D_STRIDE);
    part(h, H_STRIDE);
    part(sequenceLengths, SEQUENCE);
    part(sequenceGaps, SEQUENCE);
  }
}

export class Beside implements PacketSink {
  packets = 0;
  private readonly notes = new Notes();
  private readonly twinNotes = new Notes();
  readonly kernel: Ingest;
  readonly twin: TwinIngest;

  constructor(options: Omit<IngestOptions, 'keepPackets' | 'checkpoints'> = {}) {
    const all = { ...options, keepPackets: true, checkpoints: true };
    this.kernel = new Ingest(this.notes, all);
    this.twin = new TwinIngest(this.twinNotes, all);
    this.notes.tables = this.kernel.flows.state;
    this.twinNotes.tables = this.twin.flows.state;
  }

  packet(p: CapturedPacket): void {
    this.kernel.packet(p);
    this.twin.packet(p);
    this.packets++;
    this.compare();
  }

  tick(seconds: number): void {
    this.kernel.tick(seconds);
    this.twin.tick(seconds);
    this.compare();
  }

  /** Ends both and compares rows. */
  finish(): void {
    this.kernel.finish();
    this.twin.finish();
    this.compare();
    const fields = new Map(this.kernel.flows.columns.fields().map(([name, array]) => [name, array]));
    const rows = this.twin.flows.columns.count;
    for (const [name, expected, perRow] of this.twin.flows.columns.fields()) {
      const found = fields.get(name)!;
      for (let i = 0; i < rows * perRow; i++) {
        if (!Object.is(found[i], expected[i]))
          this.fail(`flow ${Math.floor(i / perRow)}, ${name}`, found[i], expected[i]);
      }
    }
    this.comparePackets();
  }

  private comparePackets(): void {
    const { packets: found } = this.kernel;
    const { packets: expected } = this.twin;
    if (found.count !== expected.count) this.fail('rows of packets', found.count, expected.count);
    expected.chunks.forEach((chunk, i) => {
      const { buffer: _, ...columns } = chunk!;
      const others: Readonly<Record<string, unknown>> = { ...found.chunks[i]! };
      for (const [name, column] of Object.entries(columns)) {
        const other = others[name] as ArrayLike<number>;
        const count = Math.min(column.length, expected.count - i * column.length);
        for (let at = 0; at < count; at++) {
          if (other[at] !== column[at]) this.fail(`packet ${i * column.length + at}, ${name}`, other[at], column[at]);
        }
      }
    });
  }

  private compare(): void {
    const { told } = this.notes;
    const { told: expected } = this.twinNotes;
    const count = Math.max(told.length, expected.length);
    for (let i = 0; i < count; i++) {
      if (!Object.is(told[i], expected[i])) {
        const from = Math.max(0, i - 12);
        this.fail(`word ${i} of [${expected.slice(from, i + 1).join(' ')}]`, told[i], expected[i]);
      }
    }
    told.length = 0;
    expected.length = 0;
  }

  private fail(what: string, found: unknown, expected: unknown): never {
    throw new Error(`packet ${this.packets}: ${what}: the kernel has ${String(found)}, its twin ${String(expected)}`);
  }
}
