// What the desk answers about hosts.
import {
  addressId,
  type FlowRow,
  type HostDetail,
  type HostName,
  type HostTime,
  type IncidentReplies,
  say,
  VERDICTS,
} from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { viewOf } from './asked.ts';
import { type Desk, Refused } from './desk.ts';
import { incidentRow } from './detail.ts';
import type { Asker, Handlers } from './asker.ts';
import { announcedNames } from './host-announced.ts';
import { factsOfHost } from './host-facts.ts';
import { macOf, vendorOf } from './host-link.ts';
import type { CaptureSession } from './session.ts';

const BUCKETS = 120;
const MOST_INCIDENTS = 100;

export const hostHandlers: Pick<Handlers, keyof Pick<IncidentReplies, 'hosts' | 'host' | 'hostPlace' | 'hostAt'>> = {
  hosts: (desk, asker, { from, count }, turns) => viewOf(desk, asker, 'hosts').page(from, count, turns),
  hostAt: async (desk, asker, { host }) => ({ place: await viewOf(desk, asker, 'hosts').placeOf(host) }),
  host: (desk, asker, { host }, turns) => hostDetail(desk, asker, host, turns),
  hostPlace: async (desk, asker, { address }) => {
    const { addresses } = desk.open().analysis;
    for (let id = 1; id < addresses.size; id++) {
      if (addresses.text(addressId(id)) === address)
        return { place: await viewOf(desk, asker, 'hosts').placeOf(id), host: id };
    }
    throw new Refused('not-found', say('no-such-host'));
  },
};

async function hostDetail(desk: Desk, asker: Asker, host: number, turns: TimeSlices): Promise<HostDetail> {
  const s = desk.open();
  if (host >= s.analysis.addresses.size) throw new Refused('not-found', say('no-such-host'));
  const table = await viewOf(desk, asker, 'hosts').made();
  const address = s.analysis.addresses.text(addressId(host));
  const facts = await factsOfHost(s, host, turns);
  if (facts.rows.length === 0) throw new Refused('not-found', say('no-such-host'));
  const announced: readonly HostName[] = (await announcedNames(s, turns)).get(address) ?? [];
  const link = macOf(s, host, facts.rows);
  const time = timeOf(s, host, facts.rows);
  const sum = (column: Float64Array): number => column[host] ?? 0;
  const incidents = s.alerts.filter(({ of }) => of.initiator === host || of.responder === host);
  return {
    host,
    address,
    flows: facts.rows.length,
    first: time.from,
    last: time.to,
    packetsIn: sum(table.packetsIn),
    packetsOut: sum(table.packetsOut),
    bytesIn: sum(table.bytesIn),
    bytesOut: sum(table.bytesOut),
    names: [...announced, ...facts.names],
    mac: link?.mac ?? null,
    macPacket: link?.packet ?? null,
    vendor: link === null ? null : await vendorOf(desk, s, link.mac, link.packet),
    offers: facts.offers,
    uses: facts.uses,
    peers: facts.peers,
    peerCount: facts.peerCount,
    prints: facts.prints,
    time,
    verdicts: verdictsOf(s, facts.rows),
    incidents: incidents
      .toSorted((a, b) => b.of.points - a.of.points || b.number - a.number)
      .slice(0, MOST_INCIDENTS)
      .map((a) => ({ alert: a.number, incident: incidentRow(s, a.of), flow: a.flow })),
    geo: desk.geo.of(address),
  };
}

function verdictsOf(s: CaptureSession, rows: readonly FlowRow[]): HostDetail['verdicts'] {
  const counts = Object.fromEntries(VERDICTS.map((v) => [v, 0])) as Record<(typeof VERDICTS)[number], number>;
  for (const row of rows) {
    const verdict = VERDICTS[s.verdict[row]!];
    if (verdict !== undefined) counts[verdict]++;
  }
  return counts;
}

/** Flows by the moment at which they began; bytes are those of flows that began then. */
function timeOf(s: CaptureSession, host: number, rows: readonly FlowRow[]): HostTime {
  const c = s.analysis.flows.columns;
  const times = s.shift.flowTimes(s.analysis);
  const begin = (row: FlowRow): number => times.startSeconds[row]! + times.startNanoseconds[row]! / 1e9;
  let from = Infinity;
  let to = -Infinity;
  for (const row of rows) {
    from = Math.min(from, begin(row));
    to = Math.max(to, times.endSeconds[row]! + times.endNanoseconds[row]! / 1e9);
  }
  const scale = BUCKETS / Math.max(1e-9, to - from);
  const column = (): Uint32Array => new Uint32Array(BUCKETS);
  const verdicts = Object.fromEntries(VERDICTS.map((v) => [v, column()])) as HostTime['verdicts'];
  const time = {
    from,
    to,
    verdicts,
    open: column(),
    bytesIn: new Float64Array(BUCKETS),
    bytesOut: new Float64Array(BUCKETS),
  };
  for (const row of rows) {
    const at = Math.min(BUCKETS - 1, Math.floor((begin(row) - from) * scale));
    const verdict = VERDICTS[s.verdict[row]!];
    (verdict === undefined ? time.open : verdicts[verdict])[at]!++;
    const began = c.initiator[row] === host;
    time.bytesOut[at]! += (began ? c.bytesForward : c.bytesReverse)[row]!;
    time.bytesIn[at]! += (began ? c.bytesReverse : c.bytesForward)[row]!;
  }
  return time;
}
