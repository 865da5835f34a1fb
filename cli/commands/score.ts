import type { FlowRecord, Verdict } from '../../contract/index.ts';
import { type Baseline, type BaselineDocument, baselineFrom, type Model, scoreRecords } from '../../engine/host.ts';
import { printAll, say, stop, telling, type Folders } from '../context.ts';
import { endingSentence, fileRecord, inputs } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { Progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { bytes, count, table } from '../table.ts';
import { outputGone, paint, terminal, type Colour, type Line } from '../terminal.ts';

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
  /** A capture that is cut is no error. */
  readonly partialOk: boolean;
}

const COLOURS: Record<Verdict, Colour> = {
  malicious: 'red',
  suspicious: 'amber',
  unfamiliar: 'violet',
  benign: 'green',
};
const ORDER: Record<Verdict, number> = { malicious: 0, suspicious: 1, unfamiliar: 2, benign: 3 };

/** Scores captures; `flows` is the same way without verdicts. */
export async function score(
  paths: readonly string[],
  model: Model,
  doc: BaselineDocument | null,
  o: ScoreOptions,
  folders: Folders,
): Promise<number> {
  const asJson = o.json || o.output !== null || (!terminal.shown && !o.quiet && !o.summary);
  const writer = new RecordWriter(o.output);
  const baseline = baselineFrom(model, doc);
  const tally = new Tally(o.partialOk);
  const gone = (): boolean => (asJson ? writer.closed : outputGone());
  for (const input of inputs(paths)) {
    if (input.kind === 'bad') {
      tally.ended(input.ending);
      if (asJson) writer.write(fileRecord(input.name, input.ending, 0, 0));
      say(endingSentence(input.name, input.ending)!);
      continue;
    }
    const { path, name } = input;
    const progress = new Progress(name);
    const shown: FlowRecord[] = [];
    const result = await scoreRecords(
      path,
      {
        file: name,
        model,
        baseline: doc,
        threads: o.threads,
        cacheFolder: folders.cache,
        timeouts: telling.timeouts,
        records: o.quiet ? 'none' : o.plain ? 'plain' : 'full',
        reasons: o.reasons,
      },
      {
        record: (record) => {
          if (asJson) writer.write(record);
          else if (record.type === 'flow') shown.push(record);
        },
        progress: (reader, read) => {
          progress.update(reader.source.taken(), reader.source.size, read);
          return !stop.asked && !gone();
        },
      },
    );
    progress.clear();
    const verdicts = o.plain ? undefined : result.verdicts;
    if (asJson) writer.write(fileRecord(name, result.ending, result.packets, result.flows, verdicts));
    else printTable(name, shown, o, result.verdicts, result.packets, result.flows, baseline);
    await writer.relax();
    tally.malicious += verdicts?.malicious ?? 0;
    // Who stopped reading our output has no word to hear of the file that was under way.
    if (gone()) {
      if (!o.plain) tally.cutShort();
      break;
    }
    tally.ended(result.ending);
    const sentence = endingSentence(name, result.ending);
    if (sentence !== null) say(sentence);
    if (stop.asked) break;
  }
  await writer.end();
  return tally.code(stop.asked);
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

/** An address with its port. */
function end(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function reasonOf(f: FlowRecord): string {
  return f.reasons?.[0]?.text ?? (f.verdict === 'unfamiliar' ? 'unlike what the model was trained on' : '');
}

/** A row of the table: a flow and how many like it. */
function cells(f: FlowRecord, more: number, plain: boolean): string[] {
  const row = [
    more > 0 ? `${f.id} +${count(more)}` : String(f.id),
    end(f.src, f.sport),
    end(f.dst, f.dport),
    f.app,
    f.sni ?? '–',
    count(f.packets_fwd + f.packets_rev),
    bytes(f.bytes_fwd + f.bytes_rev),
    f.end_reason,
  ];
  return plain ? row : [f.verdict!, f.score!.toFixed(2), ...row, reasonOf(f)];
}

const PLAIN_COLUMNS = [
  { title: 'Flow', right: true },
  { title: 'Initiator' },
  { title: 'Responder' },
  { title: 'App' },
  { title: 'Server name' },
  { title: 'Packets', right: true },
  { title: 'Bytes', right: true },
  { title: 'End' },
];
const COLUMNS = [
  { title: 'Verdict' },
  { title: 'Score', right: true },
  ...PLAIN_COLUMNS,
  { title: 'Strongest reason' },
];

function printTable(
  file: string,
  flows: FlowRecord[],
  o: ScoreOptions,
  verdicts: Record<Verdict, number>,
  packets: number,
  total: number,
  baseline: Baseline,
): void {
  const out: Line[] = [paint(`${file}: ${count(packets)} packets, ${count(total)} flows`, 'bold')];
  if (!o.quiet) {
    flows.sort((a, b) =>
      o.plain ? a.id - b.id : ORDER[a.verdict!] - ORDER[b.verdict!] || b.score! - a.score! || a.id - b.id,
    );
    const alike = o.plain ? flows.map((f) => [f]) : [...groupAlike(flows).values()];
    const rows = alike.slice(0, o.top).map((group) => cells(group[0]!, group.length - 1, o.plain));
    if (rows.length > 0)
      for (const line of table(o.plain ? PLAIN_COLUMNS : COLUMNS, rows, (row) => COLOURS[row[0] as Verdict] ?? null))
        out.push(line);
    if (alike.length > o.top)
      out.push(paint(`… ${count(alike.length - o.top)} more rows; --top N or --json shows them`, 'grey'));
  }
  if (!o.plain) {
    out.push(
      `${(['malicious', 'suspicious', 'unfamiliar', 'benign'] as const).map((v) => `${count(verdicts[v])} ${v}`).join(', ')}.`,
    );
    out.push(
      baseline.learned
        ? `Thresholds are this network's own (${baseline.name}).`
        : 'This network is unfamiliar: thresholds come from other networks and travel badly. Teach it with `sightline learn FILE…` of ordinary traffic.',
    );
  }
  printAll(out);
}
