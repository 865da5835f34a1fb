// What `import … from 'electron'` gives where the stand-in runtime takes Electron's place: the names that `main.ts` uses,
// each doing what the stand-in does for the shell.
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { PortMain } from './ports.ts';
import { HostProcess, Runtime, type Window } from './stand-in.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The part of it that `main.ts` takes apart. */
interface Parts {
  readonly protocol: object;
  readonly ipcMain: object;
  readonly dialog: object;
  readonly menu: { build(template: readonly unknown[]): readonly unknown[]; set(menu: readonly unknown[]): void };
  newWindow(options: Window['options']): Window;
}

/** What a host was started with. */
export interface Forked {
  readonly script: string;
  readonly serviceName: string;
  readonly execArgv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export const runtime = new Runtime(ROOT, process.env);
export const switches: string[] = [];
export const forked: Forked[] = [];

const parts = runtime.electron as Parts;
export const { protocol, ipcMain, dialog } = parts;
export const Menu = { buildFromTemplate: parts.menu.build, setApplicationMenu: parts.menu.set };
export const app = Object.assign(runtime.app, {
  isPackaged: false,
  commandLine: { appendSwitch: (name: string, value: string) => switches.push(`${name}=${value}`) },
  getPreferredSystemLanguages: () => ['zh-CN', 'en-GB'],
});

/** `new BrowserWindow(options)` gives the stand-in's window: what a function returns is what `new` gives. */
export function BrowserWindow(options: Window['options']): Window {
  return parts.newWindow(options);
}

export class MessageChannelMain {
  readonly port1: PortMain;
  readonly port2: PortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new PortMain(port1);
    this.port2 = new PortMain(port2);
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly told: { readonly title: string; readonly body: string };

  constructor(told: Notification['told']) {
    super();
    this.told = told;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    Notification.shown.push(this);
  }
}

export const utilityProcess = {
  fork: (script: string, _args: readonly string[], options: Omit<Forked, 'script'>): HostProcess => {
    forked.push({ script, serviceName: options.serviceName, execArgv: options.execArgv, env: options.env });
    const host = new HostProcess(script, options.env, ROOT);
    runtime.hosts.push(host);
    return host;
  },
};
