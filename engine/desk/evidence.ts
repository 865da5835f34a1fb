// Where a feature of a flow comes from: its packets, and bytes in them where it came from bytes. The flow is read again
// and watched.
import { type FeatureEvidence, type FlowRow, packetRow, type PacketRow } from '../../contract/index.ts';
import { type Layers, IPPROTO_TCP, NET_IP6 } from '../decode/index.ts';
import { FEATURES, featureIndex, type Evidence, type HeaderField } from '../features/index.ts';
import { D, D_STRIDE, FlowState, U_STRIDE, type FlowTimeouts } from '../flow/index.ts';
import { helloPart } from '../protocols/index.ts';
import type { PacketBytes } from '../read/index.ts';
import { type Analysis, factsOfRow } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { replayFlow } from './replay.ts';

interface Range {
  readonly row: PacketRow;
  readonly from: number;
  readonly to: number;
}
/** One packet of the flow as the watchers see it. */
interface Seen {
  readonly again: Analysis;
  readonly row: PacketRow;
  readonly dir: number;
  readonly l: Layers;
  readonly data: Uint8Array;
}
interface Watcher {
  see(p: Seen): void;
  /** Called once, at the end. */
  found(): { readonly rows: readonly PacketRow[]; readonly ranges: readonly Range[] };
}

const MAX_ROWS = 10_000;
const MAX_STREAM = 16_384;

/** @returns rows of packets in order, and byte ranges `[from, to)` in packets */
export async function evidenceOf(
  a: Analysis,
  bytes: PacketBytes,
  flow: FlowRow,
  name: string,
  timeouts: FlowTimeouts | undefined,
  turns: TimeSlices,
): Promise<FeatureEvidence> {
  const { evidence } = FEATURES[featureIndex(name)]!;
  if (evidence.by === 'resolution') {
    const answer = factsOfRow(a, flow)?.resolution;
    return reply(flow, name, answer ? [packetRow(answer.packet)] : [], [], true);
  }
  if (evidence.by === 'other-flows') return reply(flow, name, otherFlows(a, flow, evidence), [], true);
  const watcher = watcherFor(evidence);
  await replayFlow(a, bytes, flow, timeouts, turns, (again, row, dir, l, data) =>
    watcher.see({ again, row, dir, l, data }),
  );
  const { rows, ranges } = watcher.found();
  return reply(flow, name, rows, ranges, false);
}

function reply(
  flow: FlowRow,
  feature: string,
  rows: readonly PacketRow[],
  ranges: readonly Range[],
  elsewhere: boolean,
): FeatureEvidence {
  const kept = [...new Set(rows)].sort((x, y) => x - y);
  return {
    flow,
    feature,
    total: kept.length,
    rows: Uint32Array.from(kept.slice(0, MAX_ROWS)),
    rangeRows: Uint32Array.from(ranges, (r) => r.row),
    rangeFrom: Uint32Array.from(ranges, (r) => r.from),
    rangeTo: Uint32Array.from(ranges, (r) => r.to),
    elsewhere,
  };
}

/** First packets of the flows that a figure of group K counts. */
function otherFlows(a: Analysis, flow: FlowRow, e: Extract<Evidence, { by: 'other-flows' }>): PacketRow[] {
  const c = a.flows.columns;
  const start = c.startSeconds[flow]! + c.startNanoseconds[flow]! / 1e9;
  const ja4 = (row: FlowRow): string | null => {
    const f = factsOfRow(a, row);
    return f?.retryJa4 ?? f?.ja4 ?? f?.tls?.retryJa4 ?? f?.tls?.ja4 ?? null;
  };
  const print = e.same === 'ja4' ? ja4(flow) : null;
  const rows: PacketRow[] = [];
  for (let row = flow; row >= 0 && rows.length < MAX_ROWS; row--) {
    if (start - (c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9) > e.seconds) continue;
    const from = c.initiator[row] === c.initiator[flow];
    const to = c.responder[row] === c.responder[flow];
    const same = { source: from, responder: to, pair: from && to, ja4: print !== null && ja4(row) === print }[e.same];
    if (same) rows.push(c.firstPacketOf(row));
  }
  return rows;
}

function watcherFor(e: Exclude<Evidence, { by: 'resolution' | 'other-flows' }>): Watcher {
  switch (e.by) {
    case 'packets':
      return new Packets((p) => (e.dir === 2 || p.dir === e.dir) && (!e.payload || p.l.payloadWire > 0), e.field);
    case 'count':
      return new Changes(e.in, e.at, e.field, false, false);
    case 'extreme':
      return new Changes(e.in, e.at, e.field, true, e.pair ?? false);
    case 'turn':
      return new Turn(e.from, e.to);
    case 'ends':
      return new Ends();
    case 'first-bytes':
      return new FirstBytes(e.dir, e.limit);
    case 'sequence':
      return new Sequence(e.index, e.pair ?? false);
    case 'hello':
      return new Hello(e.server, e.part);
    case 'certificate':
      return new Facts(
        (a) =>
          a.inspector.peekFacts(a.slot)?.tls?.certificate ??
          a.inspector.peekFacts(a.slot)?.tls?.clientCertificate ??
          null,
        1,
      );
    case 'alerts':
      return new Facts((a) => a.inspector.peekFacts(a.slot)?.tls?.alerts || null, 0);
    case 'message':
      return messages(e.of, e.dir);
  }
}

class Packets implements Watcher {
  private readonly rows: PacketRow[] = [];
  private readonly ranges: Range[] = [];
  private readonly wanted: (p: Seen) => boolean;
  private readonly field: HeaderField | undefined;

  constructor(wanted: (p: Seen) => boolean, field: HeaderField | undefined) {
    this.wanted = wanted;
    this.field = field;
  }

  see(p: Seen): void {
    if (this.rows.length >= MAX_ROWS || !this.wanted(p)) return;
    this.rows.push(p.row);
    const range = this.field === undefined ? null : fieldRange(p.l, this.field);
    if (range !== null) this.ranges.push({ row: p.row, ...range });
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.rows, ranges: this.ranges };
  }
}

/** Where a header field lies in the packet (RFC 9293, 3.1; RFC 791, 3.1; RFC 8200, 3). */
function fieldRange(l: Layers, field: HeaderField): { from: number; to: number } | null {
  const six = l.net === NET_IP6;
  switch (field) {
    case 'addresses':
      return { from: l.sourceAt, to: l.destinationAt + (six ? 16 : 4) };
    case 'hop-limit':
      return six ? { from: l.sourceAt - 1, to: l.sourceAt } : { from: l.sourceAt - 4, to: l.sourceAt - 3 };
    case 'ports':
      return l.hasPorts ? { from: l.transportAt, to: l.transportAt + 4 } : null;
    case 'flags':
      return l.ipProtocol === IPPROTO_TCP ? { from: l.transportAt + 13, to: l.transportAt + 14 } : null;
    case 'window':
      return l.ipProtocol === IPPROTO_TCP ? { from: l.transportAt + 14, to: l.transportAt + 16 } : null;
    case 'options':
      return l.ipProtocol === IPPROTO_TCP && l.tcpOptionsEnd > l.tcpOptionsAt
        ? { from: l.tcpOptionsAt, to: l.tcpOptionsEnd }
        : null;
  }
}

const cleared = new FlowState(1);
cleared.clear(0);

/** Packets at which a number of the running state changed, or the last of them. */
class Changes implements Watcher {
  private rows: PacketRow[] = [];
  private ranges: Range[] = [];
  private value: number;
  private readonly before: [PacketRow | null, PacketRow | null] = [null, null];
  private last: PacketRow | null = null;
  private readonly part: 'u' | 'd';
  private readonly at: number;
  private readonly field: HeaderField | undefined;
  private readonly onlyLast: boolean;
  private readonly pair: boolean;

  constructor(part: 'u' | 'd', at: number, field: HeaderField | undefined, onlyLast: boolean, pair: boolean) {
    this.part = part;
    this.at = at;
    this.field = field;
    this.onlyLast = onlyLast;
    this.pair = pair;
    this.value = cleared[part][at]!;
  }

  see(p: Seen): void {
    const stride = this.part === 'u' ? U_STRIDE : D_STRIDE;
    const now = p.again.flows.state[this.part][p.again.slot * stride + this.at]!;
    if (now !== this.value && this.rows.length < MAX_ROWS) {
      if (this.onlyLast) {
        this.rows = [];
        this.ranges = [];
      }
      // A gap is between two packets: of the same direction, or of either where both are counted together.
      const other = this.at === D.gapMin3 + 2 || this.at === D.gapMax3 + 2 ? this.last : this.before[p.dir]!;
      if (this.pair && other !== null) this.rows.push(other);
      this.rows.push(p.row);
      const range = this.field === undefined ? null : fieldRange(p.l, this.field);
      if (range !== null) this.ranges.push({ row: p.row, ...range });
    }
    this.value = now;
    this.before[p.dir] = this.last = p.row;
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.rows, ranges: this.ranges };
  }
}

class Turn implements Watcher {
  private readonly rows: PacketRow[] = [];
  private readonly values: number[];
  private readonly places: readonly number[];

  constructor(from: number, to: number) {
    this.places = [from, to];
    this.values = this.places.map((at) => cleared.d[at]!);
  }

  see(p: Seen): void {
    this.places.forEach((at, i) => {
      const now = p.again.flows.state.d[p.again.slot * D_STRIDE + at]!;
      if (now !== this.values[i]) this.rows.push(p.row);
      this.values[i] = now;
    });
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.rows, ranges: [] };
  }
}

class Ends implements Watcher {
  private first: PacketRow | null = null;
  private last: PacketRow | null = null;

  see(p: Seen): void {
    this.first ??= p.row;
    this.last = p.row;
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.first === null || this.last === null ? [] : [this.first, this.last], ranges: [] };
  }
}

class FirstBytes implements Watcher {
  private readonly ranges: Range[] = [];
  private readonly dir: number;
  private left: number;

  constructor(dir: number, limit: number) {
    this.dir = dir;
    this.left = limit;
  }

  see(p: Seen): void {
    if (p.dir !== this.dir || this.left <= 0 || p.l.payloadLength <= 0 || p.l.damaged) return;
    const take = Math.min(this.left, p.l.payloadLength);
    this.ranges.push({ row: p.row, from: p.l.payloadAt, to: p.l.payloadAt + take });
    this.left -= take;
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.ranges.map((r) => r.row), ranges: this.ranges };
  }
}

class Sequence implements Watcher {
  private readonly loaded: PacketRow[] = [];
  private readonly index: number;
  private readonly pair: boolean;

  constructor(index: number, pair: boolean) {
    this.index = index;
    this.pair = pair;
  }

  see(p: Seen): void {
    if (p.l.payloadWire > 0 && this.loaded.length <= this.index) this.loaded.push(p.row);
  }

  found(): ReturnType<Watcher['found']> {
    return {
      rows: this.loaded.slice(this.pair ? Math.max(0, this.index - 1) : this.index, this.index + 1),
      ranges: [],
    };
  }
}

/**
 * A hello: its direction's bytes are put together, the part is looked for in them, and its place is traced back to
 * packets.
 */
class Hello implements Watcher {
  private readonly pieces: { readonly row: PacketRow; readonly at: number; readonly data: Uint8Array }[] = [];
  private length = 0;
  private done = false;
  private readonly server: boolean;
  private readonly part: Extract<Evidence, { by: 'hello' }>['part'];

  constructor(server: boolean, part: Extract<Evidence, { by: 'hello' }>['part']) {
    this.server = server;
    this.part = part;
  }

  see(p: Seen): void {
    if (this.done || p.dir !== (this.server ? 1 : 0) || p.l.payloadLength <= 0) return;
    // Bytes before the handshake (STARTTLS, a proxy's greeting) are not part of the hello.
    if (
      this.pieces.length > 0 ||
      p.l.ipProtocol !== 6 ||
      (p.data[p.l.payloadAt]! >= 20 && p.data[p.l.payloadAt]! <= 22)
    ) {
      this.pieces.push({
        row: p.row,
        at: p.l.payloadAt,
        data: p.data.slice(p.l.payloadAt, p.l.payloadAt + p.l.payloadLength),
      });
      this.length += p.l.payloadLength;
    }
    const tls = p.again.inspector.peekFacts(p.again.slot)?.tls;
    this.done = ((this.server ? tls?.server : tls?.client) ?? null) !== null || this.length > MAX_STREAM;
  }

  found(): ReturnType<Watcher['found']> {
    const rows = this.pieces.map((x) => x.row);
    if (!this.done) return { rows: [], ranges: [] };
    const place = helloPart(Buffer.concat(this.pieces.map((x) => x.data)), this.server, this.part);
    // Inside of QUIC the bytes are encrypted; DTLS has headers of its own: the packets are named, their bytes as a
    // whole.
    if (place === null)
      return { rows, ranges: this.pieces.map((x) => ({ row: x.row, from: x.at, to: x.at + x.data.length })) };
    const ranges: Range[] = [];
    let begin = 0;
    for (const x of this.pieces) {
      const from = Math.max(place[0], begin);
      const to = Math.min(place[1], begin + x.data.length);
      if (from < to) ranges.push({ row: x.row, from: x.at + from - begin, to: x.at + to - begin });
      begin += x.data.length;
    }
    return { rows: ranges.map((r) => r.row), ranges };
  }
}

/**
 * Packets at which what is known of the flow changed; with `back`, those of the same direction that carried payload
 * since the change before.
 */
class Facts implements Watcher {
  private readonly rows: PacketRow[] = [];
  private readonly ranges: Range[] = [];
  private value: unknown = null;
  private pending: { row: PacketRow; dir: number; from: number; to: number }[] = [];
  private readonly look: (a: Analysis) => unknown;
  private readonly back: number;
  private readonly dir: number;

  constructor(look: (a: Analysis) => unknown, back: number, dir = 2) {
    this.look = look;
    this.back = back;
    this.dir = dir;
  }

  see(p: Seen): void {
    const now = this.look(p.again) ?? null;
    if (p.l.payloadLength > 0)
      this.pending.push({ row: p.row, dir: p.dir, from: p.l.payloadAt, to: p.l.payloadAt + p.l.payloadLength });
    if (now === this.value) {
      if (this.pending.length > 64) this.pending.shift();
      return;
    }
    this.value = now;
    const own = this.pending.filter((x) => x.dir === p.dir && (this.dir === 2 || x.dir === this.dir));
    for (const x of this.back > 0 ? own : own.slice(-1)) {
      this.rows.push(x.row);
      this.ranges.push({ row: x.row, from: x.from, to: x.to });
    }
    this.pending = [];
  }

  found(): ReturnType<Watcher['found']> {
    return { rows: this.rows, ranges: this.ranges };
  }
}

function messages(of: 'dns' | 'http' | 'ssh' | 'quic', dir: number): Watcher {
  const facts = (a: Analysis): ReturnType<Analysis['inspector']['peekFacts']> => a.inspector.peekFacts(a.slot);
  switch (of) {
    case 'dns':
      return new Facts((a) => {
        const d = facts(a)?.dns;
        if (!d) return null;
        return ([d.queries, d.responses][dir] ?? d.queries + d.responses) || null;
      }, 0);
    case 'http':
      return new Facts(
        (a) => {
          const h = facts(a)?.http;
          return (dir === 0 ? h?.method : h?.status) || null;
        },
        1,
        dir,
      );
    case 'ssh':
      return new Facts(
        (a) => {
          const s = facts(a)?.ssh?.[dir === 1 ? 1 : 0];
          return s ? `${s.banner} ${s.hassh}` : null;
        },
        1,
        dir,
      );
    case 'quic':
      return new Facts((a) => facts(a)?.quic?.opened || null, 0);
  }
}
