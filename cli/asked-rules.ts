// Threat rules beside a score: read once, asked of each capture, in a thread of their own where there is more than one.
import { count, english, type RuleAlertRecord } from '../contract/index.ts';
import { type RuleFeed, type RuleFiles, type RulesRead, RulesHere, RuleThread } from '../engine/host-rules.ts';
import { UsageError } from './context.ts';
import { MatchTally } from './match-tally.ts';
import { reasonsInWords } from './refusals.ts';
import { calledRules, knownChoices, knownVariables, type RuleCall } from './rule-files.ts';
import { sayRefused } from './rule-run.ts';

export interface AskedRules {
  /** Rules that are asked, and those that were refused. */
  readonly asked: number;
  readonly refused: number;
  /** Has them asked of a capture. */
  feed(path: string, cacheFolder: string): RuleFeed;
  close(): Promise<void>;
}

/**
 * Reads rules, and says what could not be read or was refused.
 * @param threads with one, whoever follows flows asks rules too
 * @param carried hashes of files are wanted, for lists of indicators; then there may be no rule
 * @throws UsageError where no rule is left, or a file could not be read: a score without them would look like one with
 */
export async function askedRules(call: RuleCall, threads: number, carried = false): Promise<AskedRules> {
  // What is wrong with the call is said before a thread begins.
  knownVariables(call.variables);
  knownChoices(call.choices);
  let files: RuleFiles | null = null;
  const here = (): RuleFeed => {
    const fresh = files === null;
    files ??= calledRules(call);
    return new RulesHere(fresh ? files.ready : files.again(), carried);
  };
  if (threads === 1) {
    const read = calledRules(call);
    const { refused, rules } = read.ready;
    if (call.paths.length > 0) tell({ files: read.files, unread: read.unread, refused, facts: rules, off: read.off });
    files = read;
    return { asked: rules.length, refused: refused.length, feed: here, close: () => Promise.resolve() };
  }
  const thread = new RuleThread({ ...call, files: carried });
  let read: RulesRead;
  try {
    read = await thread.read;
    if (call.paths.length > 0) tell(read);
  } catch (error) {
    await thread.close();
    throw error;
  }
  return {
    asked: read.facts.length,
    refused: read.refused.length,
    // What comes by standard input is there once, for the one who follows flows.
    feed: (path, cacheFolder) => (path === '-' ? here() : thread.run({ path, cacheFolder })),
    close: () => thread.close(),
  };
}

function tell({ unread, refused, facts }: RulesRead): void {
  if (unread.length > 0)
    throw new UsageError(unread.map(({ path, why }) => `--rules ${path}: ${english(why)}`).join('; '));
  if (facts.length === 0)
    throw new UsageError(
      `--rules holds no rule that can be asked, and ${count(refused.length)} refused` +
        (refused.length === 0 ? '' : ` (${reasonsInWords(refused, 3)})`),
    );
  sayRefused(refused, facts.length);
}

/** Matches of one capture, by rule: what the table shows of them. */
export class RuleTally {
  private readonly tally = new MatchTally<RuleAlertRecord>(
    ({ gid, sid }) => `${gid}:${sid}`,
    (a, b) => a.priority - b.priority,
  );

  add(match: RuleAlertRecord): void {
    this.tally.add(match);
  }

  /** A line a rule, the gravest first. @param top lines at most */
  lines(top: number): string[] {
    return this.tally.lines(top, 'rules', (r, n) => {
      const often = n === 1 ? '' : `, and ${count(n - 1)} more`;
      return `Rule ${r.gid}:${r.sid}:${r.rev}, priority ${r.priority}: ${r.msg} (packet ${r.packet}${often})`;
    });
  }
}
