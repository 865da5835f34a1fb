// The process behind windows of one capture: a desk with folders of its own, which are gone with it, and nothing else
// open. What windows ask is held to `allowed.ts` before the desk hears it.
import { dirname, sep } from 'node:path';
import { decode, encode, type HostMessage } from '../../contract/index.ts';
import { Desk, type DeskOptions, serve, type Served } from '../../engine/host-desk.ts';
import { refusalFor, withoutFolder } from './allowed.ts';

export interface WindowSetup {
  readonly desk: DeskOptions;
  /** The capture. */
  readonly path: string;
}

export type ToWindowHost =
  | { readonly kind: 'setup'; readonly setup: WindowSetup }
  | { readonly kind: 'window'; readonly window: number }
  | { readonly kind: 'gone'; readonly window: number }
  | { readonly kind: 'asks'; readonly window: number; readonly bytes: Uint8Array };

export interface FromWindowHost {
  readonly kind: 'says';
  readonly window: number;
  readonly bytes: Uint8Array;
}

const windows = new Map<number, Served>();
let desk: Desk | null = null;
/** Where the capture lies, which is nobody's business. */
let folder = '';

function tell(message: FromWindowHost): void {
  process.send?.(message);
}

function says(window: number, message: HostMessage): void {
  tell({ kind: 'says', window, bytes: encode(withoutFolder(message, folder)) });
}

function attach(window: number): void {
  if (desk === null || windows.has(window)) return;
  windows.set(window, serve(desk, { send: (message) => says(window, message) }));
}

function asks(window: number, bytes: Uint8Array): void {
  const message = decode(bytes);
  if (message === null) return;
  const refused = refusalFor(message);
  if (refused === null) windows.get(window)?.receive(message);
  else says(window, refused);
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToWindowHost) => {
  switch (message.kind) {
    case 'setup': {
      const { setup } = message;
      folder = dirname(setup.path) + sep;
      desk = new Desk({ ...setup.desk, isShared: true });
      desk.tabs.open(setup.path).catch(() => process.exit(1));
      return;
    }
    case 'window':
      return attach(message.window);
    case 'gone':
      windows.get(message.window)?.close();
      windows.delete(message.window);
      return;
    case 'asks':
      return asks(message.window, message.bytes);
  }
});
