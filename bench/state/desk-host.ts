// One start of Sightline on a data folder, in a process of its own: what a person would do with it, and what it says.
// Arguments: root, data folder, cache folder, capture folder or '-'. One line of JSON on stdout.
import { join } from 'node:path';
import { Desk, serve } from '../../engine/host-desk.ts';
import { type Answer, type HostMessage, type RequestKind, SETTING_SHAPES, english } from '../../contract/index.ts';

const [root, dataFolder, cacheFolder, folder] = process.argv.slice(2) as [string, string, string, string];
const waiting = new Map<number, (a: Answer<RequestKind>) => void>();
const said: string[] = [];
const desk = new Desk({
  product: 'Sightline',
  version: 'campaign',
  root,
  dataFolder,
  cacheFolder,
  helper: '/nowhere',
  native: true,
});
const window = serve(desk, {
  send(m: HostMessage) {
    if ('notice' in m) {
      if (m.notice === 'said') said.push(english(m.message));
      return;
    }
    waiting.get(m.id)?.(m.answer);
    waiting.delete(m.id);
  },
});
let next = 1;
function ask(kind: RequestKind, body: unknown): Promise<Answer<RequestKind>> {
  const id = next++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    window.receive({ id, kind, body });
  });
}

const refused: string[] = [];
async function want(kind: RequestKind, body: unknown): Promise<void> {
  const answer = await ask(kind, body);
  if (!answer.ok) refused.push(`${kind}: ${english(answer.message)}`);
}

await want('hello', { client: 'campaign' });
said.push(...desk.notes.map(english));
await want('sample', {});
await desk.session?.done;
await desk.labelled;
const shown = { ...desk.session?.labelCounts };
await want('label', { flows: [40], label: 'unsure' });
await want('settings', { ...Object.fromEntries(Object.keys(SETTING_SHAPES).map((k) => [k, null])), theme: 'dark' });
await want('interrupted', {});
let captureMessage: string | null = null;
let captured = 0;
let capturedLabels = 0;
if (folder !== '-') {
  await want('open', { path: folder });
  await desk.session?.done;
  await desk.labelled;
  const message = desk.state()?.message ?? null;
  captureMessage = message === null ? null : english(message);
  captured = desk.session?.analysis.packets.count ?? 0;
  capturedLabels = Object.values(desk.session?.labelCounts ?? {}).reduce((n, c) => n + c, 0);
  await want('save', { what: 'flows', path: join(cacheFolder, '..', 'flows.csv') });
}
said.push(...desk.notes.map(english).filter((n) => !said.includes(n)));
await desk.close();
process.stdout.write(
  `${JSON.stringify({ said: [...new Set(said)], refused, shown, captureMessage, captured, capturedLabels })}\n`,
);
process.exit(0);
