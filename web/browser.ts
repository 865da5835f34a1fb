// Opening the link in the user's browser. What a program is started with can be read by everybody on the machine
// (/proc), so the link is not an argument: a page that only the user can read leads to it, and goes when the link was
// used.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { removeLeftovers, runName } from '../engine/host-options.ts';

export class Opener {
  private readonly folder: string;
  private path: string | null = null;
  private made = 0;

  constructor(cacheFolder: string) {
    this.folder = join(cacheFolder, 'open');
    removeLeftovers(this.folder);
  }

  /** Writes the page that leads to a link. The one before it goes. @returns its path */
  page(link: string): string {
    this.remove();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.path = join(this.folder, `${runName()}-${++this.made}.html`);
    const html =
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">' +
      `<meta http-equiv="refresh" content="0;url=${link}"><title>Sightline</title></head>` +
      `<body><p><a href="${link}" rel="noreferrer">Open Sightline</a></p></body></html>\n`;
    writeFileSync(this.path, html, { mode: 0o600, flag: 'wx' });
    return this.path;
  }

  /** Shows a link in the browser, where there is one to be shown in. */
  show(link: string, env: NodeJS.ProcessEnv = process.env): void {
    const command = browserCommand(env);
    if (command === null) return;
    const [program, ...args] = command;
    let page: string;
    try {
      page = this.page(link);
    } catch {
      return;
    }
    spawn(program!, [...args, page], { stdio: 'ignore', detached: true, env })
      .on('error', () => undefined)
      .unref();
  }

  /** The link was used, or Sightline ends. */
  remove(): void {
    if (this.path !== null) rmSync(this.path, { force: true });
    this.path = null;
  }
}

/** What opens a page in the user's browser, or null where nothing can. */
function browserCommand(env: NodeJS.ProcessEnv): readonly string[] | null {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (!(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])) return null;
  const there = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'xdg-open'))
    .find(executable);
  return there === undefined ? null : [there];
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
