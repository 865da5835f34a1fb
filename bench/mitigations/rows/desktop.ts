// The desktop window: a renderer that hostile packets took over.
import { type Attack, instead, type Mitigation } from '../types.ts';

const BOX: Attack = {
  stride: 'E',
  threat: 'a page that was taken over runs Node, opens windows, goes elsewhere',
  test: ['electron/desktop.test.ts', 'the window is sandboxed and isolated, and goes nowhere'],
};
const SCHEME: Attack = {
  stride: 'I',
  threat: 'an address of the window’s scheme leads to other files',
  test: ['electron/desktop.test.ts', 'the scheme serves the window with its policy, and nothing beside it'],
};
const FRAME: Attack = {
  stride: 'S',
  threat: 'a frame of somebody else’s opens dialogs',
  test: ['electron/desktop.test.ts', 'every channel answers the main frame of our page only'],
};
const TABS: Attack = {
  stride: 'S',
  threat: 'a page opens windows of other addresses',
  test: [
    'electron/desktop.test.ts',
    'a page opens its own tabs in windows beside it, which are like the first, and nothing else',
  ],
};

export const DESKTOP: readonly Mitigation[] = [
  instead(
    'DSK-01',
    'a page is apart from the preload',
    'electron/desktop.ts',
    'contextIsolation: true,',
    'contextIsolation: false,',
    BOX,
  ),
  instead('DSK-02', 'a renderer is sandboxed', 'electron/desktop.ts', 'sandbox: true,', 'sandbox: false,', BOX),
  instead('DSK-03', 'every renderer is sandboxed', 'electron/desktop.ts', 'app.enableSandbox();', '', BOX),
  instead(
    'DSK-04',
    'a page has no Node',
    'electron/desktop.ts',
    'nodeIntegration: false,',
    'nodeIntegration: true,',
    BOX,
  ),
  instead(
    'DSK-05',
    'a window goes nowhere',
    'electron/desktop.ts',
    "webContents.on('will-navigate', (event) => event.preventDefault());",
    '',
    BOX,
  ),
  instead(
    'DSK-06',
    'a window follows no redirect',
    'electron/desktop.ts',
    "webContents.on('will-redirect', (event) => event.preventDefault());",
    '',
    BOX,
  ),
  instead(
    'DSK-07',
    'a window holds no other page',
    'electron/desktop.ts',
    "webContents.on('will-attach-webview', (event) => event.preventDefault());",
    '',
    BOX,
  ),
  instead(
    'DSK-08',
    'no permission but the clipboard’s is given',
    'electron/desktop.ts',
    "answer(permission === 'clipboard-sanitized-write'),",
    "answer(permission !== ''),",
    BOX,
  ),
  instead(
    'DSK-09',
    'files beside the window’s are not served',
    'electron/desktop.ts',
    ' || !path.startsWith(folder + sep))',
    ')',
    SCHEME,
  ),
  instead(
    'DSK-10',
    'pages have a policy that runs our own files only',
    'electron/desktop.ts',
    "'Content-Security-Policy': WINDOW_POLICY,",
    '',
    SCHEME,
  ),
  instead(
    'DSK-11',
    'a question comes from our own frame',
    'electron/senders.ts',
    'const window = this.windows().find(({ webContents }) => webContents.mainFrame === senderFrame);',
    'const [window] = this.windows();',
    FRAME,
  ),
  instead(
    'DSK-12',
    'only tabs of ours open windows',
    'electron/desktop.ts',
    'if (tab !== null && this.windows.length < MAX_WINDOWS) this.openWindow(tab[1]);',
    'if (this.windows.length < MAX_WINDOWS) this.openWindow(tab?.[1]);',
    TABS,
  ),
];
