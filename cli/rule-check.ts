// `sightline rules check`: what is read of files of rules, and what is refused, by line and by reason.
import { count, english, EXIT } from '../contract/index.ts';
import { refusedBy } from '../engine/host-rules.ts';
import { say } from './context.ts';
import type { RecordWriter } from './output.ts';
import type { CalledRules } from './rule-files.ts';

export interface Out {
  readonly writer: RecordWriter;
  readonly asJson: boolean;
}

export function rulesText(n: number): string {
  return `${count(n)} ${n === 1 ? 'rule' : 'rules'}`;
}

/** Prints each rule that is refused. @returns 1 where any is, 2 where a file could not be read */
export async function checkRules({ ready, choices, ...read }: CalledRules, { writer, asJson }: Out): Promise<number> {
  const { rules, refused } = ready;
  const [files, unread] = [read.files.length, read.unread.length];
  for (const { file, line, sid, why } of refused) {
    if (asJson) writer.write({ type: 'rule-refused', file, line, sid, why: english(why) });
    else writer.line(`${file}:${line}: ${sid === null ? 'no sid' : `sid ${sid}`}: ${english(why)}`);
    await writer.relax();
  }
  const reasons = refusedBy(refused);
  const { off = 0, on = 0, changed = 0 } = choices ?? {};
  const unused = choices?.unused() ?? [];
  if (asJson) {
    const counts = { files, rules: rules.length, refused: refused.length, unread, off, on, changed };
    const why = reasons.map((r) => ({ why: english(r.why), count: r.count }));
    writer.write({ type: 'rules', ...counts, unused: unused.map((u) => `${u.file}:${u.line}`), reasons: why });
  } else {
    for (const { why, count: n, alike } of reasons.length < refused.length ? reasons : [])
      writer.line(`${count(n).padStart(8)}  ${english(why)}${alike ? ', and alike' : ''}`);
    const of = `${count(files)} ${files === 1 ? 'file' : 'files'}`;
    writer.line(`${rulesText(rules.length)} read of ${of}, ${count(refused.length)} refused.`);
    if (choices !== null)
      writer.line(`By choice: ${count(off)} switched off, ${count(on)} switched on, ${count(changed)} changed.`);
  }
  await writer.end();
  for (const { file, line, said } of unused.slice(0, MAX_UNUSED)) say(`${file}:${line}: about no rule: ${said}`);
  if (unused.length > MAX_UNUSED) say(`${count(unused.length - MAX_UNUSED)} more lines of choices are about no rule.`);
  if (unread > 0) return EXIT.error;
  return refused.length > 0 ? EXIT.malicious : EXIT.clean;
}

/** Lines about no rule that are told of one by one. */
const MAX_UNUSED = 20;
