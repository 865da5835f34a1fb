// npm `cap` in a process of its own: the addon knows a process's first event loop only, which a thread has not. It is
// given a plan and speaks as the helper does: JSON lines out, words in on stdin, whose end ends it.
import { createInterface } from 'node:readline';
import type { Word } from './plan.ts';
import { captureInProcess } from './in-process.ts';
import type { CapturePlan } from './plan.ts';

const plan = JSON.parse(process.argv[2] ?? '{}') as CapturePlan;
if (plan.source.kind !== 'cap') throw new Error('this process captures with npm cap only');
const run = captureInProcess(plan, plan.source, (line) => process.stdout.write(`${JSON.stringify(line)}\n`));
createInterface({ input: process.stdin })
  .on('line', (word) => run.tell(word as Word))
  .on('close', () => run.tell('stop'));
process.on('SIGINT', () => run.tell('stop'));
await run.ended;
process.exit(0);
