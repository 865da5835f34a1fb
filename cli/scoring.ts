// Reads captures and prints their flows as records or as tables: `score` with verdicts, `flows` without.
import type { FlowRecord, IncidentRecord } from '../contract/index.ts';
import { type BaselineDocument, baselineFrom, scoreRecords } from '../engine/host.ts';
import type { IndicatorSet } from '../engine/host-indicators.ts';
import { type AskedRules, RuleTally } from './asked-rules.ts';
import { IndicatorTally } from './asked-indicators.ts';
import type { EveFile } from './eve-file.ts';
import { stop, telling, type Folders } from './context.ts';
import { printFlows } from './flow-table.ts';
import { fileRecord } from './inputs.ts';
import { type ChosenModel, modelText } from './models.ts';
import { RecordWriter } from './output.ts';
import { Progress } from './progress.ts';
import { Tally } from './tally.ts';
import { outputGone, terminal } from './terminal.ts';

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
  /** Threat rules that are asked too. */
  readonly asked?: AskedRules | null;
  /** Lists that flows are held against. */
  readonly indicators?: IndicatorSet | null;
  /** Their matches as EVE. */
  readonly eve?: EveFile | null;
}

/** @returns the exit code */
export async function score(
  paths: readonly string[],
  chosen: ChosenModel,
  baseline: BaselineDocument | null,
  o: ScoreOptions,
  folders: Folders,
): Promise<number> {
  const { model } = chosen;
  const asJson = o.json || o.output !== null || (!terminal.shown && !o.quiet && !o.summary);
  const writer = new RecordWriter(o.output);
  const tally = new Tally(o.partialOk);
  const gone = (): boolean => (asJson ? writer.closed : outputGone());
  const captures = tally.captures(paths, (bad) => {
    if (asJson) writer.write(fileRecord(bad.name, bad.ending, 0, 0));
  });
  for (const { path, name } of captures) {
    const progress = new Progress(name);
    const shown: FlowRecord[] = [];
    const incidents: IncidentRecord[] = [];
    const matches = new RuleTally();
    const met = new IndicatorTally();
    const result = await scoreRecords(
      path,
      {
        file: name,
        model,
        baseline,
        threads: o.threads,
        cacheFolder: folders.cache,
        timeouts: telling.timeouts,
        records: recordsWanted(o),
        reasons: o.reasons,
        ...(o.indicators ? { indicators: o.indicators } : {}),
        ...(o.asked ? { rules: o.asked.feed(path, folders.cache) } : {}),
      },
      {
        record: (record) => {
          if (asJson) writer.write(record);
          else if (record.type === 'flow') shown.push(record);
          else if (record.type === 'incident') incidents.push(record);
          else if (record.by === 'rule') matches.add(record);
          else if (record.by === 'indicator') met.add(record);
        },
        ruleHit: ({ hit, rule }) => o.eve?.add(hit, rule, name),
        progress: (reader, read) => {
          progress.update(reader.source.taken(), reader.source.size, read);
          return !stop.asked && !gone();
        },
      },
    );
    progress.clear();
    const verdicts = o.plain ? undefined : result.verdicts;
    if (asJson)
      writer.write({
        ...fileRecord(name, result.ending, result.packets, result.flows, o.plain ? undefined : { ...result, model }),
        ...(o.asked ? { rules: o.asked.asked, rules_refused: o.asked.refused } : {}),
      });
    else
      printFlows(name, shown, result, verdicts === undefined ? null : baselineFrom(model, baseline), {
        ...o,
        incidents,
        matches: [...met.lines(o.top), ...matches.lines(o.top)],
        model: modelText(chosen),
      });
    await writer.relax();
    tally.malicious += verdicts?.malicious ?? 0;
    // A reader that went away ended the capture early: how it would have ended is not known.
    if (gone()) {
      if (!o.plain) tally.cutShort();
      break;
    }
    tally.ended(name, result.ending);
    if (stop.asked) break;
  }
  await writer.end();
  await o.eve?.end();
  return tally.code(stop.asked);
}

function recordsWanted(o: ScoreOptions): 'none' | 'plain' | 'full' {
  if (o.quiet) return 'none';
  return o.plain ? 'plain' : 'full';
}
