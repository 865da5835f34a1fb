// A host process for tests: a desk that captures from a named pipe and labels what comes, and says on stdout which
// labels were answered, so that whoever ends it, however, can ask afterwards whether they are there. Arguments: root,
// data folder, cache folder, pipe. Words on stdin: 'close', 'open PATH', 'end'.
import { createInterface } from 'node:readline';
import { LABELS, type Answer, type HostMessage, type RequestKind, english } from '../../contract/index.ts';
import { Desk, plainCapture, serve } from '../host-desk.ts';

const [root, data, cache, pipe] = process.argv.slice(2) as [string, string, string, string];
const desk = new Desk({
  product: 'Sightline',
  version: 'test',
  root,
  dataFolder: data,
  cacheFolder: cache,
  helper: '/nowhere',
  native: true,
});
const waiting = new Map<number, (a: Answer<RequestKind>) => void>();
let next = 1;
const window = serve(desk, {
  send(m: HostMessage) {
    if ('notice' in m) {
      if (m.notice === 'said') console.log(`said ${english(m.message)}`);
      return;
    }
    waiting.get(m.id)?.(m.answer);
    waiting.delete(m.id);
  },
});

function ask(kind: RequestKind, body: unknown): Promise<Answer<RequestKind>> {
  const id = next++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    window.receive({ id, kind, body });
  });
}

for (const note of desk.notes) console.log(`said ${english(note)}`);
await ask('hello', { client: 'test' });
const started = await ask('capture', { ...plainCapture(['-'], ''), path: pipe });
if (!started.ok) {
  console.log(`refused ${english(started.message)}`);
  process.exit(2);
}
console.log(`capturing ${desk.session!.options.path}`);

const state = { over: false };
process.on('SIGTERM', () => {
  state.over = true;
  void desk.close().then(() => process.exit(0));
});
/** Does what a line of standard input says: `close`, `open PATH`, or anything else to end. */
function obey(word: string | undefined, path: string | undefined): Promise<unknown> | unknown {
  if (word === 'close') return ask('close', {});
  return word === 'open' ? ask('open', { path }) : desk.close();
}

createInterface({ input: process.stdin }).on('line', (line) => {
  state.over = true;
  const [word, path] = line.split(' ');
  void Promise.resolve(obey(word, path)).then(() => {
    console.log('done');
    if (word === 'end') process.exit(0);
  });
});

/** One label after the other, of whichever flow came last without one. */
let row = 0;
while (!state.over) {
  const session = desk.session;
  if (session === null || row >= session.analysis.flows.columns.count) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    continue;
  }
  const label = LABELS[row % LABELS.length]!;
  const said = await ask('label', { flows: [row], label });
  if (said.ok) console.log(`labelled ${session.analysis.flows.columns.firstPacket[row]!} ${label}`);
  else console.log(`not labelled ${said.message}`);
  row++;
}
