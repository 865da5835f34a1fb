// Matches of threat rules as Suricata's EVE alerts, JSON lines: those that are kept, or all of them by asking the rules
// once more where there are more than that. Of a live capture that is all that was captured by then.
import { eveLine, WholeFile } from '../exchange/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { RuleWish } from '../workers/index.ts';
import type { CaptureSession } from './session.ts';

/** Matches that are written in one go. */
const AT_ONCE = 1_024;
/** It is looked again after this long whether all rules were asked, ms. */
const LOOK_AGAIN = 20;

export interface WrittenEve {
  readonly alerts: number;
  /** Matches that cannot be written: no more than a number is kept of them, and their packets are gone. */
  readonly lost: number;
}

/**
 * @param rules that are asked of the capture
 * @throws WriteError, Cancelled, and what keeps the capture from being read; what was there before stays then
 */
export async function saveEve(
  s: CaptureSession,
  rules: RuleWish | null,
  path: string,
  turns: TimeSlices,
): Promise<WrittenEve> {
  // A file whose rules are still being asked would be cut without a word.
  while (s.phase === 'reading' || (s.options.live === null && s.standing.isBusy)) await turns.pause(LOOK_AGAIN);
  const file = new WholeFile(path);
  try {
    const all = s.hits.all();
    const found = s.hits.version;
    const written =
      found > all.length && rules !== null
        ? await askedAgain(s, rules, file, turns)
        : { alerts: await kept(s, Infinity, file, turns), lost: found - all.length };
    await file.commit();
    return written;
  } finally {
    file.discard();
  }
}

/** Those that are kept of packets before a row. @returns how many */
async function kept(s: CaptureSession, end: number, file: WholeFile, turns: TimeSlices): Promise<number> {
  const all = s.hits.all();
  const there = all.length;
  let written = 0;
  for (let at = 0; at < there; at++) {
    const { hit, rule } = all[at]!;
    if (hit.packet < end) {
      file.write(`${eveLine(hit, rule, s.options.name)}\n`);
      written++;
    }
    if (at % AT_ONCE !== 0) continue;
    turns.done = at / there;
    if (turns.due) await turns.rest();
  }
  return written;
}

async function askedAgain(s: CaptureSession, rules: RuleWish, file: WholeFile, turns: TimeSlices): Promise<WrittenEve> {
  const { thread, feed, first } = s.standing.threads.beside(rules, s.dataPath);
  turns.onCancel = () => feed.close();
  try {
    const { version: found, last } = s.hits;
    let alerts = await kept(s, first, file, turns);
    for (;;) {
      for (let hit = feed.peek(); hit !== null; hit = feed.peek()) {
        const rule = feed.rules[hit.rule];
        if (rule !== undefined && hit.packet <= last) {
          file.write(`${eveLine(hit, rule, s.options.name)}\n`);
          alerts++;
        }
        feed.take();
      }
      if (feed.reached > last && feed.peek() === null) break;
      turns.done = Math.min(1, feed.reached / (last + 1));
      if (turns.due) await turns.rest();
      // News that came while this one wrote is taken before anything is waited for.
      if (feed.peek() === null) await feed.more();
    }
    await turns.rest();
    if (feed.trouble !== null) throw feed.trouble;
    return { alerts, lost: Math.max(0, found - alerts) };
  } finally {
    turns.onCancel = null;
    await thread.close();
  }
}
