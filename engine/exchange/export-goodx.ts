// Writes goodx.csv, badx.csv and manifest.json of a labelled capture.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import type { FlowRow, Label, PacketRow } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP, IPPROTO_UDP, MARK_REVERSE, NO_FLOW, PacketDecoder, protocolName } from '../decode/index.ts';
import { FEATURE_COUNT, SCHEMA_HASH, SCHEMA_VERSION } from '../features/index.ts';
import type { PacketBytes } from '../read/index.ts';
import { endpoints, type Analysis } from '../session/index.ts';
import { formatRow, localTime } from './goodx.ts';
import { originalProtocol } from './protocol-names.ts';
import { packetSummary } from './summary.ts';

export interface LabelledSource {
  readonly file: string;
  readonly sha256: string;
  readonly analysis: Analysis;
  readonly bytes: PacketBytes;
  /** What is said of each flow. */
  readonly labelOf: (row: FlowRow) => Label | null;
}

export interface GoodxOptions {
  readonly product: string;
  /** Also write unlabelled packets as good. */
  readonly unlabelledAsGood: boolean;
}

/** @returns rows written to each file */
export async function exportGoodx(folder: string, sources: AsyncIterable<LabelledSource>, options: GoodxOptions): Promise<{ good: number; bad: number }> {
  mkdirSync(folder, { recursive: true });
  const good = createWriteStream(join(folder, 'goodx.csv'));
  const bad = createWriteStream(join(folder, 'badx.csv'));
  const counts = { good: 0, bad: 0 };
  const files: { file: string; sha256: string; good: number; bad: number }[] = [];
  for await (const source of sources) {
    const before = { ...counts };
    for (let row = 0; row < source.analysis.packetCount; row++) {
      const line = packetLine(source, row as PacketRow, options);
      if (line === null) continue;
      counts[line.label]++;
      const out = line.label === 'good' ? good : bad;
      if (!out.write(`${line.text}\n`)) await once(out, 'drain');
    }
    files.push({ file: source.file, sha256: source.sha256, good: counts.good - before.good, bad: counts.bad - before.bad });
  }
  await Promise.all([good, bad].map((s) => { s.end(); return once(s, 'finish'); }));
  const manifest = { product: options.product, schema_version: SCHEMA_VERSION, schema_hash: SCHEMA_HASH, features: FEATURE_COUNT, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, created: new Date().toISOString(), rows: counts, files, options: { unlabelled_as_good: options.unlabelledAsGood } };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return counts;
}

const decoder = new PacketDecoder();

function packetLine(s: LabelledSource, row: PacketRow, options: GoodxOptions): { text: string; label: 'good' | 'bad' } | null {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const owner = chunk.owner[i]!;
  const said = owner >= NO_FLOW ? null : s.labelOf(owner as FlowRow);
  const label = said === 'benign' ? 'good' : said === 'malicious' ? 'bad' : said === null && options.unlabelledAsGood ? 'good' : null;
  if (label === null) return null;
  const bytes = s.bytes.read(chunk.offset[i]!, chunk.captured[i]!);
  const l = decoder.decode(bytes, 0, bytes.length, chunk.link[i]!, chunk.wire[i]!);
  const [source, destination] = endpoints(s.analysis, row);
  const c = s.analysis.flows.columns;
  const reverse = (chunk.marks[i]! & MARK_REVERSE) !== 0;
  const flow = owner as FlowRow;
  const ported = owner < NO_FLOW && c.hasPorts[flow] === 1;
  const sport = !ported ? -1 : reverse ? c.responderPort[flow]! : c.initiatorPort[flow]!;
  const dport = !ported ? -1 : reverse ? c.initiatorPort[flow]! : c.responderPort[flow]!;
  const protocol = protocolName(chunk.protocol[i]!);
  const transported = ported && (l.ipProtocol === IPPROTO_TCP || l.ipProtocol === IPPROTO_UDP);
  const text = formatRow({
    time: localTime(chunk.seconds[i]!), source, destination, length: chunk.wire[i]!, info: packetSummary(l, bytes, { source, destination }, protocol),
    sport: ported ? String(sport) : 'UnKnow', dport: ported ? String(dport) : 'UnKnow', protocol: originalProtocol(sport, dport, l.ipProtocol, protocol), label,
  }, transported);
  return { text, label };
}

