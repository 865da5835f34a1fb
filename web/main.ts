// `npm start` where there is no desktop runtime: serves the window on loopback and opens the browser.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deskOptions } from '../engine/host-options.ts';
import { WindowServer } from './server.ts';

const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const { values, positionals } = parseArgs({ options: { sample: { type: 'boolean' }, interface: { type: 'string' }, filter: { type: 'string' }, port: { type: 'string' }, 'no-browser': { type: 'boolean' } }, allowPositionals: true });
const { env } = process;
const file = positionals[0];
const server = new WindowServer({
  desk: deskOptions(ROOT, version, false),
  files: join(ROOT, 'dist', 'renderer'), port: Number(values.port ?? 0),
  begin: values.interface !== undefined ? { what: 'interface', name: values.interface, filter: values.filter ?? '' } : values.sample ? { what: 'sample' } : file !== undefined ? { what: 'file', path: file } : null,
});
server.onSaid = (message) => console.error(message);

let ending = false;
async function end(): Promise<void> {
  if (ending) process.exit(130);
  ending = true;
  await server.close();
  process.exit(process.exitCode ?? 0);
}
process.on('SIGINT', () => void end());
process.on('SIGTERM', () => void end());

try {
  await server.listen();
} catch (error) {
  console.error(`The window cannot be served: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
show(!values['no-browser'] && env['SIGHTLINE_NO_BROWSER'] === undefined);
if (process.stdin.isTTY) process.stdin.on('data', () => show(false));

function show(browser: boolean): void {
  const link = server.link();
  console.log(`Sightline is at ${link}\nThe link works once, in one browser of this machine. Ctrl-C ends Sightline.`);
  if (browser) openBrowser(link);
}

function openBrowser(link: string): void {
  const [command, ...args] = process.platform === 'darwin' ? ['open', link] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', link] : ['xdg-open', link];
  if (process.platform === 'linux' && !(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])) return;
  if (command === 'xdg-open' && !existsSync('/usr/bin/xdg-open')) return;
  spawn(command!, args, { stdio: 'ignore', detached: true }).on('error', () => undefined).unref();
}
