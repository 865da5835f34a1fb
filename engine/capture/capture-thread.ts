// Carries out captures in a thread of its own: it starts the helper or another program, or reads a stream, and says
// what happens as the helper's lines. It keeps the priority that the process began with, while the pipeline steps back.
import { errorText } from '../../contract/index.ts';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { nodeProgram } from '../store/index.ts';
import { HELPER_DESCRIPTOR, runHelper, type HelperLine } from './helper.ts';
import { helperArguments, type CapturePlan, type InterfaceChoice, type Running, type Word } from './plan.ts';
import { rootPlace, type RootPlace } from './root-place.ts';
import { captureStream } from './stream-source.ts';

export type ToCapture =
  | { readonly kind: 'start'; readonly id: number; readonly plan: CapturePlan }
  | { readonly kind: 'word'; readonly id: number; readonly word: Word };
export type FromCapture =
  | { readonly id: number; readonly line: HelperLine }
  | { readonly id: number; readonly ended: true };

const CAP_PROCESS = fileURLToPath(
  new URL(`./cap-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

const running = new Map<number, Running>();

function captureWithHelper(plan: CapturePlan, choice: InterfaceChoice, say: (line: HelperLine) => void): Running {
  let place: RootPlace | null;
  try {
    place = rootPlace(plan.files);
  } catch (error) {
    say({ type: 'error', code: 'output', message: errorText(error) });
    return { tell: () => undefined, ended: Promise.resolve() };
  }
  const args = helperArguments(plan, choice);
  if (place === null) return runHelper(plan.helper, args, say);
  let started = false;
  const hear = (line: HelperLine): void => {
    started ||= line.type === 'started';
    say(line);
  };
  const run = runHelper(plan.helper, [...args, '--descriptor', String(HELPER_DESCRIPTOR)], hear, {}, place.descriptor);
  place.given();
  return {
    tell: run.tell,
    ended: run.ended.then(() => {
      if (!started) place.undo();
    }),
  };
}

function start(id: number, plan: CapturePlan): Running {
  const say = (line: HelperLine): void => parentPort!.postMessage({ id, line } satisfies FromCapture);
  const { source } = plan;
  if (source.kind === 'helper') return captureWithHelper(plan, source, say);
  if (source.kind === 'cap') return runHelper(nodeProgram(), [CAP_PROCESS, JSON.stringify(plan)], say);
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
