// Threat rules beside a score: read once, asked of each capture, in a thread of their own where there is more than one.
import { count, english, type RuleAlertRecord } from '../contract/index.ts';
import {
  type RuleFeed,
  type RuleFiles,
  type RulesRead,
  RulesHere,
  RuleThread,
  readRuleFiles,
  ruleVariables,
} from '../engine/host-rules.ts';
import { say, UsageError } from './context.ts';

export interface AskedRules {
  /** Has them asked of a capture. */
  feed(path: string, cacheFolder: string): RuleFeed;
  close(): Promise<void>;
}

/**
 * Reads rules, and says what could not be read or was refused.
 * @param variables names and values beside Suricata's own
 * @param threads with one, whoever follows flows asks rules too
 * @throws UsageError where no rule is left, or a file could not be read: a score without them would look like one with
 */
export async function askedRules(
  paths: readonly string[],
  variables: readonly (readonly [name: string, value: string])[],
  threads: number,
): Promise<AskedRules> {
  const known = ruleVariables(variables);
  if ('why' in known) throw new UsageError(`the variable ${known.name}: ${english(known.why)}`);
  let files: RuleFiles | null = null;
  const here = (): RuleFeed => {
    const fresh = files === null;
    files ??= readRuleFiles(paths, known);
    return new RulesHere(fresh ? files.ready : files.again());
  };
  if (threads === 1) {
    const read = readRuleFiles(paths, known);
    tell({
      files: read.files,
      unread: read.unread,
      refused: read.ready.refused,
      facts: read.ready.rules,
      off: read.off,
    });
    files = read;
    return { feed: here, close: () => Promise.resolve() };
  }
  const thread = new RuleThread({ paths, variables });
  try {
    tell(await thread.read);
  } catch (error) {
    await thread.close();
    throw error;
  }
  return {
    // What comes by standard input is there once, for the one who follows flows.
    feed: (path, cacheFolder) => (path === '-' ? here() : thread.run({ path, cacheFolder })),
    close: () => thread.close(),
  };
}

function tell({ unread, refused, facts }: RulesRead): void {
  if (unread.length > 0)
    throw new UsageError(unread.map(({ path, why }) => `--rules ${path}: ${english(why)}`).join('; '));
  if (facts.length === 0)
    throw new UsageError(`--rules holds no rule that can be asked, and ${count(refused.length)} refused`);
  if (refused.length > 0)
    say(
      `${count(refused.length)} ${refused.length === 1 ? 'rule is' : 'rules are'} refused and not asked, of ` +
        `${count(refused.length + facts.length)}: rules check names them.`,
    );
}

/** Matches of one capture, by rule: what the table shows of them. */
export class RuleTally {
  private readonly rules = new Map<string, { count: number; readonly first: RuleAlertRecord }>();

  add(match: RuleAlertRecord): void {
    const key = `${match.gid}:${match.sid}`;
    const known = this.rules.get(key);
    if (known === undefined) this.rules.set(key, { count: 1, first: match });
    else known.count++;
  }

  /** A line a rule, the gravest first. @param top lines at most */
  lines(top: number): string[] {
    const all = [...this.rules.values()].sort((a, b) => a.first.priority - b.first.priority || b.count - a.count);
    const out = all.slice(0, top).map(({ count: n, first: r }) => {
      const often = n === 1 ? '' : `, and ${count(n - 1)} more`;
      return `Rule ${r.gid}:${r.sid}:${r.rev}, priority ${r.priority}: ${r.msg} (packet ${r.packet}${often})`;
    });
    if (all.length > top) out.push(`… ${count(all.length - top)} more rules; --top N or --json shows them`);
    return out;
  }
}
