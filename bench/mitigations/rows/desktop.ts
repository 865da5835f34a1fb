// The desktop window: a renderer that hostile packets took over.
import { type Attack, instead, type Mitigation } from '../types.ts';

const BOX: Attack = {
  stride: 'E',
  threat: 'a page that was taken over runs Node, opens windows, goes elsewhere',
  test: ['electron/desktop.test.ts', 'the window is sandboxed and isolated, and goes nowhere, nor does a frame in it'],
};
const SCHEME: Attack = {
  stride: 'I',
  threat: 'an address of the window’s scheme leads to other files',
  test: ['electron/desktop.test.ts', 'the scheme serves the window with its policy, and nothing beside it'],
};
const PERMITS: Attack = {
  stride: 'E',
  threat: 'a page that was taken over asks for the camera, devices, the clipboard',
  test: [
    'electron/desktop.test.ts',
    'permissions: the clipboard is written to, nothing else is permitted, no device is',
  ],
};
const WITHOUT_END: Attack = {
  stride: 'D',
  threat: 'a page asks the main process without end',
  test: ['electron/desktop.test.ts', 'a page that asks without end is refused, and is answered again later'],
};
const NO_PATH: Attack = {
  stride: 'TIE',
  threat: 'a page that was taken over reads and writes files of its choice',
  test: [
    'electron/host.test.ts',
    'a page names no path: what a person chose is opened and written, once where it is written',
  ],
};
const EVERY_PATH: Attack = {
  stride: 'TIE',
  threat: 'a request names a file that nobody chose',
  test: [
    'engine/desk/grants.test.ts',
    'every request that can name a file is refused with a path of the machine, and nothing is written',
  ],
};
const CHOSEN: Attack = {
  stride: 'TE',
  threat: 'something is written where nobody chose',
  test: [
    'engine/desk/grants.test.ts',
    'what is written needs a person who chose where, also where a browser would have a folder of its own',
  ],
};
const PURPOSE: Attack = {
  stride: 'TE',
  threat: 'a choice is used for something else, or again',
  test: ['engine/desk/grants.test.ts', 'a grant is for one purpose: to write once, to read as often as one likes'],
};
const BOUNDED: Attack = {
  stride: 'DE',
  threat: 'choices pile up, or name part of a path',
  test: ['engine/desk/grants.test.ts', 'grants are bounded, and name whole paths'],
};
const DIALOGS: Attack = {
  stride: 'TD',
  threat: 'a page offers a path as a name, or covers the desktop with dialogs',
  test: ['electron/host.test.ts', 'dialogs: a plain name is offered, a folder to read is none to write, one at a time'],
};
const DROPPED: Attack = {
  stride: 'I',
  threat: 'a device or a folder is named as a dropped file',
  test: ['electron/host.test.ts', 'files that are dropped are opened, and only files of the machine are'],
};
const LARGE: Attack = {
  stride: 'D',
  threat: 'one message takes the memory of the host',
  test: ['engine/desk/limits.test.ts', 'a message that is too large is refused, whatever it is of'],
};
const UNDER_WAY: Attack = {
  stride: 'D',
  threat: 'many messages at once take the memory of the host',
  test: ['engine/desk/limits.test.ts', 'what is under way of one window is bounded in bytes'],
};
const FLOOD: Attack = {
  stride: 'D',
  threat: 'a window keeps the host busy',
  test: [
    'engine/desk/limits.test.ts',
    'a window that floods is refused and then let go; another one is answered meanwhile',
  ],
};
const DEBUGGED: Attack = {
  stride: 'E',
  threat: 'somebody starts the program with code of his own, or with an inspector',
  test: [
    'electron/debugging.test.ts',
    'the first lines of the program: it ends with 2 and says why, or goes on without them',
  ],
};
const LOST: Attack = {
  stride: 'D',
  threat: 'a capture that ends the host ends it again and again',
  test: [
    'electron/host.test.ts',
    'a host that is lost again and again is given up, which is said, and begun again when one wants it',
  ],
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
    PERMITS,
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
  instead(
    'DSK-13',
    'what may be asked is held to the same permissions',
    'electron/desktop.ts',
    "(_contents, permission) => permission === 'clipboard-sanitized-write',",
    '() => true,',
    PERMITS,
  ),
  instead(
    'DSK-14',
    'no device is given',
    'electron/desktop.ts',
    'webContents.session.setDevicePermissionHandler(() => false);',
    'webContents.session.setDevicePermissionHandler(() => true);',
    PERMITS,
  ),
  instead(
    'DSK-15',
    'a question comes from our own page',
    'electron/senders.ts',
    "senderFrame === null || senderFrame.url.split('#')[0] !== this.home",
    'senderFrame === null',
    FRAME,
  ),
  instead(
    'DSK-16',
    'questions are paced',
    'electron/senders.ts',
    "return pace.take(now) === 'in-time' ? window : null;",
    'return window;',
    WITHOUT_END,
  ),
  instead(
    'DSK-17',
    'the host of a desktop window takes grants alone',
    'electron/host.ts',
    'end: () => port.close() }, grants);',
    'end: () => port.close() });',
    NO_PATH,
  ),
  instead(
    'DSK-18',
    'every path of a request is held against grants',
    'engine/desk/serve.ts',
    'const meant = grants === null ? body : meantBy(kind, body, grants, desk, asker);',
    "const meant = grants === null ? body : (meantBy('state' as never, body, grants, desk, asker) ?? body);",
    EVERY_PATH,
  ),
  instead(
    'DSK-19',
    'writing needs a place that was chosen',
    'engine/desk/grants.ts',
    "return writes ? refuse(say('place-not-chosen')) : said;",
    'return said;',
    CHOSEN,
  ),
  instead(
    'DSK-20',
    'a grant is for what it was given for',
    'engine/desk/grants.ts',
    'if (grant === undefined || !uses.includes(grant.use)) return null;',
    'if (grant === undefined) return null;',
    PURPOSE,
  ),
  instead(
    'DSK-21',
    'a grant to write is used up',
    'engine/desk/grants.ts',
    'if (WRITES.has(grant.use)) this.held.delete(id);',
    '',
    PURPOSE,
  ),
  instead('DSK-22', 'grants are bounded', 'engine/desk/grants.ts', 'this.held.delete(oldest!);', '', BOUNDED),
  instead(
    'DSK-23',
    'a grant names a whole path',
    'engine/desk/grants.ts',
    'if (!id.startsWith(GRANT) || !isAbsolute(path)) return;',
    'if (!id.startsWith(GRANT)) return;',
    BOUNDED,
  ),
  instead(
    'DSK-24',
    'one dialog a window',
    'electron/choosing.ts',
    'if (this.asked.has(window)) return null;',
    '',
    DIALOGS,
  ),
  instead(
    'DSK-25',
    'a name that is offered is no path',
    'electron/choosing.ts',
    "name.replace(/[^\\w. -]/g, '_').slice(0, LONGEST_NAME)",
    'name',
    DIALOGS,
  ),
  instead(
    'DSK-26',
    'what is dropped is a file',
    'electron/choosing.ts',
    "typeof path === 'string' && isFile(path) ?",
    "typeof path === 'string' ?",
    DROPPED,
  ),
  instead(
    'DSK-27',
    'a message is bounded',
    'engine/desk/serve.ts',
    'if (units > MAX_MESSAGE_UNITS)',
    'if (units > Infinity)',
    LARGE,
  ),
  instead(
    'DSK-28',
    'bytes under way are bounded',
    'engine/desk/serve.ts',
    'if (underWay + units > MAX_UNITS_UNDER_WAY)',
    'if (underWay + units > Infinity)',
    UNDER_WAY,
  ),
  instead('DSK-29', 'a window that floods is let go', 'engine/desk/serve.ts', 'return wire.end?.();', 'return;', FLOOD),
  instead('DSK-30', 'a program that is debugged does not start', 'electron/first.ts', 'process.exit(2);', '', DEBUGGED),
  instead(
    'DSK-31',
    'a host is begun again so often',
    'electron/engine.ts',
    'if (++this.restarts <= MAX_RESTARTS) {',
    'if (++this.restarts > 0) {',
    LOST,
  ),
];
