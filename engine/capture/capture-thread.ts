// Carries out captures in a thread of its own: it starts the helper or another program, or reads a stream, and says what
// happens as the helper's lines. It keeps the priority that the process began with, while the pipeline steps back.
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { runHelper, type HelperLine } from './helper.ts';
import { helperArguments, type CapturePlan } from './plan.ts';
import { captureStream } from './stream-source.ts';

export type ToCapture =
  | { readonly kind: 'start'; readonly id: number; readonly plan: CapturePlan }
  | { readonly kind: 'word'; readonly id: number; readonly word: Word };
export type Word = 'pause' | 'resume' | 'stop';
export type FromCapture = { readonly id: number; readonly line: HelperLine } | { readonly id: number; readonly ended: true };

/** A capture under way. */
export interface Running {
  tell(word: Word): void;
  readonly ended: Promise<unknown>;
}

const CAP_PROCESS = fileURLToPath(new URL(`./cap-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

const running = new Map<number, Running>();

function start(id: number, plan: CapturePlan): Running {
  const say = (line: HelperLine): void => parentPort!.postMessage({ id, line } satisfies FromCapture);
  const { source } = plan;
  if (source.kind === 'helper') return runHelper(plan.helper, helperArguments(plan, source), say);
  if (source.kind === 'cap') return runHelper(process.execPath, [CAP_PROCESS, JSON.stringify(plan)], say, { ELECTRON_RUN_AS_NODE: '1' });
  return captureStream(plan, source, say);
}

parentPort!.on('message', (m: ToCapture) => {
  if (m.kind === 'word') return running.get(m.id)?.tell(m.word);
  const run = start(m.id, m.plan);
  running.set(m.id, run);
  void run.ended.then(() => {
    running.delete(m.id);
    parentPort!.postMessage({ id: m.id, ended: true } satisfies FromCapture);
  });
});
