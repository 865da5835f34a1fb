// Rates of the last seconds, from the columns of packets: walked from the newest back to where the time begins.
import { addressId, type LiveRates, MOST_RATED, packetRow, quoted, type Rated } from '../../contract/index.ts';
import { inChunk, NO_FLOW, protocolName } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** Packets that are looked at. */
const MOST = 4_000_000;
/** Packets are nearly in order of time: after so many that are older, all before them are. */
const OLDER = 4_096;
const AT_ONCE = 8_192;

interface Sum {
  bytes: number;
  packets: number;
}

export interface RateRequest {
  readonly seconds: number;
  /** Seconds since 1970 until which everything came. */
  readonly until: number;
  readonly watched: readonly string[];
}

export async function ratesOf(a: Analysis, o: RateRequest, turns: TimeSlices): Promise<LiveRates> {
  // A second that is not over would look like a fall.
  const end = Math.floor(o.until);
  const from = end - o.seconds;
  const bytes = new Float64Array(o.seconds);
  const packets = new Float64Array(o.seconds);
  const hosts = new Map<number, Sum>();
  const protocols = new Map<number, Sum>();
  const { columns: c } = a.flows;
  let looked = 0;
  let older = 0;
  for (let row = a.packets.count - 1; row >= 0 && looked < MOST && older < OLDER; row--) {
    const chunk = a.packets.chunk(packetRow(row));
    const i = inChunk(packetRow(row));
    const second = chunk.seconds[i]! - from;
    if (++looked % AT_ONCE === 0 && turns.due) await turns.rest();
    older = second < 0 ? older + 1 : 0;
    if (second < 0 || second >= o.seconds) continue;
    const wire = chunk.wire[i]!;
    bytes[second]! += wire;
    packets[second]!++;
    const owner = chunk.owner[i]!;
    const [one, other] = owner >= NO_FLOW ? a.pairOf(owner - NO_FLOW) : [c.initiator[owner]!, c.responder[owner]!];
    add(hosts, one, wire);
    if (other !== one) add(hosts, other, wire);
    add(protocols, chunk.protocol[i]!, wire);
  }
  const wanted = new Set(o.watched);
  const textOf = (id: number): string => a.addresses.text(addressId(id));
  return {
    from,
    bytes,
    packets,
    hosts: most(hosts, (id) => {
      const address = textOf(id);
      return { text: address, filter: addressFilter(address) };
    }),
    protocols: most(protocols, (id) => {
      const name = protocolName(id);
      return { text: name, filter: `_ws.col.protocol == ${quoted(name)}` };
    }),
    seen: wanted.size === 0 ? [] : [...hosts.keys()].map(textOf).filter((address) => wanted.has(address)),
    cut: looked >= MOST && older < OLDER,
  };
}

function add(sums: Map<number, Sum>, key: number, wire: number): void {
  const sum = sums.get(key);
  if (sum === undefined) sums.set(key, { bytes: wire, packets: 1 });
  else {
    sum.bytes += wire;
    sum.packets++;
  }
}

function most(sums: ReadonlyMap<number, Sum>, told: (key: number) => Pick<Rated, 'text' | 'filter'>): Rated[] {
  return [...sums]
    .sort((x, y) => y[1].bytes - x[1].bytes || x[0] - y[0])
    .slice(0, MOST_RATED)
    .map(([key, sum]) => ({ ...told(key), ...sum }));
}

function addressFilter(address: string): string {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(address)) return `eth.addr == ${address} and !ip and !ipv6`;
  return `${address.includes(':') ? 'ipv6' : 'ip'}.addr == ${address}`;
}
