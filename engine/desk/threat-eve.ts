// Matches of threat rules as Suricata's EVE alerts, JSON lines: those that are kept, or all of them by asking the rules
// once more where there are more than that.
import { type FileHandle, open } from 'node:fs/promises';
import { eveLine } from '../exchange/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { RuleThread, type RuleWish } from '../workers/index.ts';
import type { CaptureSession } from './session.ts';

/** Lines that are written at once. */
const AT_ONCE = 1_024;
const PRIVATE = 0o600;

/** @param rules that are asked of the capture */
export async function saveEve(
  s: CaptureSession,
  rules: RuleWish | null,
  path: string,
  turns: TimeSlices,
): Promise<void> {
  const file = await open(path, 'w', PRIVATE);
  try {
    const more = s.hits.version > s.hits.all().length;
    if (more && rules !== null && s.options.live === null) await askedAgain(s, rules, file, turns);
    else await kept(s, file, turns);
  } finally {
    await file.close();
  }
}

async function kept(s: CaptureSession, file: FileHandle, turns: TimeSlices): Promise<void> {
  const all = s.hits.all();
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const lines = all.slice(at, at + AT_ONCE).map(({ hit, rule }) => `${eveLine(hit, rule, s.options.name)}\n`);
    await file.write(lines.join(''));
    turns.done = at / all.length;
    if (turns.due) await turns.rest();
  }
}

async function askedAgain(s: CaptureSession, rules: RuleWish, file: FileHandle, turns: TimeSlices): Promise<void> {
  const thread = new RuleThread(rules);
  try {
    const feed = thread.run({ path: s.dataPath, cacheFolder: s.options.cacheFolder });
    const packets = Math.max(1, s.analysis.packetCount);
    for (;;) {
      let text = '';
      for (let hit = feed.peek(); hit !== null; hit = feed.peek()) {
        const rule = feed.rules[hit.rule];
        if (rule !== undefined) text += `${eveLine(hit, rule, s.options.name)}\n`;
        feed.take();
      }
      if (text !== '') await file.write(text);
      if (feed.reached === Infinity && feed.peek() === null) return;
      turns.done = Math.min(1, feed.reached / packets);
      if (turns.due) await turns.rest();
      // News that came while this one wrote is taken before anything is waited for.
      if (feed.peek() === null) await feed.more();
    }
  } finally {
    await thread.close();
  }
}
