import { EXIT, type FlowRecord, type Verdict } from '../../contract/index.ts';
import { type Baseline, type BaselineDocument, baselineFrom, type Ending, type Model, scoreRecords } from '../../engine/host.ts';
import { say, stop, type Folders } from '../context.ts';
import { endingSentence, fileRecord, inputFiles } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { Progress } from '../progress.ts';
import { bytes, count, paint, table, type Colour } from '../table.ts';

export interface ScoreOptions {
  readonly json: boolean;
  /** The table also where the output is no terminal. */
  readonly summary: boolean;
  readonly output: string | null;
  readonly threads: number;
  /** Only totals, no record a flow. */
  readonly quiet: boolean;
  /** How many reasons a malicious or suspicious flow gets. */
  readonly reasons: number;
  /** Without verdicts: `sightline flows`. */
  readonly plain: boolean;
  readonly top: number;
}

const COLOURS: Record<Verdict, Colour> = { malicious: 'red', suspicious: 'amber', unfamiliar: 'violet', benign: 'green' };
const ORDER: Record<Verdict, number> = { malicious: 0, suspicious: 1, unfamiliar: 2, benign: 3 };

/** Scores captures; `flows` is the same way without verdicts. */
export async function score(paths: readonly string[], model: Model, doc: BaselineDocument | null, o: ScoreOptions, folders: Folders): Promise<number> {
  const asJson = o.json || o.output !== null || (!process.stdout.isTTY && !o.quiet && !o.summary);
  const writer = new RecordWriter(o.output);
  const baseline = baselineFrom(model, doc);
  let code: number = EXIT.clean;
  for (const file of inputFiles(paths)) {
    const progress = new Progress(file);
    const shown: FlowRecord[] = [];
    const result = await scoreRecords(file, { file, model, baseline: doc, threads: o.threads, cacheFolder: folders.cache, records: o.quiet ? 'none' : o.plain ? 'plain' : 'full', reasons: o.reasons }, {
      record: (record) => {
        if (asJson) writer.write(record);
        else if (record.type === 'flow') shown.push(record);
      },
      progress: (reader, packets) => {
        progress.update(reader.source.taken(), reader.source.size, packets);
        return !stop.asked && !writer.closed;
      },
    });
    progress.clear();
    if (asJson) writer.write(fileRecord(file, result.ending, result.packets, result.flows, o.plain ? undefined : result.verdicts));
    else printTable(file, shown, o, result.verdicts, result.packets, result.flows, baseline);
    await writer.relax();
    code = worse(code, result.ending, o.plain ? 0 : result.verdicts.malicious);
    const sentence = endingSentence(file, result.ending);
    if (sentence !== null) say(sentence);
    if (stop.asked || writer.closed) break;
  }
  await writer.end();
  return stop.asked ? EXIT.error : code;
}

/** An unreadable or refused file makes the whole call an error; a partial one was read as far as it goes. */
function worse(code: number, ending: Ending, malicious: number): number {
  if (ending.kind === 'unreadable' || ending.kind === 'refused') return EXIT.error;
  return code === EXIT.clean && malicious > 0 ? EXIT.malicious : code;
}

/** Flows of one pair with the same app, name, verdict, score and reason stand in one row: a port scan is one line, not a thousand. */
function groupAlike(flows: readonly FlowRecord[]): Map<string, FlowRecord[]> {
  const groups = new Map<string, FlowRecord[]>();
  for (const f of flows) {
    const key = [f.verdict, f.score!.toFixed(2), f.src, f.dst, f.app, f.sni, f.reasons?.[0]?.text].join('\0');
    const group = groups.get(key);
    if (group) group.push(f);
    else groups.set(key, [f]);
  }
  return groups;
}

function printTable(file: string, flows: FlowRecord[], o: ScoreOptions, verdicts: Record<Verdict, number>, packets: number, total: number, baseline: Baseline): void {
  const out: string[] = [paint(`${file}: ${count(packets)} packets, ${count(total)} flows`, 'bold')];
  if (!o.quiet) {
    flows.sort((a, b) => (o.plain ? a.id - b.id : ORDER[a.verdict!] - ORDER[b.verdict!] || b.score! - a.score! || a.id - b.id));
    const alike = o.plain ? flows.map((f) => [f]) : [...groupAlike(flows).values()];
    const top = alike.slice(0, o.top);
    const ends = (address: string, port: number | null): string => (port === null ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
    const rows = top.map((group) => ({ f: group[0]!, more: group.length - 1 })).map(({ f, more }) => [
      ...(o.plain ? [] : [f.verdict!, f.score!.toFixed(2)]), more > 0 ? `${f.id} +${count(more)}` : String(f.id), ends(f.src, f.sport), ends(f.dst, f.dport), f.app, f.sni ?? '–', count(f.packets_fwd + f.packets_rev), bytes(f.bytes_fwd + f.bytes_rev), f.end_reason,
      ...(o.plain ? [] : [f.reasons?.[0]?.text ?? (f.verdict === 'unfamiliar' ? 'unlike what the model was trained on' : '')]),
    ]);
    const columns = [
      ...(o.plain ? [] : [{ title: 'Verdict' }, { title: 'Score', right: true }]), { title: 'Flow', right: true }, { title: 'Initiator' }, { title: 'Responder' }, { title: 'App' }, { title: 'Server name' }, { title: 'Packets', right: true }, { title: 'Bytes', right: true }, { title: 'End' },
      ...(o.plain ? [] : [{ title: 'Strongest reason' }]),
    ];
    if (rows.length > 0) out.push(table(columns, rows, (row) => COLOURS[row[0] as Verdict] ?? null));
    if (alike.length > top.length) out.push(paint(`… ${count(alike.length - top.length)} more rows; --top N or --json shows them`, 'grey'));
  }
  if (!o.plain) {
    out.push(`${(['malicious', 'suspicious', 'unfamiliar', 'benign'] as const).map((v) => `${count(verdicts[v])} ${v}`).join(', ')}.`);
    out.push(baseline.learned ? `Thresholds are this network's own (${baseline.name}).` : 'This network is unfamiliar: thresholds come from other networks and travel badly. Teach it with `sightline learn FILE…` of ordinary traffic.');
  }
  process.stdout.write(`${out.join('\n')}\n`);
}
