// Which judgement of a capture stands, and the one that is made beside it while other rules are asked of what came before.
import { setTimeout as pause } from 'node:timers/promises';
import { type FlowRow, flowRow, type Message, saidBy, say, VERDICT_OPEN, type Verdict } from '../../contract/index.ts';
import { gravityOf, type Incident } from '../evidence/index.ts';
import type { IndicatorSet } from '../indicators/index.ts';
import { scoreFile, type Scorer, type ScoredFlow, type ScoringListener, withVerdicts } from '../session/index.ts';
import type { MeasuredRules, RuleFeed, RuleWish } from '../workers/index.ts';
import { JudgedSoFar } from './judged-so-far.ts';
import type { Outcomes } from './outcomes.ts';
import { type RulesOf, SessionRules } from './session-rules.ts';
import type { Alert, SessionOptions } from './session-types.ts';

/** How often it is looked whether rules have been asked of all, ms. */
const LOOK_AGAIN = 10;

export interface StandingOf extends Pick<RulesOf, 'rowAt'> {
  readonly options: SessionOptions;
  readonly openFlows: number;
  readonly outcomes: Outcomes;
  readonly checkpoints: Map<FlowRow, ScoredFlow['checkpoints']>;
  scorer(): Scorer;
  /** A person must know of it. */
  say(message: Message): void;
  /** Points or matches are others. @param isNew all of them may be */
  changed(isNew: boolean): void;
}

export class Standing {
  now: JudgedSoFar;
  /** Which rules are asked. */
  key: string;
  /** Grows when other rules have judged. */
  version = 0;
  readonly threads: SessionRules;
  readonly listener: ScoringListener;
  private coming: JudgedSoFar | null = null;
  private rules: RuleWish | null = null;
  private lists: IndicatorSet | null;
  private looks = 0;
  private looking = false;
  private readonly of: StandingOf;
  private missed = 0;
  /** What rules cost, as it was measured last, and which rules. */
  costs: { readonly key: string; readonly measured: MeasuredRules } | null = null;
  /** What a person must know of rules and lists. */
  said: Message | null = null;

  constructor(of: StandingOf) {
    this.of = of;
    this.key = of.options.rulesKey ?? '';
    this.lists = of.options.lists ?? null;
    this.now = this.made();
    this.threads = new SessionRules({
      live: of.options.live,
      cacheFolder: of.options.cacheFolder,
      rowAt: of.rowAt,
      lost: (why) => this.tell(say('threat-rules-lost', { why })),
      missed: (segments) => this.tell(say('threat-rules-missed', { segments: (this.missed += segments) })),
    });
    this.listener = {
      incident: (a, incident, before) => this.now.incident(a, incident, before),
      ruleHit: (a, hit) => this.now.ruleHit(a, hit),
      indicatorHit: (a, hit) => this.now.indicatorHit(a, hit),
      judgedAnew: (steps) => this.replaced(steps),
    };
  }

  /** Rules are asked of packets that came before. */
  get isBusy(): boolean {
    return this.coming !== null || this.looking || this.threads.isBehind;
  }

  /** Resolves when they are not. */
  async quiet(): Promise<void> {
    while (this.isBusy) await pause(LOOK_AGAIN);
  }

  /** @param path of the capture @returns null without rules */
  feed(rules: RuleWish | null | undefined, path: string): RuleFeed | null {
    this.rules = rules ?? null;
    return rules === null || rules === undefined ? null : this.threads.ask(rules, path, this.now.hits.all());
  }

  /** Asks other rules, of what came before too. What stands does so until they have been asked of all of it. */
  ask(rules: RuleWish | null, path: string): void {
    const coming = this.made();
    this.coming = coming;
    this.of.scorer().rejudge(this.feed(rules, path), coming);
    this.of.changed(false);
  }

  /**
   * Holds the flows of a file that was read against other lists: it is read again beside what stands.
   * @param path of the capture
   */
  async hold(lists: IndicatorSet | null, path: string): Promise<void> {
    if (lists === this.lists) return;
    this.lists = lists;
    const look = ++this.looks;
    const { model, baseline, known = null, cacheFolder, timeouts } = this.of.options;
    const { openFlows } = this.of;
    this.looking = true;
    const done = await scoreFile(
      path,
      {
        model,
        baseline,
        known,
        cacheFolder,
        timeouts,
        openFlows,
        indicators: lists,
        rejudges: true,
        // What was heard of by then is told as in the session itself.
        keepPackets: true,
        threads: 1,
      },
      { progress: () => look === this.looks },
    ).catch((error: unknown) => {
      this.tell(say('threat-lists-lost', { why: saidBy(error) }));
      return null;
    });
    if (look !== this.looks) return;
    this.looking = false;
    const scorer = this.of.scorer();
    // A file that was cut or written over since has other flows.
    if (done === null || done.analysis.flows.columns.count !== scorer.analysis.flows.columns.count) return;
    scorer.takeFlowsOf(done.scorer);
    this.ask(this.rules, path);
  }

  /** Nobody wants to know any more. */
  close(): void {
    this.looks++;
    this.threads.close();
  }

  private tell(message: Message): void {
    this.said = message;
    this.of.say(message);
  }

  private made(): JudgedSoFar {
    const judged: JudgedSoFar = new JudgedSoFar(
      (incident, alert) => {
        if (judged === this.now) this.grew(incident, alert);
      },
      () => {
        if (judged === this.now) this.of.changed(false);
      },
    );
    return judged;
  }

  /** An incident has more points: its alert, and the verdicts of its flows that have one. */
  private grew(incident: Incident, alert: Alert | null): void {
    this.of.changed(false);
    if (alert === null) return;
    const scorer = this.of.scorer();
    const { outcomes } = this.of;
    outcomes.ensure(scorer.analysis.flows.columns.count);
    for (const row of scorer.flowsOf(incident)) {
      if (outcomes.verdict[row] !== VERDICT_OPEN) outcomes.judge(row, scorer.verdictOf(row));
    }
    this.of.options.alerted(alert);
  }

  private replaced(steps: ReadonlyMap<FlowRow, readonly Verdict[]>): void {
    const { now: before } = this;
    const { outcomes, checkpoints } = this.of;
    const scorer = this.of.scorer();
    this.now = this.coming ?? before;
    this.coming = null;
    this.version++;
    const { count } = scorer.analysis.flows.columns;
    outcomes.ensure(count);
    for (let row = flowRow(0); row < count; row++)
      if (outcomes.verdict[row] !== VERDICT_OPEN) outcomes.judge(row, scorer.verdictOf(row));
    for (const [row, verdicts] of steps) {
      const known = checkpoints.get(row);
      if (known !== undefined) checkpoints.set(row, withVerdicts(known, verdicts));
    }
    this.threads.tidy();
    this.of.changed(true);
    const told = new Set(before.alerts.map(({ of }) => `${of.key} ${gravityOf(of.points)}`));
    for (const alert of this.now.alerts)
      if (!told.has(`${alert.of.key} ${gravityOf(alert.of.points)}`)) this.of.options.alerted(alert);
  }
}
