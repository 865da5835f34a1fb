// The bridge between the desktop shell and the page: ten calls, no Node, nothing else. A sandboxed preload must be
// CommonJS.
const { contextBridge, ipcRenderer, webUtils }: typeof import('electron') = require('electron');

interface Page {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, transfer: readonly object[]): void;
}

contextBridge.exposeInMainWorld('sightline', {
  platform: process.platform,
  chooseFile: () => ipcRenderer.invoke('choose-file'),
  chooseFolder: () => ipcRenderer.invoke('choose-folder'),
  chooseSave: (name: unknown) => ipcRenderer.invoke('choose-save', String(name)),
  chooseSaveFolder: () => ipcRenderer.invoke('choose-save-folder'),
  choosePipe: () => ipcRenderer.invoke('choose-pipe'),
  // The page never sees the path of a file, so it can say none but that of a file which somebody gave it.
  grantOf: (file: File) => ipcRenderer.invoke('grant-dropped', webUtils.getPathForFile(file)),
  notify: (told: unknown) => ipcRenderer.invoke('notify', told),
  onNotified: (listener: (about: string) => void) => {
    ipcRenderer.on('notified', (_event: unknown, about: unknown) => {
      if (typeof about === 'string') listener(about);
    });
  },
  onCommand: (listener: (command: string) => void) => {
    ipcRenderer.on('command', (_event: unknown, command: unknown) => {
      if (typeof command === 'string') listener(command);
    });
  },
});

// The port to the engine host goes straight into the page: bridged objects are copies, a port must be handed over.
ipcRenderer.on('port', (event: { readonly ports: readonly object[] }) => {
  const page = globalThis as unknown as Page;
  page.postMessage('sightline-port', page.location.origin, [...event.ports]);
});
