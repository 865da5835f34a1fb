// The main process as it is built, `dist/electron/main.js`, in the stand-in runtime: it starts, shows a window, has the
// host open the sample, notifies, and is ended by SIGTERM. Says what happened as one line of JSON.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Hello } from '../../contract/index.ts';
import { Page, until } from './page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAND_IN = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (name, context, next) => (name === 'electron' ? { url: STAND_IN, shortCircuit: true } : next(name, context)),
});
// As Electron has them where it was given a folder to run: its own program, the folder, what the user wrote.
Object.assign(process, { defaultApp: true });
process.argv.splice(1, 1, ROOT);
process.env['NODE_OPTIONS'] = '--no-warnings';

const { runtime, switches, forked, Notification } = await import('./electron.ts');
await import(pathToFileURL(join(ROOT, 'dist', 'electron', 'main.js')).href);

const [window] = runtime.windows;
await until(() => window!.port, 'a port to the host');
const page = new Page(window!);
let opened: unknown = null;
await until(async () => {
  const hello = await page.ask('hello', { client: 'run-main' });
  if (!hello.ok) return false;
  const { session } = hello.value as Hello;
  opened = session === null ? null : [session.name, session.packets];
  return session?.phase === 'done';
}, 'the sample');

const notified = await window!.shell!.notify({ title: 'Alert', body: 'text', about: '7' });
const about: string[] = [];
window!.shell!.onNotified((which) => about.push(which));
Notification.shown[0]!.emit('click');

process.kill(process.pid, 'SIGTERM');
await until(() => runtime.hasQuit, 'the end');
const [{ script, serviceName, execArgv, env }] = forked as [(typeof forked)[number]];
console.log(
  JSON.stringify({
    opened,
    page: window!.page.includes('<div id="window">'),
    notified,
    told: Notification.shown.map((n) => n.told),
    about,
    menu: (runtime.menu as readonly { readonly label?: string }[]).map((m) => m.label ?? ''),
    switches,
    host: [script.slice(ROOT.length), serviceName, execArgv, 'NODE_OPTIONS' in env],
    sandboxed: runtime.isSandboxed,
    asked: runtime.boxes.length,
  }),
);
process.exit(0);
