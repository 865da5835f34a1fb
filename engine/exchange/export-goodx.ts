// Writes goodx.csv, badx.csv and manifest.json of a labelled capture.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FlowRow, type Label, packetRow, type PacketRow } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP, IPPROTO_UDP, MARK_REVERSE, PacketDecoder, protocolName } from '../decode/index.ts';
import { FEATURE_COUNT, SCHEMA_HASH, SCHEMA_VERSION } from '../features/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import type { PacketBytes } from '../read/index.ts';
import { endpoints, type Analysis } from '../session/index.ts';
import { formatRow, localTime } from './goodx.ts';
import { originalProtocol } from './protocol-names.ts';
import { packetSummary } from './summary.ts';
import { commitAll, WholeFile, WriteError } from './whole-file.ts';

export interface LabelledSource {
  readonly file: string;
  readonly sha256: string;
  readonly analysis: Analysis;
  readonly bytes: PacketBytes;
  /** What is said of each flow. */
  readonly labelOf: (row: FlowRow) => Label | null;
}

export interface GoodxOptions {
  /** Product and version. */
  readonly product: string;
  /** Seconds after which flows were over. */
  readonly timeouts: FlowTimeouts;
  /** Also write unlabelled packets as good. */
  readonly unlabelledAsGood: boolean;
}

/** Opens the three files of an export. @throws WriteError when one of them cannot be written; then none is left */
function openAll(folder: string): { readonly good: WholeFile; readonly bad: WholeFile; readonly manifest: WholeFile } {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new WriteError(folder, error);
  }
  const files: WholeFile[] = [];
  try {
    for (const name of ['goodx.csv', 'badx.csv', 'manifest.json']) files.push(new WholeFile(join(folder, name)));
  } catch (error) {
    for (const file of files) file.discard();
    throw error;
  }
  return { good: files[0]!, bad: files[1]!, manifest: files[2]! };
}

/**
 * @returns rows written to each file, and packets left out since their bytes are gone
 * @throws WriteError; what was in the folder before stays then
 */
export async function exportGoodx(
  folder: string,
  sources: AsyncIterable<LabelledSource>,
  options: GoodxOptions,
): Promise<{ good: number; bad: number; unreadable: number }> {
  const out = openAll(folder);
  const counts = { good: 0, bad: 0 };
  let unreadable = 0;
  try {
    const files: { file: string; sha256: string; good: number; bad: number }[] = [];
    for await (const source of sources) {
      const before = { ...counts };
      for (let row = packetRow(0); row < source.analysis.packetCount; row++) {
        const line = packetLine(source, row, options);
        if (line === null) continue;
        if (line.text === null) {
          unreadable++;
          continue;
        }
        counts[line.label]++;
        out[line.label].write(`${line.text}\n`);
      }
      files.push({
        file: source.file,
        sha256: source.sha256,
        good: counts.good - before.good,
        bad: counts.bad - before.bad,
      });
    }
    const manifest = {
      product: options.product,
      schema_version: SCHEMA_VERSION,
      schema_hash: SCHEMA_HASH,
      features: FEATURE_COUNT,
      timeouts: options.timeouts,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      created: new Date().toISOString(),
      rows: counts,
      unreadable_packets: unreadable,
      files,
      options: { unlabelled_as_good: options.unlabelledAsGood },
    };
    out.manifest.write(`${JSON.stringify(manifest, null, 2)}\n`);
    await commitAll([out.good, out.bad, out.manifest]);
  } finally {
    // Files that were not moved to their places are removed.
    for (const file of [out.good, out.bad, out.manifest]) file.discard();
  }
  return { ...counts, unreadable };
}

const decoder = new PacketDecoder();

/** Which of the two files a packet goes to: the one of what its flow is labelled, null for neither. */
function fileOf(label: Label | null, options: GoodxOptions): 'good' | 'bad' | null {
  if (label === 'malicious') return 'bad';
  if (label === 'benign') return 'good';
  return label === null && options.unlabelledAsGood ? 'good' : null;
}

function packetLine(
  s: LabelledSource,
  row: PacketRow,
  options: GoodxOptions,
): { text: string | null; label: 'good' | 'bad' } | null {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const flow = s.analysis.packets.flowOf(row);
  const label = fileOf(flow === null ? null : s.labelOf(flow), options);
  if (label === null) return null;
  const bytes = s.bytes.read(chunk.offset[i]!, chunk.captured[i]!);
  // Without the packet's bytes its row would be wrong.
  if (bytes.length < chunk.captured[i]!) return { text: null, label };
  const l = decoder.decode(bytes, 0, bytes.length, chunk.link[i]!, chunk.wire[i]!);
  const [source, destination] = endpoints(s.analysis, row);
  const c = s.analysis.flows.columns;
  const reverse = (chunk.marks[i]! & MARK_REVERSE) !== 0;
  const ported = flow !== null && c.hasPorts[flow] === 1;
  const [from, to] = reverse ? [c.responderPort, c.initiatorPort] : [c.initiatorPort, c.responderPort];
  const sport = ported ? from[flow]! : -1;
  const dport = ported ? to[flow]! : -1;
  const protocol = protocolName(chunk.protocol[i]!);
  const transported = ported && (l.ipProtocol === IPPROTO_TCP || l.ipProtocol === IPPROTO_UDP);
  const text = formatRow(
    {
      time: localTime(chunk.seconds[i]!),
      source,
      destination,
      length: chunk.wire[i]!,
      info: packetSummary(l, bytes, { source, destination }, protocol),
      sport: ported ? String(sport) : 'UnKnow',
      dport: ported ? String(dport) : 'UnKnow',
      protocol: originalProtocol(sport, dport, l.ipProtocol, protocol),
      label,
    },
    transported,
  );
  return { text, label };
}
