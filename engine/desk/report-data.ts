// What a report of incidents tells: the incidents with the packets that show them, the hosts of them, the capture's own
// fingerprints. The page is made of it elsewhere (contract/incident-report-page.ts).
import { basename } from 'node:path';
import { addressId, type PacketRow, packetRow, type ReportData, type ReportPacket } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { endpoints } from '../session/index.ts';
import { timeStrip, type TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { hashesOf } from './file-hashes.ts';
import { alertRow } from './detail.ts';
import { HostTable } from './host-table.ts';
import { namesOfHost } from './host-facts.ts';
import { whoAmI } from './incident-work.ts';
import type { Alert, CaptureSession } from './session.ts';
import { fileSize } from './save.ts';

/** Incidents and packets of each that one report holds. */
const MOST_INCIDENTS = 500;
const MOST_PACKETS = 24;
const MOST_HOSTS = 200;
const BUCKETS = 240;

/** @param alerts in the order of the report */
export async function reportData(
  desk: Desk,
  s: CaptureSession,
  alerts: readonly Alert[],
  turns: TimeSlices,
): Promise<ReportData> {
  const told = alerts.slice(0, MOST_INCIDENTS);
  const { packets, flows } = s.analysis;
  const strip = await timeStrip(s, BUCKETS, s.revision, s.phase === 'done');
  const incidents = told.map((alert) => ({
    alert: alertRow(s, alert, desk.isAllowed(s, alert)),
    work: s.work.of(alert.of),
    allowed: desk.isAllowed(s, alert),
    packets: evidencePackets(alert).map((row) => packetLine(s, row)),
  }));
  return {
    product: `${desk.options.product} ${desk.options.version}`,
    made: new Date().toISOString(),
    by: whoAmI(),
    capture: {
      name: s.options.name,
      files: await filesOf(s, turns),
      packets: packets.count,
      flows: flows.columns.count,
      first: packets.count === 0 ? null : packets.secondsOf(packetRow(0)),
      last: packets.count === 0 ? null : packets.secondsOf(packetRow(packets.count - 1)),
      captureFilter: s.options.captureFilter,
      interface: s.options.interface,
      status: s.ending?.kind ?? null,
    },
    judged: { model: s.options.model.name, sha256: s.options.model.sha256, learned: s.baseline.learned },
    incidents,
    left: alerts.length - told.length,
    hosts: await hostsOf(s, told, turns),
    timeline: { from: strip.from, to: strip.to, packets: [...strip.packets] },
  };
}

/** The first packets that show evidence that counts, in their order. */
function evidencePackets({ of, packet }: Alert): PacketRow[] {
  const pieces = of.evidence.values().filter((e) => of.counting.includes(e.rule.name));
  const rows = new Set<number>([packet]);
  for (let n = 0; rows.size < MOST_PACKETS && pieces.some((e) => n < e.packets.length); n++)
    for (const e of pieces) if (n < e.packets.length && rows.size < MOST_PACKETS) rows.add(e.packets[n]!);
  return [...rows].sort((a, b) => a - b).map(packetRow);
}

function packetLine(s: CaptureSession, row: PacketRow): ReportPacket {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const [source, destination] = endpoints(s.analysis, row);
  return {
    no: row + 1,
    time: s.analysis.packets.secondsOf(row),
    source,
    destination,
    protocol: protocolName(chunk.protocol[i]!),
    length: chunk.wire[i]!,
    info: s.info(row).slice(0, 300),
  };
}

async function filesOf(s: CaptureSession, turns: TimeSlices): Promise<ReportData['capture']['files']> {
  const files: ReportData['capture']['files'][number][] = [];
  for (const { path } of s.files()) {
    // A file that still grows has another hash a moment later.
    const sha256 = s.phase === 'done' ? await sha256Of(path, turns) : null;
    files.push({ name: basename(path), bytes: fileSize(path), sha256 });
  }
  return files;
}

/** @returns null where it cannot be read */
async function sha256Of(path: string, turns: TimeSlices): Promise<string | null> {
  try {
    return (await hashesOf(path, ['sha256'], turns)).sha256;
  } catch (error) {
    if (turns.cancelled) throw error;
    return null;
  }
}

async function hostsOf(s: CaptureSession, alerts: readonly Alert[], turns: TimeSlices): Promise<ReportData['hosts']> {
  const ids = new Set<number>();
  for (const { of } of alerts) {
    if (ids.size >= MOST_HOSTS) break;
    ids.add(of.initiator);
    if (of.responder >= 0) ids.add(of.responder);
  }
  if (ids.size === 0) return [];
  const table = await HostTable.make(s, null, turns);
  const names = await namesOfHost(s, [...ids], turns);
  return [...ids].map((id) => ({
    address: s.analysis.addresses.text(addressId(id)),
    names: (names.get(id) ?? []).map((n) => n.name),
    flows: table.flows[id]!,
    peers: table.peers[id]!,
    bytesIn: table.bytesIn[id]!,
    bytesOut: table.bytesOut[id]!,
    first: table.first[id]!,
    last: table.last[id]!,
  }));
}
