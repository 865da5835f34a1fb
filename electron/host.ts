// The engine host of the desktop window: a utility process with the desk in it. Windows talk to it over their own
// ports.
import { join } from 'node:path';
import { Desk, plainCapture, deskOptions, serve } from '../engine/host-desk.ts';
import { keepLog } from '../engine/host-options.ts';
import type { ToHost } from './desktop.ts';

/** A port as a utility process has it. */
interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown, transfer?: readonly object[]): void;
  start(): void;
}

interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToHost; readonly ports: readonly Port[] }) => void): void;
  postMessage(message: unknown): void;
}

const parent = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
let desk: Desk | null = null;

async function open(path: string): Promise<void> {
  // What could not be opened is told in the window: the session says so.
  await desk?.tabs.open(path).catch(() => undefined);
}

parent.on('message', ({ data, ports }) => {
  if (data.kind === 'begin') {
    const options = deskOptions(data.root, data.version, true);
    keepLog(join(options.dataFolder, 'log'));
    desk = new Desk(options);
    const { open: first } = data;
    if (first?.what === 'file') void open(first.path);
    if (first?.what === 'sample') void desk.tabs.place().openFile(join(data.root, 'assets', 'sample.pcapng'), 'sample');
    if (first?.what === 'interface') {
      const { tabs } = desk;
      void tabs
        .place()
        .capture(plainCapture([first.name], first.filter))
        .catch(() => undefined);
    }
    parent.postMessage('ready');
  } else if (data.kind === 'open') void open(data.path);
  else if (desk !== null && ports[0] !== undefined) {
    const port = ports[0];
    const served = serve(desk, { send: (message) => port.postMessage(message) });
    port.on('message', (event) => served.receive(event.data));
    port.on('close', () => served.close());
    port.start();
  }
});
