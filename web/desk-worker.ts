// The engine host of the served window: a thread with the desk in it. Each window gets a port of its own.
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { errorText, transferable, type HostMessage } from '../contract/index.ts';
import { keepLog, log } from '../engine/host-options.ts';
import { Desk, plainCapture, type DeskOptions, serve, type Served } from '../engine/host-desk.ts';

/** From the server: where it listens; a window came; a file is asked for; a capture to open; end. */
export type ToDesk =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'window'; readonly window: number; readonly port: MessagePort }
  | { readonly kind: 'gone'; readonly window: number }
  | { readonly kind: 'file'; readonly ask: number; readonly id: string }
  | { readonly kind: 'begin'; readonly open: Begin }
  | { readonly kind: 'end' };

export type Begin =
  | { readonly what: 'file'; readonly path: string }
  | { readonly what: 'sample' }
  | { readonly what: 'interface'; readonly name: string; readonly filter: string };

export type FromDesk =
  | { readonly kind: 'ready' }
  | { readonly kind: 'file'; readonly ask: number; readonly path: string | null }
  | { readonly kind: 'said'; readonly message: string }
  /** A capture was closed: nothing reads its file any more. */
  | { readonly kind: 'closed'; readonly path: string }
  /** A fault of our own. What is open is being closed; 'ended' follows. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ended' };

const options = workerData as DeskOptions;
keepLog(join(options.dataFolder, 'log'));
const desk = new Desk(options);
desk.shared.onClosed = (path) => tell({ kind: 'closed', path });
const windows = new Map<number, Served>();

function tell(message: FromDesk): void {
  parentPort!.postMessage(message);
}

let ending = false;

function end(): void {
  if (ending) return;
  ending = true;
  void desk
    .close()
    .catch((error: unknown) => tell({ kind: 'said', message: `Closing failed: ${errorText(error)}` }))
    .finally(() => tell({ kind: 'ended' }));
}

// An error that nobody caught: what runs is ended in order (a capture keeps its packets, labels go to the store), then
// the host ends.
process.on('uncaughtException', (error) => {
  log('web', () => `not caught: ${error.stack ?? String(error)}`);
  tell({ kind: 'failed', message: error.stack ?? String(error) });
  end();
});

async function begin(open: Begin): Promise<void> {
  try {
    if (open.what === 'interface') await desk.tabs.place().capture(plainCapture([open.name], open.filter));
    else if (open.what === 'file') await desk.tabs.open(open.path);
    else await desk.tabs.place().openFile(`${options.root}/assets/sample.pcapng`, 'sample');
  } catch (error) {
    tell({ kind: 'said', message: errorText(error) });
  }
}

parentPort!.on('message', (message: ToDesk) => {
  switch (message.kind) {
    case 'listening':
      desk.shared.windowPort = message.port;
      return;
    case 'window': {
      const { port, window } = message;
      const served = serve(desk, { send: (m: HostMessage) => port.postMessage(m, transferable(m)) });
      windows.set(window, served);
      port.on('message', (m: unknown) => served.receive(m));
      return;
    }
    case 'gone': {
      windows.get(message.window)?.close();
      windows.delete(message.window);
      return;
    }
    case 'file': {
      const path = [...windows.values()].map((w) => w.file(message.id)).find((p) => p !== null) ?? null;
      return tell({ kind: 'file', ask: message.ask, path });
    }
    case 'begin':
      return void begin(message.open);
    case 'end':
      return end();
  }
});

tell({ kind: 'ready' });
