// Measures the judgement on labelled captures: which models judge, tables, reports.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { english, EXIT, type EvaluationReport, SaidError, say as message } from '../contract/index.ts';
import { type LabelledCapture, writeWhole } from '../engine/host.ts';
import {
  type AskedRuleFiles,
  asItIs,
  byLeftOut,
  byRulesAlone,
  cardWithRules,
  type Judges,
  labelledCaptures,
  type LeftOutOptions,
  measure,
  reportHtml,
  reportJson,
  reportLines,
  reportMarkdown,
  sourceFamily,
  type Told,
} from '../engine/host-lab.ts';
import { readRuleFiles } from '../engine/host-rules.ts';
import { print, printAll, say, UsageError, type Folders } from './context.ts';
import { sayReading, sayUnread } from './labelled.ts';
import { knownVariables } from './rule-files.ts';
import { chooseModel, DEFAULT_MODEL, modelText, SHIPPED } from './models.ts';
import { table } from './table.ts';
import { status, wipeStatus } from './terminal.ts';

export interface EvaluationCall {
  readonly model: string | null;
  readonly rulesOnly: boolean;
  readonly shipped: boolean;
  readonly own: boolean;
  /** With what it is compared: a model file, 'shipped', 'adopted', 'left-out' or 'rules'. */
  readonly compare: string | null;
  /** Files and folders of threat rules that are asked as well. */
  readonly rules: readonly string[];
  /** The card that is told what they add. */
  readonly card: string | null;
  readonly source: string | null;
  readonly capture: string | null;
  readonly json: boolean;
  readonly markdown: string | null;
  readonly html: string | null;
  readonly threads: number;
}

export async function evaluate(paths: readonly string[], o: EvaluationCall, folders: Folders): Promise<number> {
  const [folder, ...more] = paths;
  if (folder === undefined || more.length > 0)
    throw new UsageError('evaluate needs one folder with labels.csv, or with folders goodx and badx of captures');
  const labelled = labelledCaptures(folder);
  if (!labelled.ok) throw new SaidError(labelled.message);
  const { captures } = labelled;
  if (!existsSync(join(folder, 'flow-labels.csv')))
    say(`${folder} has no flow-labels.csv, which names flows: each flow of a malicious capture counts as malicious.`);
  const first = firstOf(o);
  if (o.own && first !== 'left-out' && o.compare !== 'left-out')
    throw new UsageError(
      '--own goes with models that never saw the source: not with --model, --shipped or --rules-only',
    );
  const corpus: LeftOutOptions = { folder, captures, cacheFolder: folders.cache, threads: o.threads, own: o.own };
  if (o.card !== null && (o.rules.length === 0 || !existsSync(o.card)))
    throw new UsageError('--card goes with --rules and names a card that is there');
  const rules = o.rules.length === 0 ? null : readOnce(o.rules);
  const judges = await judgesFor(first, corpus, folders);
  const against = o.compare === null ? null : await judgesFor(o.compare, corpus, folders);
  const wanted = (c: LabelledCapture): boolean =>
    (o.source === null || sourceFamily(c.source) === o.source || c.source === o.source) &&
    (o.capture === null || c.path.includes(o.capture));
  const report = await measure(
    {
      folder,
      captures: captures.filter(wanted),
      cacheFolder: folders.cache,
      threads: o.threads,
      judges,
      against,
      rules,
    },
    TOLD,
  );
  wipeStatus();
  if (o.json) print(reportJson(report));
  else show(report);
  if (o.markdown !== null) await writeWhole(o.markdown, reportMarkdown(report));
  if (o.html !== null) await writeWhole(o.html, reportHtml(report));
  if (o.card !== null && report.added !== null)
    await writeWhole(o.card, cardWithRules(readFileSync(o.card, 'utf8'), report));
  sayUnread(report.unreadable);
  return EXIT.clean;
}

/** Reads rules to say what is refused; each thread reads them again. */
function readOnce(paths: readonly string[]): AskedRuleFiles {
  const { ready, unread } = readRuleFiles(paths, knownVariables([]));
  if (unread.length > 0)
    throw new UsageError(unread.map(({ path, why }) => `--rules ${path}: ${english(why)}`).join('; '));
  return { paths, asked: ready.rules.length, refused: ready.refused.length };
}

const TOLD: Told = { progress: (doing, done, all) => status(english(message(`lab-doing-${doing}`, { done, all }))) };

function show(report: EvaluationReport): void {
  for (const t of reportLines(report)) {
    print('', t.title);
    if (t.note !== '') print(t.note);
    if (t.rows.length === 0) continue;
    printAll(
      table(
        t.heads.map((title) => ({ title })),
        t.rows.map((row) => [...row]),
      ),
    );
  }
}

/** Who judges where nothing is compared. */
function firstOf(o: EvaluationCall): string {
  if (o.rulesOnly) return 'rules';
  if (o.shipped) return SHIPPED;
  return o.model ?? 'left-out';
}

/**
 * @param who 'rules', 'left-out', 'shipped', 'adopted', or a model file
 * @param c with all captures of the folder, from which models with sources left out are made
 */
async function judgesFor(who: string, c: LeftOutOptions, folders: Folders): Promise<Judges> {
  if (who === 'rules') return byRulesAlone(DEFAULT_MODEL);
  if (who !== 'left-out') {
    const { file, model } = chooseModel(who, folders);
    return asItIs(file, model, who === SHIPPED ? 'lab-point-shipped' : 'lab-point-as-is');
  }
  sayReading(c.captures);
  const judges = await byLeftOut(c, DEFAULT_MODEL, TOLD);
  wipeStatus();
  if (judges === null) {
    const chosen = chooseModel(null, folders);
    say(`${english(message('lab-few-sources'))} The model's point is that of ${modelText(chosen)}.`);
    return asItIs(chosen.file, chosen.model, 'lab-point-as-is');
  }
  sayUnread(judges.unreadable);
  say(english(judges.lesson));
  return judges;
}
