// Electron's entry: the real things handed to the shell. The only file beside the preload that imports Electron.
import './first.ts';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  utilityProcess,
} from 'electron';
import { join } from 'node:path';
import { cleanEnvironment } from './debugging.ts';
import { Desktop } from './desktop.ts';
import type { Electron } from './shell.ts';

const root = join(import.meta.dirname, '..', '..');
const notifications = new Set<Notification>();
const electron = {
  app,
  protocol,
  ipcMain,
  dialog,
  notification: {
    isSupported: () => Notification.isSupported(),
    show: (told: { title: string; body: string }, clicked: () => void) => {
      const shown = new Notification(told);
      // One that nobody holds is collected, and its click with it.
      notifications.add(shown);
      shown.on('click', clicked);
      for (const end of ['click', 'close', 'failed'] as const)
        shown.on(end as 'close', () => notifications.delete(shown));
      shown.show();
    },
  },
  menu: {
    build: (template: never) => Menu.buildFromTemplate(template),
    set: (menu: never) => Menu.setApplicationMenu(menu),
  },
  newWindow: (options: object) => new BrowserWindow(options),
  newChannel: () => new MessageChannelMain(),
  fork: (script: string, args: string[]) =>
    utilityProcess.fork(script, args, {
      serviceName: 'Sightline engine',
      stdio: 'inherit',
      execArgv: [],
      env: cleanEnvironment(process.env),
    }),
};
app.commandLine.appendSwitch('disable-features', 'SpareRendererForSitePerProcess');
// Not awaited: Electron is ready only after this module has run.
const desktop = new Desktop(electron as unknown as Electron, {
  root,
  engine: app.isPackaged ? join(process.resourcesPath, 'engine') : root,
  argv: process.argv.slice(app.isPackaged ? 1 : 2),
  platform: process.platform,
  language: () => (app.getPreferredSystemLanguages()[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en'),
});
void desktop.start();
// Somebody at a terminal means it; what is open is closed in order.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void desktop.end());
