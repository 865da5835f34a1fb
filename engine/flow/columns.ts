// What stays of a flow: one row of 126 bytes, in SharedArrayBuffers that grow by doubling.
import {
  type AddressId,
  addressId,
  CAPTURE_GRADES,
  type CaptureGrade,
  END_REASONS,
  type EndReason,
  type FlowRow,
  flowRow,
  type PacketRow,
  packetRow,
} from '../../contract/index.ts';
import { SURROUNDINGS } from './surroundings.ts';
import { noteVlan, VLANS_KEPT } from './vlans.ts';

export const OPEN = 255;

/** Columns that headers alone fill, as they travel to another thread. */
export interface HeaderColumns {
  readonly capacity: number;
  readonly arrays: Readonly<Record<string, Uint32Array | Uint16Array | Uint8Array | Float64Array | Float32Array>>;
}

/** Packets that came after their connection was over: how many, their bytes on the wire, the last one's row, the latest stamp. */
export interface LatePackets {
  packets: number;
  bytes: number;
  packet: number;
  sec: number;
  nsec: number;
}

/** When flows began and ended: columns that may lie in somebody else's memory. */
export type StampColumns = Pick<FlowColumns, 'startSeconds' | 'startNanoseconds' | 'endSeconds' | 'endNanoseconds'>;

const STAMPS: readonly (keyof StampColumns)[] = ['startSeconds', 'startNanoseconds', 'endSeconds', 'endNanoseconds'];

export class FlowColumns {
  count = 0;
  private capacity = 4096;
  initiator = u32(this.capacity);
  responder = u32(this.capacity);
  initiatorPort = u16(this.capacity);
  responderPort = u16(this.capacity);
  hasPorts = u8(this.capacity);
  ipProtocol = u8(this.capacity);
  tunnel = u32(this.capacity);
  /** VLAN ids of the flow's packets, VLANS_KEPT places a row. */
  vlans = u16(this.capacity * VLANS_KEPT);
  firstPacket = u32(this.capacity);
  lastPacket = u32(this.capacity);
  /** Since 1970, also before it and beyond 32 bits. */
  startSeconds = f64(this.capacity);
  startNanoseconds = u32(this.capacity);
  endSeconds = f64(this.capacity);
  endNanoseconds = u32(this.capacity);
  packetsForward = u32(this.capacity);
  packetsReverse = u32(this.capacity);
  bytesForward = f64(this.capacity);
  bytesReverse = f64(this.capacity);
  endReason = u8(this.capacity);
  grade = u8(this.capacity);
  app = u16(this.capacity);
  /** Index into the capture's facts, 0xffffffff without. */
  fact = u32(this.capacity);
  /** What the capture held around the flow's beginning, SURROUNDINGS values a row. */
  surroundings = f32(this.capacity * SURROUNDINGS);

  private readonly stampsFor: ((rows: number) => StampColumns) | null;

  /** @param stampsFor has the columns of stamps, where they lie in somebody else's memory, with room for so many rows */
  constructor(stampsFor: ((rows: number) => StampColumns) | null = null) {
    this.stampsFor = stampsFor;
    if (stampsFor !== null) Object.assign(this, stampsFor(this.capacity));
  }

  /** For a thread that follows flows by their headers alone: what the rest of the engine notes is kept by another. */
  headersOnly(): void {
    this.app = u16(0);
    this.fact = u32(0);
    this.surroundings = f32(0);
  }

  /** Takes over the columns of a table that is headers only: the same memory, beside its own notes. */
  adopt(headers: HeaderColumns): void {
    const { capacity, arrays } = headers;
    while (this.capacity < capacity) {
      this.app = doubled(this.app);
      this.fact = doubled(this.fact);
      this.surroundings = doubled(this.surroundings);
      this.capacity *= 2;
    }
    Object.assign(this, arrays);
  }

  headers(): HeaderColumns {
    return { capacity: this.capacity, arrays: Object.fromEntries(this.fields().filter(([, , perRow]) => perRow > 0)) };
  }

  add(): FlowRow {
    if (this.count === this.capacity) this.grow();
    this.endReason[this.count] = OPEN;
    return flowRow(this.count++);
  }

  /** Every column: name, array, values a row. */
  fields(): [string, Uint32Array | Uint16Array | Uint8Array | Float64Array | Float32Array, number][] {
    return Object.entries(this)
      .filter((e): e is [string, Uint32Array] => ArrayBuffer.isView(e[1]))
      .map(([name, array]) => [name, array, array.length / this.capacity]);
  }

  /**
   * Takes over what another table noted around a flow, since reading a part of a capture again does not show the rest.
   */
  takeSurroundings(row: FlowRow, from: FlowColumns, fromRow: FlowRow): void {
    this.surroundings.set(
      from.surroundings.subarray(fromRow * SURROUNDINGS, (fromRow + 1) * SURROUNDINGS),
      row * SURROUNDINGS,
    );
  }

  /** Counts packets of one direction that came after their connection was over. */
  addLate(row: FlowRow, dir: number, late: LatePackets): void {
    const counts = dir === 0 ? this.packetsForward : this.packetsReverse;
    const sizes = dir === 0 ? this.bytesForward : this.bytesReverse;
    counts[row] = counts[row]! + late.packets;
    sizes[row] = sizes[row]! + late.bytes;
    if (late.packet > this.lastPacket[row]!) this.lastPacket[row] = late.packet;
    this.stampEnd(row, late.sec, late.nsec);
  }

  /** Notes the VLAN tags of a packet of the flow. */
  noteVlans(row: FlowRow, outer: number, inner: number): void {
    if (outer >= 0) noteVlan(this.vlans, row, outer);
    if (inner >= 0) noteVlan(this.vlans, row, inner);
  }

  endReasonOf(row: FlowRow): EndReason {
    return END_REASONS[this.endReason[row]!] ?? 'capture-end';
  }

  gradeOf(row: FlowRow): CaptureGrade {
    return CAPTURE_GRADES[this.grade[row]!] ?? 'complete';
  }

  initiatorOf(row: FlowRow): AddressId {
    return addressId(this.initiator[row]!);
  }

  responderOf(row: FlowRow): AddressId {
    return addressId(this.responder[row]!);
  }

  firstPacketOf(row: FlowRow): PacketRow {
    return packetRow(this.firstPacket[row]!);
  }

  lastPacketOf(row: FlowRow): PacketRow {
    return packetRow(this.lastPacket[row]!);
  }

  /** Moves the end of a flow to a later stamp: packets need not come in the order of their stamps. */
  stampEnd(row: FlowRow, sec: number, nsec: number): void {
    const end = this.endSeconds[row]!;
    if (sec < end || (sec === end && nsec <= this.endNanoseconds[row]!)) return;
    this.endSeconds[row] = sec;
    this.endNanoseconds[row] = nsec;
  }

  /** A packet of the flow came before the one that began it: fragments wait for their first one. */
  beganAt(row: FlowRow, packet: number): void {
    if (packet < this.firstPacket[row]!) this.firstPacket[row] = packet;
  }

  private grow(): void {
    const fields = this.fields();
    this.capacity *= 2;
    const elsewhere: readonly string[] = this.stampsFor === null ? [] : STAMPS;
    for (const [key, value] of fields) {
      if (!elsewhere.includes(key)) (this as Record<string, unknown>)[key] = doubled(value as Uint32Array);
    }
    if (this.stampsFor !== null) Object.assign(this, this.stampsFor(this.capacity));
  }
}

function doubled<T extends Uint32Array | Uint16Array | Float32Array>(value: T): T {
  const Kind = value.constructor as new (buffer: SharedArrayBuffer) => T;
  const larger = new Kind(new SharedArrayBuffer(value.byteLength * 2));
  larger.set(value);
  return larger;
}

function u32(rows: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(rows * 4));
}
function u16(rows: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(rows * 2));
}
function u8(rows: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(rows));
}
function f32(rows: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(rows * 4));
}
function f64(rows: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(rows * 8));
}
