// `sightline rules profile`: what each rule costs in captures, the dearest first.
import { count, EXIT, type RuleProfileRecord } from '../contract/index.ts';
import { Profiler, type RuleCost } from '../engine/host-rules.ts';
import { type Folders, stop } from './context.ts';
import type { Out } from './rule-check.ts';
import type { CalledRules } from './rule-files.ts';
import { ruleNamed, runRules, sayRefused } from './rule-run.ts';
import { table } from './table.ts';
import type { Tally } from './tally.ts';
import type { Line } from './terminal.ts';

export interface ProfileOptions extends Out {
  readonly captures: readonly string[];
  /** Rules in the table; records tell of all. */
  readonly top: number;
}

/** @returns 0, or 2 for what could not be read */
export async function profileRules(
  called: CalledRules,
  o: ProfileOptions,
  tally: Tally,
  folders: Folders,
): Promise<number> {
  const { writer, asJson, top } = o;
  sayRefused(called.ready.refused, called.ready.rules.length);
  let { ready } = called;
  for (const input of tally.captures(o.captures)) {
    const { name } = input;
    const observer = new Profiler();
    let matches = 0;
    const started = performance.now();
    const run = { told: () => matches++, observer };
    const { packets, status, error } = await runRules(input, ready, run, writer, tally, folders);
    const seconds = (performance.now() - started) / 1000;
    const { costs, slow, neverMatched, nanoseconds } = observer.profile;
    if (asJson) {
      for (const cost of costs) writer.write(recordOf(name, cost));
      const counts = { packets, matches, nanoseconds, slow, never_matched: neverMatched };
      writer.write({ type: 'rule-file', file: name, ...counts, status, error });
    } else {
      for (const line of linesOf(costs.slice(0, top))) writer.line(line);
      const left = costs.length - top;
      if (left > 0) writer.line(`… ${count(left)} more rules; --top N or --json shows them`);
      const took = `Rules took ${milliseconds(nanoseconds)} ms of ${seconds.toFixed(1)} s in ${count(packets)} packets`;
      writer.line(`${took}: ${count(slow)} slow, ${count(neverMatched)} never matched, ${count(matches)} matches.`);
    }
    await writer.relax();
    if (writer.closed || stop.asked) break;
    ready = called.again();
  }
  await writer.end();
  const code = tally.code(stop.asked);
  return called.unread.length > 0 ? EXIT.error : code;
}

function recordOf(file: string, c: RuleCost): RuleProfileRecord {
  return {
    type: 'rule-profile',
    file,
    ...ruleNamed(c.rule),
    asked: c.asked,
    checks: c.checks,
    matches: c.matches,
    nanoseconds: c.nanoseconds,
    share: Number(c.share.toFixed(4)),
    fails_at: c.failsAt,
    slow: c.slow,
  };
}

function milliseconds(nanoseconds: number): string {
  return (nanoseconds / 1e6).toFixed(nanoseconds < 1e7 ? 2 : 0);
}

const COLUMNS = [
  { title: 'gid:sid:rev' },
  { title: 'Asked', right: true },
  { title: 'Checks', right: true },
  { title: 'Matches', right: true },
  { title: 'ms', right: true },
  { title: 'µs each', right: true },
  { title: 'Share', right: true },
  { title: '' },
  { title: 'Ends most often at' },
  { title: 'Rule' },
];
/** Characters of a step in the table. */
const MOST_STEP = 36;

function linesOf(costs: readonly RuleCost[]): Line[] {
  return table(
    COLUMNS,
    costs.map((c) => [
      `${c.rule.gid}:${c.rule.sid}:${c.rule.rev}`,
      count(c.asked),
      count(c.checks),
      count(c.matches),
      milliseconds(c.nanoseconds),
      c.asked === 0 ? '' : (c.nanoseconds / c.asked / 1000).toFixed(2),
      `${(c.share * 100).toFixed(1)} %`,
      c.slow ? 'slow' : '',
      (c.failsAt ?? '').slice(0, MOST_STEP),
      c.rule.msg,
    ]),
  );
}
