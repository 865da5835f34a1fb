// Rules asked of one capture after the other, for commands that are about rules alone.
import { count, type RuleFileRecord } from '../contract/index.ts';
import { openCapture } from '../engine/host.ts';
import {
  type RefusedRule,
  type RuleAlert,
  type RuleFiles,
  type RuleObserver,
  RuleRunner,
} from '../engine/host-rules.ts';
import { type Folders, say, stop } from './context.ts';
import { fileRecord } from './inputs.ts';
import type { RecordWriter } from './output.ts';
import { Progress } from './progress.ts';
import { rulesText } from './rule-check.ts';
import { reasonsInWords } from './refusals.ts';
import type { Tally } from './tally.ts';
import { terminal } from './terminal.ts';

/** Reasons of refusals that a sentence names. */
const MOST_REASONS = 3;

/** Says how many rules are refused, and the most frequent reasons. @param asked how many are not */
export function sayRefused(refused: readonly RefusedRule[], asked: number): void {
  if (refused.length === 0) return;
  const why = reasonsInWords(refused, MOST_REASONS);
  const all = count(refused.length + asked);
  say(`${rulesText(refused.length)} refused and not asked, of ${all} (${why}): rules check names them.`);
}

/** By what a record calls its rule. */
export function ruleNamed({ gid, sid, rev, msg }: Named): Named {
  return { gid, sid, rev, msg };
}

interface Named {
  readonly gid: number;
  readonly sid: number;
  readonly rev: number;
  readonly msg: string;
}

export interface RuleRun {
  readonly told: (alert: RuleAlert) => void;
  readonly observer: RuleObserver | null;
}

/** What became of one capture. */
export interface RuleRunEnd {
  readonly packets: number;
  readonly status: RuleFileRecord['status'];
  readonly error: string | null;
}

/**
 * Asks rules of one capture.
 * @param ready rules with sets that no other capture has changed
 */
export async function runRules(
  { path, name }: { readonly path: string; readonly name: string },
  { rules, sets }: RuleFiles['ready'],
  { told, observer }: RuleRun,
  writer: RecordWriter,
  tally: Tally,
  folders: Folders,
): Promise<RuleRunEnd> {
  const runner = new RuleRunner(rules, told, { sets, ...(observer === null ? {} : { observer }) });
  const opened = openCapture(path, runner, { cacheFolder: folders.cache });
  const end = (ending: Parameters<Tally['ended']>[1]): RuleRunEnd => {
    const { status, error } = fileRecord(name, ending, 0, 0);
    tally.ended(name, ending);
    return { packets: runner.packets, status, error };
  };
  if (!opened.ok) return end(opened.ending);
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  try {
    while (!stop.asked && !writer.closed && (await reader.step())) {
      progress.update(reader.source.taken(), reader.source.size, runner.packets);
      await writer.relax();
    }
    runner.finish();
    progress.clear();
    return end(reader.ending());
  } finally {
    progress.clear();
    reader.close();
    if (opened.temporary) reader.discard();
  }
}
