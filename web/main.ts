// `npm start` where there is no desktop runtime: serves the window on loopback and opens the browser.
import { errorText, startCall, startHelp, STARTERS, type StartCall } from '../contract/index.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deskOptions } from '../engine/host-options.ts';
import type { Begin } from './desk-worker.ts';
import { Opener } from './browser.ts';
import { WindowServer } from './server.ts';
import { print, say } from './terminal.ts';

const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));
/** Ended by a second Ctrl-C. */
const INTERRUPTED = 130;
/** Where a line of a stack trace begins; other ends of lines are a message's own and make no line. */
const STACK = /\n(?=    at )/;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const started = startCall(STARTERS.served, process.argv.slice(2));
if (!started.ok) {
  say(started.message);
  process.exit(2);
}
const { call } = started;
if (call.help) {
  print(...startHelp(STARTERS.served));
  process.exit(0);
}
const { env } = process;
const desk = deskOptions(ROOT, version, false);
const opener = new Opener(desk.cacheFolder);
const server = new WindowServer({
  desk,
  files: join(ROOT, 'dist', 'renderer'),
  port: call.port ?? 0,
  begin: beginOf(call),
});
server.onSaid = (message) => say(...message.split(STACK));
server.onEntered = () => opener.remove();
server.onFailed = () => void end(2);

let ending = false;
async function end(code: number): Promise<void> {
  if (ending) {
    // Asked a second time, it ends at once, also after a fault while ending.
    if (code === INTERRUPTED) process.exit(code);
    return;
  }
  ending = true;
  opener.remove();
  await server.close();
  process.exit(code);
}
process.on('SIGINT', () => void end(ending ? INTERRUPTED : 0));
process.on('SIGTERM', () => void end(ending ? INTERRUPTED : 0));
// An error that nobody caught is reported, and the host ends in order: a capture keeps its packets, and labels are
// stored.
process.on('uncaughtException', (error) => {
  say(...`Sightline ends because of a fault of its own: ${error.stack ?? String(error)}`.split(STACK));
  void end(2);
});

try {
  await server.listen();
} catch (error) {
  say(`The window cannot be served: ${errorText(error)}`);
  process.exit(2);
}
show(!call.noBrowser && env['SIGHTLINE_NO_BROWSER'] === undefined);
if (process.stdin.isTTY) process.stdin.on('data', () => show(false));

function show(browser: boolean): void {
  const link = server.link();
  print(`Sightline is at ${link}`, 'The link works once, in one browser of this machine. Ctrl-C ends Sightline.');
  if (browser) opener.show(link);
}

/** What the window has in it when it opens. */
function beginOf({ file, sample, interface: name, filter }: StartCall): Begin | null {
  if (name !== null) return { what: 'interface', name, filter: filter ?? '' };
  if (sample) return { what: 'sample' };
  return file === null ? null : { what: 'file', path: file };
}
