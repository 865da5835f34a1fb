// What a report of incidents tells: the incidents with the packets that show them, the hosts of them, the capture's own
// fingerprints. The page is made of it elsewhere (contract/incident-report-page.ts).
import { basename } from 'node:path';
import {
  addressId,
  type PacketRow,
  packetRow,
  type ReportData,
  type ReportPacket,
  type ReportRule,
} from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { signatureOf } from '../evidence/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import { endpoints } from '../session/index.ts';
import { stripSpan, timeStrip, type TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { hashesOf } from './file-hashes.ts';
import { alertRow } from './detail.ts';
import { HostTable } from './host-table.ts';
import { namesOfHost } from './host-facts.ts';
import { whoAmI } from './incident-work.ts';
import type { Alert, CaptureSession } from './session.ts';
import { fileSize } from './save.ts';
import { ruleKey, rulesAsWritten } from './threat-handlers.ts';

/** Incidents and packets of each that one report holds. */
const MOST_INCIDENTS = 500;
const MOST_PACKETS = 24;
const MOST_HOSTS = 200;
const BUCKETS = 240;
const SECOND = 1_000_000_000n;

/** @param alerts in the order of the report */
export async function reportData(
  desk: Desk,
  s: CaptureSession,
  alerts: readonly Alert[],
  turns: TimeSlices,
): Promise<ReportData> {
  const told = alerts.slice(0, MOST_INCIDENTS);
  const { packets, flows } = s.analysis;
  const strip = s.shift.active
    ? await capturedStrip(s, turns)
    : await timeStrip(s, BUCKETS, s.revision, s.phase === 'done');
  const rules = rulesTold(desk, s, told);
  const incidents = told.map((alert) => ({
    alert: alertRow(s, alert, desk.isAllowed(s, alert)),
    work: s.work.of(alert.of),
    allowed: desk.isAllowed(s, alert),
    packets: evidencePackets(alert).map((row) => packetLine(s, row)),
    rules: alert.of.evidence.keys().flatMap((name) => rules.get(name) ?? []),
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
      shifted: s.shift.active,
      first: packets.count === 0 ? null : capturedSeconds(s, packetRow(0)),
      last: packets.count === 0 ? null : capturedSeconds(s, packetRow(packets.count - 1)),
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

/** Threat rules that are evidence of incidents, by the name of their evidence. */
function rulesTold(desk: Desk, s: CaptureSession, alerts: readonly Alert[]): ReadonlyMap<string, ReportRule> {
  const found = new Map<string, RuleFacts>();
  for (const name of new Set(alerts.flatMap(({ of }) => of.evidence.keys()))) {
    const id = signatureOf(name);
    const rule = id === null ? null : s.hits.ruleOf(id.gid, id.sid);
    if (rule !== null) found.set(name, rule);
  }
  const written = rulesAsWritten(desk.shared.threats, [...found.values()]);
  const told = [...found].map(([name, rule]): [string, ReportRule] => {
    const { gid, sid, rev, msg, classtype, references, file, line } = rule;
    const text = written.get(ruleKey(rule)) ?? null;
    return [name, { gid, sid, rev, msg, classtype, references, file, line, text }];
  });
  return new Map(told);
}

/** The first packets that show evidence that counts, in their order. */
function evidencePackets({ of, packet }: Alert): PacketRow[] {
  const pieces = of.evidence.values().filter((e) => of.counting.includes(e.rule.name));
  const rows = new Set<number>([packet]);
  for (let n = 0; rows.size < MOST_PACKETS && pieces.some((e) => n < e.packets.length); n++)
    for (const e of pieces) if (n < e.packets.length && rows.size < MOST_PACKETS) rows.add(e.packets[n]!);
  return [...rows].sort((a, b) => a - b).map(packetRow);
}

/** A packet's time as it was captured, seconds since 1970: incidents and hosts have theirs so. */
function capturedSeconds(s: CaptureSession, row: PacketRow): number {
  if (!s.shift.active) return s.analysis.packets.secondsOf(row);
  const at = s.shift.captured(s.analysis, row);
  return Number(at / SECOND) + Number(at % SECOND) / 1e9;
}

/** Packets over the time in which they were captured. */
async function capturedStrip(
  s: CaptureSession,
  turns: TimeSlices,
): Promise<{ readonly from: number; readonly to: number; readonly packets: Uint32Array }> {
  const { count } = s.analysis.packets;
  const packets = new Uint32Array(BUCKETS);
  const times = new Float64Array(count);
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < count; row++) {
    const at = capturedSeconds(s, packetRow(row));
    times[row] = at;
    first = Math.min(first, at);
    last = Math.max(last, at);
    if ((row & 0xfff) === 0 && turns.due) await turns.rest();
  }
  if (count === 0) return { from: 0, to: 0, packets };
  const { from, to } = stripSpan(first, last);
  const scale = BUCKETS / (to - from);
  for (const at of times) packets[Math.min(BUCKETS - 1, Math.floor((at - from) * scale))]!++;
  return { from, to, packets };
}

function packetLine(s: CaptureSession, row: PacketRow): ReportPacket {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const [source, destination] = endpoints(s.analysis, row);
  return {
    no: row + 1,
    time: capturedSeconds(s, row),
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
