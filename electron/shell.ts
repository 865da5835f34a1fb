// The few things of Electron that the desktop shell uses, as types of ours: the shell is written against them, so that
// it is typed and tested where Electron's runtime cannot be had. `main.ts` hands the real ones in; lint keeps every
// other import out.

export interface Frame {
  readonly url: string;
}

export interface WebContents {
  readonly id: number;
  readonly mainFrame: Frame;
  on(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect',
    listener: (event: { preventDefault(): void }, url: string) => void,
  ): void;
  on(event: 'render-process-gone', listener: () => void): void;
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): void;
  on(event: 'did-finish-load', listener: () => void): void;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
  postMessage(channel: string, message: unknown, transfer: readonly object[]): void;
  send(channel: string, message: unknown): void;
  readonly session: {
    setPermissionRequestHandler(
      handler: (contents: unknown, permission: string, answer: (allowed: boolean) => void) => void,
    ): void;
    setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
    setDevicePermissionHandler(handler: () => boolean): void;
  };
}

export interface BrowserWindow {
  readonly webContents: WebContents;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  isMinimized(): boolean;
  restore(): void;
  reload(): void;
  on(event: 'closed' | 'focus', listener: () => void): void;
  on(event: 'close', listener: (event: { preventDefault(): void }) => void): void;
  once(event: 'ready-to-show', listener: () => void): void;
}

export interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly show: false;
  readonly title: string;
  readonly backgroundColor: string;
  readonly webPreferences: {
    readonly preload: string;
    readonly contextIsolation: true;
    readonly sandbox: true;
    readonly nodeIntegration: false;
    readonly nodeIntegrationInWorker: false;
    readonly webSecurity: true;
    readonly webviewTag: false;
    readonly spellcheck: false;
    readonly navigateOnDragDrop: false;
  };
}

export interface HostProcess {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  on(event: 'exit', listener: (code: number) => void): void;
  on(event: 'message', listener: (message: unknown) => void): void;
  kill(): boolean;
}

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: 'separator';
  readonly accelerator?: string;
  /** The key is shown only; the window's own table of keys acts on it. */
  readonly registerAccelerator?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

export interface InvokeEvent {
  readonly senderFrame: Frame | null;
}

/** What the shell needs of Electron. */
export interface Electron {
  readonly app: {
    requestSingleInstanceLock(): boolean;
    quit(): void;
    whenReady(): Promise<void>;
    getPath(name: 'userData' | 'sessionData'): string;
    getVersion(): string;
    on(event: 'second-instance', listener: (event: unknown, argv: readonly string[], folder: string) => void): void;
    on(event: 'open-file', listener: (event: { preventDefault(): void }, path: string) => void): void;
    on(event: 'window-all-closed' | 'activate', listener: () => void): void;
    on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): void;
    enableSandbox(): void;
    addRecentDocument(path: string): void;
  };
  readonly protocol: {
    registerSchemesAsPrivileged(
      schemes: readonly {
        readonly scheme: string;
        readonly privileges: {
          readonly standard: boolean;
          readonly secure: boolean;
          readonly supportFetchAPI: boolean;
        };
      }[],
    ): void;
    handle(scheme: string, handler: (request: { readonly url: string }) => Promise<Response> | Response): void;
  };
  readonly ipcMain: { handle(channel: string, handler: (event: InvokeEvent, ...args: unknown[]) => unknown): void };
  readonly dialog: {
    showOpenDialog(
      window: BrowserWindow,
      options: object,
    ): Promise<{ readonly canceled: boolean; readonly filePaths: readonly string[] }>;
    showSaveDialog(
      window: BrowserWindow,
      options: object,
    ): Promise<{ readonly canceled: boolean; readonly filePath?: string }>;
    showMessageBox(window: BrowserWindow, options: object): Promise<{ readonly response: number }>;
  };
  /** What the desktop shows beside our window; `clicked` is called when somebody presses it. */
  readonly notification: {
    isSupported(): boolean;
    show(told: { readonly title: string; readonly body: string }, clicked: () => void): void;
  };
  readonly menu: { build(template: readonly MenuItem[]): unknown; set(menu: unknown): void };
  newWindow(options: WindowOptions): BrowserWindow;
  newChannel(): { readonly port1: object; readonly port2: object };
  fork(script: string, args: readonly string[]): HostProcess;
}
