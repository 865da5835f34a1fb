// Who may ask the main process: the main frame of a window of ours, showing our page, no faster than a window may.
import { MessagePace } from '../contract/index.ts';
import { log } from '../engine/host-options.ts';
import type { BrowserWindow, Electron, InvokeEvent } from './shell.ts';

export class Senders {
  private readonly ipc: Electron['ipcMain'];
  private readonly home: string;
  private readonly windows: () => readonly BrowserWindow[];
  private readonly paces = new WeakMap<BrowserWindow, MessagePace>();

  /** @param home the address of the one page */
  constructor(ipc: Electron['ipcMain'], home: string, windows: () => readonly BrowserWindow[]) {
    this.ipc = ipc;
    this.home = home;
    this.windows = windows;
  }

  /** Answers what a page asks; everybody else is refused. */
  handle<T>(channel: string, answer: (window: BrowserWindow, argument: unknown) => Promise<T>): void {
    this.ipc.handle(channel, (event: InvokeEvent, argument: unknown) => {
      const window = this.sender(event);
      if (window === null) {
        log('electron', () => `${channel} refused: not asked by a page of ours`);
        throw new Error('refused');
      }
      return answer(window, argument);
    });
  }

  private sender({ senderFrame }: InvokeEvent): BrowserWindow | null {
    if (senderFrame === null || senderFrame.url.split('#')[0] !== this.home) return null;
    const window = this.windows().find(({ webContents }) => webContents.mainFrame === senderFrame);
    if (window === undefined) return null;
    const now = performance.now();
    const pace = this.paces.get(window) ?? new MessagePace(now);
    this.paces.set(window, pace);
    return pace.take(now) === 'in-time' ? window : null;
  }
}
