// Conversations and endpoints as tables, from the pairs that were counted.
import { type AddressId, type Message, say } from '../../contract/index.ts';
import { type AddressTable, NET_IP6 } from '../decode/index.ts';
import type { Conversations, Layer } from './conversations.ts';
import { PairTable } from './pairs.ts';
import type { Column, StatTable } from './table.ts';

const PORTS: Readonly<Partial<Record<Layer, string>>> = { tcp: 'tcp.port', udp: 'udp.port', sctp: 'sctp.port' };

/** Conversations of a layer. Rows are in the order in which their first packets came, so TCP's are its streams. */
export function conversationTable(c: Conversations, layer: Layer): StatTable {
  const t = c.tables[layer];
  const streams = layer === 'tcp' || layer === 'udp';
  const shown = shownRows(t);
  const at = (row: number): number => shown[row]!;
  const flipped = (row: number): boolean => t.flipped[at(row)] === 1;
  const a = (row: number): AddressId => (flipped(row) ? t.b : t.a)[at(row)]! as AddressId;
  const b = (row: number): AddressId => (flipped(row) ? t.a : t.b)[at(row)]! as AddressId;
  const portA = (row: number): number => (flipped(row) ? t.portB : t.portA)[at(row)]!;
  const portB = (row: number): number => (flipped(row) ? t.portA : t.portB)[at(row)]!;
  const numbers = (of: (row: number) => number): Float64Array => Float64Array.from(shown, (_, row) => of(row));
  const duration = numbers((row) => t.stop(at(row)) - t.start(at(row)));
  const toB = numbers((row) => (flipped(row) ? t.receivedBytes(at(row)) : t.sentBytes(at(row))));
  const toA = numbers((row) => (flipped(row) ? t.sentBytes(at(row)) : t.receivedBytes(at(row))));
  const rate = (bytes: Float64Array): Float64Array =>
    bytes.map((n, row) => (duration[row]! > 0 ? (n * 8) / duration[row]! : NaN));
  const ports = PORTS[layer] !== undefined;
  const columns: Column[] = [
    address('addressA', c.addresses, a),
    ...(ports ? [{ id: 'portA', kind: 'number', numbers: numbers(portA) } as const] : []),
    address('addressB', c.addresses, b),
    ...(ports ? [{ id: 'portB', kind: 'number', numbers: numbers(portB) } as const] : []),
    { id: 'packets', kind: 'count', numbers: numbers((row) => t.packets(at(row))) },
    { id: 'bytes', kind: 'bytes', numbers: numbers((row) => t.sentBytes(at(row)) + t.receivedBytes(at(row))) },
    ...(streams ? [{ id: 'stream', kind: 'number', numbers: Float64Array.from(shown) } as const] : []),
    {
      id: 'packetsAB',
      kind: 'count',
      numbers: numbers((row) => (flipped(row) ? t.received(at(row)) : t.sent(at(row)))),
    },
    { id: 'bytesAB', kind: 'bytes', numbers: toB },
    {
      id: 'packetsBA',
      kind: 'count',
      numbers: numbers((row) => (flipped(row) ? t.sent(at(row)) : t.received(at(row)))),
    },
    { id: 'bytesBA', kind: 'bytes', numbers: toA },
    { id: 'start', kind: 'seconds', numbers: numbers((row) => t.start(at(row))) },
    { id: 'duration', kind: 'seconds', numbers: duration },
    { id: 'rateAB', kind: 'rate', numbers: rate(toB) },
    { id: 'rateBA', kind: 'rate', numbers: rate(toA) },
  ];
  const again = streams && layer === 'tcp' ? reused(t) : null;
  return {
    rows: shown.length,
    columns,
    filter: (row) => {
      const ends = pairFilter(c.addresses, layer, a(row), portA(row), b(row), portB(row));
      const pair = at(row);
      return again?.has(pair) === true
        ? `${ends} and frame.number in {${t.first(pair) + 1}..${t.last(pair) + 1}}`
        : ends;
    },
    packet: (row) => t.first(at(row)) + 1,
    depth: null,
    note: unreadNote(c),
    counted: c.counted,
  };
}

/** Pairs whose ends have several streams: ends alone do not tell them apart. */
function reused(t: PairTable): Set<number> {
  const seen = new Map<string, number>();
  const found = new Set<number>();
  for (let at = 0; at < t.count; at++) {
    const key = `${t.a[at]} ${t.b[at]} ${t.portA[at]} ${t.portB[at]}`;
    const before = seen.get(key);
    if (before !== undefined) found.add(before).add(at);
    seen.set(key, at);
  }
  return found;
}

/** Pairs with packets that count. */
function shownRows(t: PairTable): Uint32Array {
  const rows: number[] = [];
  for (let at = 0; at < t.count; at++) if (t.packets(at) > 0) rows.push(at);
  return Uint32Array.from(rows);
}

function address(id: string, addresses: AddressTable, of: (row: number) => AddressId): Column {
  return {
    id,
    kind: 'text',
    text: (row) => addresses.text(of(row)),
    compare: (x, y) => addresses.compare(of(x), of(y)),
  };
}

export function unreadNote(c: { readonly unread: number }): Message | null {
  return c.unread === 0 ? null : say('stats-unread', { packets: c.unread });
}

/** The field of an address at a layer; transports go by the address's own kind. */
function field(addresses: AddressTable, layer: Layer, id: AddressId): string {
  if (layer === 'eth') return 'eth.addr';
  return addresses.kind(id) === NET_IP6 ? 'ipv6.addr' : 'ip.addr';
}

function endFilter(addresses: AddressTable, layer: Layer, id: AddressId, port: number): string {
  const host = `${field(addresses, layer, id)} == ${addresses.text(id)}`;
  const name = PORTS[layer];
  return name === undefined ? host : `${host} and ${name} == ${port}`;
}

function pairFilter(
  addresses: AddressTable,
  layer: Layer,
  a: AddressId,
  portA: number,
  b: AddressId,
  portB: number,
): string {
  const one = endFilter(addresses, layer, a, portA);
  const two = endFilter(addresses, layer, b, portB);
  return one === two ? one : `${one} and ${two}`;
}

/** Endpoints of a layer, in the order in which they appeared. */
export function endpointTable(c: Conversations, layer: Layer): StatTable {
  const t = c.tables[layer];
  const ends = new PairTable();
  for (let pair = 0; pair < t.count; pair++) {
    if (t.packets(pair) === 0) continue;
    add(ends, t, pair, true);
    add(ends, t, pair, false);
  }
  const ports = PORTS[layer] !== undefined;
  const id = (row: number): AddressId => ends.a[row]! as AddressId;
  const own = (of: (row: number) => number): Float64Array =>
    Float64Array.from({ length: ends.count }, (_, row) => of(row));
  return {
    rows: ends.count,
    columns: [
      address('address', c.addresses, id),
      ...(ports
        ? [{ id: 'port', kind: 'number', numbers: Float64Array.from(ends.portA.subarray(0, ends.count)) } as const]
        : []),
      { id: 'packets', kind: 'count', numbers: own((row) => ends.packets(row)) },
      { id: 'bytes', kind: 'bytes', numbers: own((row) => ends.sentBytes(row) + ends.receivedBytes(row)) },
      { id: 'txPackets', kind: 'count', numbers: own((row) => ends.sent(row)) },
      { id: 'txBytes', kind: 'bytes', numbers: own((row) => ends.sentBytes(row)) },
      { id: 'rxPackets', kind: 'count', numbers: own((row) => ends.received(row)) },
      { id: 'rxBytes', kind: 'bytes', numbers: own((row) => ends.receivedBytes(row)) },
    ],
    filter: (row) => endFilter(c.addresses, layer, id(row), ends.portA[row]!),
    packet: (row) => ends.first(row) + 1,
    depth: null,
    note: unreadNote(c),
    counted: c.counted,
  };
}

/** Adds what a pair's end sent and got. An end that speaks with itself sends and gets every packet. */
function add(ends: PairTable, t: PairTable, pair: number, isA: boolean): void {
  const id = (isA ? t.a : t.b)[pair]! as AddressId;
  const port = (isA ? t.portA : t.portB)[pair]!;
  let at = ends.find(id, id, port, 0);
  if (at < 0) at = ends.add(id, id, port, 0);
  const a = [t.sent(pair), t.sentBytes(pair)] as const;
  const b = [t.received(pair), t.receivedBytes(pair)] as const;
  const [sent, got] = isA ? [a, b] : [b, a];
  ends.addCounts(at, ...sent, ...got, t.first(pair));
}
