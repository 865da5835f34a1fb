// The service map: which host speaks with which on what service, from the flows, counted over the packets that count.
import { flowRow } from '../../contract/index.ts';
import { MARK_REVERSE, NO_FLOW, type PacketChunk } from '../decode/index.ts';
import { type Analysis, flowAppName } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { eachCounted } from './rows.ts';
import type { StatTable } from './table.ts';

interface Service {
  readonly client: string;
  readonly server: string;
  readonly port: number;
  readonly name: string;
  readonly filter: string;
  flows: number;
  packets: number;
  sent: number;
  received: number;
  first: number;
}

/** @param displayed rows that count, a bit each; null: all do */
export async function serviceTable(
  a: Analysis,
  displayed: Uint8Array | null,
  total: number,
  turns: TimeSlices,
): Promise<StatTable> {
  const { columns: c } = a.flows;
  const n = c.count;
  const packets = new Float64Array(n);
  const bytes = [new Float64Array(n), new Float64Array(n)] as const;
  const first = new Uint32Array(n);
  let counted = 0;
  const count = (row: number, chunk: PacketChunk, i: number): void => {
    const flow = chunk.owner[i]!;
    if (flow >= NO_FLOW || flow >= n) return;
    counted++;
    if (packets[flow]!++ === 0) first[flow] = row + 1;
    bytes[chunk.marks[i]! & MARK_REVERSE ? 1 : 0][flow]! += chunk.wire[i]!;
  };
  await eachCounted(a.packets, displayed, total, turns, count, 0.8);
  const services = new Map<string, Service>();
  for (let row = flowRow(0); row < n; row++) {
    if ((row & 1023) === 0 && turns.due) await turns.rest();
    if (packets[row] === 0) continue;
    const ports = c.hasPorts[row] === 1;
    const port = ports ? c.responderPort[row]! : -1;
    const key = `${c.initiator[row]} ${c.responder[row]} ${c.ipProtocol[row]} ${port} ${c.app[row]}`;
    let service = services.get(key);
    if (service === undefined) services.set(key, (service = made(a, row, port, first[row]!)));
    service.flows++;
    service.packets += packets[row]!;
    service.sent += bytes[0][row]!;
    service.received += bytes[1][row]!;
    service.first = Math.min(service.first, first[row]!);
  }
  const rows = [...services.values()].sort((x, y) => y.sent + y.received - (x.sent + x.received));
  const each = (of: (s: Service) => number): Float64Array => Float64Array.from(rows, of);
  return {
    rows: rows.length,
    columns: [
      { id: 'client', kind: 'text', text: (row) => rows[row]!.client },
      { id: 'server', kind: 'text', text: (row) => rows[row]!.server },
      { id: 'service', kind: 'text', text: (row) => rows[row]!.name },
      { id: 'port', kind: 'number', numbers: each((s) => (s.port < 0 ? NaN : s.port)) },
      { id: 'flows', kind: 'count', numbers: each((s) => s.flows) },
      { id: 'packets', kind: 'count', numbers: each((s) => s.packets) },
      { id: 'bytes', kind: 'bytes', numbers: each((s) => s.sent + s.received) },
      { id: 'toServer', kind: 'bytes', numbers: each((s) => s.sent) },
      { id: 'toClient', kind: 'bytes', numbers: each((s) => s.received) },
    ],
    filter: (row) => rows[row]!.filter,
    packet: (row) => rows[row]!.first,
    depth: null,
    note: null,
    counted,
  };
}

function made(a: Analysis, row: ReturnType<typeof flowRow>, port: number, first: number): Service {
  const { columns: c } = a.flows;
  const client = a.addresses.text(c.initiatorOf(row));
  const server = a.addresses.text(c.responderOf(row));
  const field = (address: string): string => (address.includes(':') ? 'ipv6.addr' : 'ip.addr');
  const transport = { 6: 'tcp.port', 17: 'udp.port' }[c.ipProtocol[row]!];
  const ends = `${field(client)} == ${client} and ${field(server)} == ${server}`;
  return {
    client,
    server,
    port,
    name: flowAppName(a, row),
    filter: transport === undefined || port < 0 ? ends : `${ends} and ${transport} == ${port}`,
    flows: 0,
    packets: 0,
    sent: 0,
    received: 0,
    first,
  };
}
