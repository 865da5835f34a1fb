// What filters and fields know of a capture beside its columns: verdicts, matches of threat rules, entries of lists,
// features. The capture is scored for it as `score` does, and its packets are read again afterwards.
import { english, type FlowRow, say as message, VERDICT_OPEN, VERDICTS } from '../contract/index.ts';
import { baselineFrom, type BaselineDocument, knownFrom } from '../engine/host.ts';
import type { Subject } from '../engine/host-filter.ts';
import type { IndicatorSet } from '../engine/host-indicators.ts';
import { FEATURES, MetIndicators, scoreFile, SessionHits } from '../engine/host-packets.ts';
import { askedIndicators } from './asked-indicators.ts';
import { type AskedRules, askedRules } from './asked-rules.ts';
import { type Folders, stop, telling, UsageError } from './context.ts';
import type { Wants } from './filtering.ts';
import { chooseBaseline, chooseModel, type ChosenModel } from './models.ts';
import { Progress } from './progress.ts';
import type { ReadCapture } from './read-capture.ts';
import { type RuleOptions, ruleCall } from './rule-files.ts';
import type { FileInput } from './tally.ts';

export interface JudgedOptions extends RuleOptions {
  readonly rules: readonly string[];
  readonly indicators: readonly string[];
  readonly allow: readonly string[];
}

/** One thread asks rules of a capture in the order of its packets; a second one would have to be waited for. */
const ONE_THREAD = 1;

/** @returns null where nothing asks @throws UsageError for rules or lists that are missing, or that nobody asks */
export async function packetJudge(o: JudgedOptions, wants: Wants, folders: Folders): Promise<PacketJudge | null> {
  const { rule, indicator } = wants;
  if (rule !== null && o.rules.length === 0)
    throw new UsageError(english(message('cli-asked-of-rules', { field: rule })));
  if (indicator !== null && o.indicators.length === 0)
    throw new UsageError(english(message('cli-asked-of-lists', { field: indicator })));
  if (rule === null && o.rules.length > 0 && !wants.judged) throw new UsageError(english(message('cli-rules-unasked')));
  if (indicator === null && o.indicators.length > 0 && !wants.judged)
    throw new UsageError(english(message('cli-lists-unasked')));
  if (!wants.judged && wants.features.length === 0) return null;
  const chosen = chooseModel(null, folders);
  const baseline = chooseBaseline(chosen.model, folders, { foreign: false, network: null });
  const lists = o.indicators.length === 0 ? null : askedIndicators(o.indicators, o.allow);
  const carried = lists?.wantsFiles === true;
  const asked =
    o.rules.length === 0 && !carried ? null : await askedRules(await ruleCall(o.rules, o), ONE_THREAD, carried);
  return new PacketJudge(chosen, baseline, asked, lists, wants.features);
}

export class PacketJudge {
  private readonly chosen: ChosenModel;
  private readonly baseline: BaselineDocument | null;
  private readonly asked: AskedRules | null;
  private readonly lists: IndicatorSet | null;
  private readonly features: readonly string[];

  constructor(
    chosen: ChosenModel,
    baseline: BaselineDocument | null,
    asked: AskedRules | null,
    lists: IndicatorSet | null,
    features: readonly string[],
  ) {
    this.chosen = chosen;
    this.baseline = baseline;
    this.asked = asked;
    this.lists = lists;
    this.features = features;
  }

  /** @throws UsageError for a capture that comes once */
  async subject({ path, name }: FileInput, c: ReadCapture, folders: Folders): Promise<Subject> {
    if (c.tree.wholeBytes === null || path === '-') throw new UsageError(english(message('cli-read-twice', { name })));
    const flows = c.analysis.flows.columns.count;
    const hits = new SessionHits();
    const met = new MetIndicators();
    const score = new Float32Array(flows).fill(NaN);
    const columns = new Map(this.features.map((feature) => [feature, new Float32Array(flows).fill(NaN)]));
    const places = this.features.map((feature) => FEATURES.findIndex((f) => f.name === feature));
    const progress = new Progress(name);
    const { scorer, analysis } = await scoreFile(
      path,
      {
        model: this.chosen.model,
        baseline: baselineFrom(this.chosen.model, this.baseline),
        known: knownFrom(this.baseline),
        threads: ONE_THREAD,
        cacheFolder: folders.cache,
        timeouts: telling.timeouts,
        ...(this.lists === null ? {} : { indicators: this.lists }),
        ...(this.asked === null ? {} : { rules: this.asked.feed(path, folders.cache) }),
      },
      {
        ruleHit: (_, hit) => hits.add(hit),
        indicatorHit: (_, hit) => met.add(hit),
        flow: (_, flow) => {
          score[flow.row] = flow.score;
          this.features.forEach((feature, i) => {
            columns.get(feature)![flow.row] = flow.vector[flow.at + places[i]!]!;
          });
        },
        progress: (reader, a) => {
          progress.update(reader.source.taken(), reader.source.size, a.packetCount);
          return !stop.asked;
        },
      },
    );
    progress.clear();
    // Both readings follow flows alike; a file that was changed between them is another one.
    if (!stop.asked && (analysis.packetCount !== c.analysis.packetCount || analysis.flows.columns.count !== flows))
      throw new UsageError(english(message('cli-changed-meanwhile', { name })));
    const verdict = Uint8Array.from({ length: flows }, (_, row) =>
      stop.asked ? VERDICT_OPEN : VERDICTS.indexOf(scorer.verdictOf(row as FlowRow)),
    );
    return {
      ...c.subject,
      verdict,
      score,
      rules: (flow) => scorer.incidentsOf(flow).flatMap((incident) => [...incident.evidence.keys()]),
      points: (flow) => scorer.pointsOf(flow),
      incidents: (flow) => scorer.incidentsOf(flow).map((incident) => incident.number + 1),
      feature: (feature) => columns.get(feature) ?? new Float32Array(flows).fill(NaN),
      hits,
      met,
    };
  }

  async close(): Promise<void> {
    await this.asked?.close();
  }
}
