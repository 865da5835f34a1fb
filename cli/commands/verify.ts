// `sightline verify`: whether captures are whole and unchanged, and whether a model is the one that its card describes.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { count, english, EXIT, SaidError, say as message, type VerifyRecord } from '../../contract/index.ts';
import { loadIndex, usableModel } from '../../engine/host.ts';
import { RECORDS, VLAN } from '../common-flags.ts';
import { type Folders, say, stop, telling, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff, path } from '../flags.ts';
import { isPlainFile } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { readCapture } from '../read-capture.ts';
import { table } from '../table.ts';
import { type FileInput, Tally } from '../tally.ts';
import { terminal } from '../terminal.ts';

export const command = defineCommand({
  name: 'verify',
  summary: 'Whether captures are whole and unchanged, and models what their cards say',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: {
    sums: path('FILE', 'hashes that they must have, in lines of sha256sum'),
    ...RECORDS,
    ...VLAN,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  apart: [['summary', 'json', 'output']],
  examples: ['sightline verify captures/', 'sightline verify capture.pcap --sums captures.sha256 --json'],
  run: async (o, paths, folders) => {
    const sums = o.sums === null ? null : readSums(o.sums);
    const writer = new RecordWriter(o.output);
    const asJson = o.json || o.output !== null || (!terminal.shown && !o.summary);
    const tally = new Tally(o['partial-ok']);
    const rows: VerifyRecord[] = [];
    let wrong = 0;
    for (const input of tally.captures(paths)) {
      const record = input.path.endsWith('.json') ? modelOf(input) : await captureOf(input, folders, tally);
      const expected = sums?.get(resolve(input.path)) ?? null;
      const told = sums === null ? record : { ...record, expected, same: expected === record.sha256 };
      if (told.same === false || told.problem !== null) wrong++;
      if (told.same === false && told.problem === null)
        say(`${input.name}: ${english(message(expected === null ? 'cli-sum-missing' : 'cli-sum-differs'))}.`);
      if (asJson) writer.write(told);
      else rows.push(told);
      if (stop.asked) break;
    }
    if (!asJson) for (const line of lines(rows)) writer.line(line);
    await writer.end();
    return wrong > 0 ? EXIT.error : tally.code(stop.asked);
  },
});

/** @throws UsageError for a line that is none */
function readSums(file: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const [i, line] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    if (line === '') continue;
    const found = /^([0-9a-f]{64}) [ *](.+)$/i.exec(line);
    if (found === null) throw new UsageError(`${file}: line ${i + 1} is none of sha256sum`);
    sums.set(resolve(file, '..', found[2]!), found[1]!.toLowerCase());
  }
  return sums;
}

async function sha256Of(file: string): Promise<string> {
  const [{ hashesOf }, { TimeSlices }] = await Promise.all([
    import('../../engine/host-packets.ts'),
    import('../../engine/host-filter.ts'),
  ]);
  return (await hashesOf(file, ['sha256'], new TimeSlices())).sha256;
}

async function captureOf(input: FileInput, folders: Folders, tally: Tally): Promise<VerifyRecord> {
  const { path: file, name } = input;
  const none = { packets: 0, flows: 0, cut: 0, backwards: 0, index: 'none' as const };
  const sha256 = isPlainFile(file) ? await sha256Of(file) : null;
  const read = await readCapture(input, folders);
  const ending = read.ok ? read.capture.ending : read.ending;
  tally.ended(name, ending);
  const base = { type: 'verified', file: name, kind: 'capture', sha256, status: ending.kind } as const;
  const problem = ending.kind === 'ok' || ending.kind === 'partial' ? null : english(ending.message);
  const at = 'offset' in ending ? ending.offset : null;
  if (!read.ok) return { ...base, ...none, at, problem };
  try {
    const { packets, flows } = read.capture.analysis;
    let [cut, backwards, before] = [0, 0, -Infinity];
    for (let row = 0; row < packets.count; row++) {
      const chunk = packets.chunk(row as Parameters<typeof packets.chunk>[0]);
      const i = row % chunk.wire.length;
      if (chunk.captured[i]! < chunk.wire[i]!) cut++;
      const now = chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
      if (now < before) backwards++;
      before = now;
    }
    const kept = isPlainFile(file) ? loadIndex(folders.cache, file, telling.timeouts.vlan === true) : null;
    const same =
      kept?.analysis.packetCount === packets.count && kept.analysis.flows.columns.count === flows.columns.count;
    const known = same ? 'same' : 'different';
    const index = kept === null ? 'none' : known;
    return { ...base, packets: packets.count, flows: flows.columns.count, cut, backwards, index, at, problem };
  } finally {
    read.capture.close();
  }
}

/** A model is read as a score reads it, and held to the SHA-256 that stands in its card beside it. */
function modelOf({ path: file, name }: FileInput): VerifyRecord {
  const none = { packets: 0, flows: 0, cut: 0, backwards: 0, index: 'none' as const, at: null };
  const base = { type: 'verified', file: name, kind: 'model' } as const;
  try {
    const { sha256 } = usableModel(file);
    const card = cardOf(file);
    if (card === null) say(`${name}: ${english(message('cli-no-card', { card: `${basename(file, '.json')}.md` }))}.`);
    const problem = card === null || card === sha256 ? null : english(message('cli-card-differs'));
    if (problem !== null) say(`${name}: ${problem}.`);
    return { ...base, ...none, sha256, status: problem === null ? 'ok' : 'unreadable', problem };
  } catch (error) {
    if (!(error instanceof SaidError)) throw error;
    say(`${name}: ${error.message}`);
    return { ...base, ...none, sha256: null, status: 'unreadable', problem: error.message };
  }
}

function cardOf(file: string): string | null {
  try {
    return /SHA-256 `([0-9a-f]{64})`/.exec(readFileSync(file.replace(/\.json$/, '.md'), 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

function lines(rows: readonly VerifyRecord[]): ReturnType<typeof table> {
  const right = true;
  return table(
    [
      { title: 'Status' },
      { title: 'Packets', right },
      { title: 'Flows', right },
      { title: 'Cut', right },
      { title: 'Backwards', right },
      { title: 'Index' },
      { title: 'SHA-256' },
      { title: 'File' },
    ],
    rows.map((r) => [
      r.same === false ? 'changed' : r.status,
      count(r.packets),
      count(r.flows),
      count(r.cut),
      count(r.backwards),
      r.index,
      r.sha256?.slice(0, 16) ?? '',
      r.file,
    ]),
  );
}
