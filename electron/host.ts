// The engine host of the desktop window: a utility process with the desk in it. Windows talk to it over their own
// ports, and are not believed: they name files by grants, which come from the shell.
import { join } from 'node:path';
import { Desk, plainCapture, deskOptions, Grants, serve } from '../engine/host-desk.ts';
import { keepLog, log } from '../engine/host-options.ts';
import type { Begin } from './begin.ts';
import type { FromHost, ToHost } from './engine.ts';

/** A port as a utility process has it. */
interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown, transfer?: readonly object[]): void;
  start(): void;
  close(): void;
}

interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToHost; readonly ports: readonly Port[] }) => void): void;
  postMessage(message: FromHost): void;
}

const parent = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
const grants = new Grants();
let desk: Desk | null = null;
let ending = false;

/** One after the other: of two that come together each gets a tab. */
let opening: Promise<unknown> = Promise.resolve();

function open(path: string): void {
  // What could not be opened is told in the window: the session says so.
  opening = opening.then(() => desk?.tabs.open(path)).catch(() => undefined);
}

function begin(made: Desk, root: string, first: Begin | null): void {
  if (first?.what === 'file') open(first.path);
  if (first?.what === 'sample') void made.tabs.place().openFile(join(root, 'assets', 'sample.pcapng'), 'sample');
  if (first?.what === 'interface')
    void made.tabs
      .place()
      .capture(plainCapture([first.name], first.filter))
      .catch(() => undefined);
}

/** Names of the captures that run, of all tabs. */
function capturing(): string[] {
  const sessions = (desk?.tabs.desks ?? []).map(({ session }) => session);
  return sessions.flatMap((s) => (s !== null && (s.phase === 'live' || s.phase === 'paused') ? [s.options.name] : []));
}

/** A capture keeps its packets, labels go to the store. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  void Promise.resolve(desk?.close())
    .catch((error: unknown) => log('electron', () => `closing failed: ${String(error)}`))
    .finally(() => process.exit(code));
}

function attach(to: Desk, port: Port): void {
  const served = serve(to, { send: (message) => port.postMessage(message), end: () => port.close() }, grants);
  port.on('message', (event) => served.receive(event.data));
  port.on('close', () => served.close());
  port.start();
}

process.on('uncaughtException', (error) => {
  log('electron', () => `not caught: ${error.stack ?? String(error)}`);
  end(1);
});

parent.on('message', ({ data, ports }) => {
  switch (data.kind) {
    case 'begin': {
      const options = deskOptions(data.root, data.version, true);
      keepLog(join(options.dataFolder, 'log'));
      desk = new Desk(options);
      begin(desk, data.root, data.open);
      return parent.postMessage({ kind: 'ready' });
    }
    case 'open':
      return open(data.path);
    case 'grant':
      grants.add(data.id, data.path, data.use);
      return parent.postMessage({ kind: 'granted', id: data.id });
    case 'captures':
      return parent.postMessage({ kind: 'captures', ask: data.ask, names: capturing() });
    case 'end':
      return end(0);
    case 'window':
      if (desk !== null && ports[0] !== undefined) attach(desk, ports[0]);
  }
});
