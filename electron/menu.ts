// The desktop menu: every entry is a command of the window, by the same id as in its palette.
import type { MenuItem } from './shell.ts';

type Entry = readonly [label: string, command: string, accelerator?: string] | null;

const MENUS: readonly (readonly [string, readonly Entry[]])[] = [
  [
    'File',
    [
      ['Open…', 'open', 'CmdOrCtrl+O'],
      ['Open the sample', 'sample'],
      null,
      ['Save and export…', 'save', 'CmdOrCtrl+S'],
      ['Close capture', 'close', 'CmdOrCtrl+Shift+W'],
    ],
  ],
  [
    'Capture',
    [
      ['Start or stop', 'start-stop', 'CmdOrCtrl+E'],
      ['Pause or go on', 'pause'],
      ['Restart', 'restart'],
    ],
  ],
  [
    'Go',
    [
      ['Packets', 'packets', '1'],
      ['Flows', 'flows', '2'],
      ['Alerts', 'alerts', '3'],
      null,
      ['Go to packet…', 'goto', 'CmdOrCtrl+G'],
      ['Find…', 'find', 'CmdOrCtrl+F'],
      ['Find next', 'find-next', 'CmdOrCtrl+N'],
      ['Find previous', 'find-previous', 'CmdOrCtrl+B'],
      null,
      ['Next in conversation', 'next-neighbour', 'CmdOrCtrl+.'],
      ['Previous in conversation', 'previous-neighbour', 'CmdOrCtrl+,'],
    ],
  ],
  [
    'Analyze',
    [
      ['Display filter', 'filter', 'CmdOrCtrl+/'],
      ['Malicious packets only', 'only-malicious'],
      ['Follow stream', 'follow', 'CmdOrCtrl+Alt+Shift+T'],
      null,
      ['Mark packet', 'mark', 'CmdOrCtrl+M'],
      ['Ignore packet', 'ignore', 'CmdOrCtrl+D'],
      null,
      ['Label benign', 'benign', 'B'],
      ['Label malicious', 'malicious', 'M'],
      ['Label unsure', 'unsure', 'U'],
    ],
  ],
  [
    'Help',
    [
      ['Keys', 'keys', '?'],
      ['Commands', 'palette', 'CmdOrCtrl+K'],
      ['Settings', 'settings'],
    ],
  ],
];

export function menuTemplate(platform: string, send: (command: string) => void): readonly MenuItem[] {
  const own = MENUS.map(([label, entries]): MenuItem => ({
    label,
    submenu: entries.map((e): MenuItem =>
      e === null
        ? { type: 'separator' }
        : {
            label: e[0],
            click: () => send(e[1]),
            ...(e[2] === undefined ? {} : { accelerator: e[2], registerAccelerator: false }),
          },
    ),
  }));
  const [file, capture, go, analyze, help] = own as [MenuItem, MenuItem, MenuItem, MenuItem, MenuItem];
  const view: MenuItem = {
    label: 'View',
    submenu: [
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' }] : []),
    {
      ...file,
      submenu: [
        ...(file.submenu ?? []),
        ...(platform === 'darwin' ? [] : [{ type: 'separator' as const }, { role: 'quit' }]),
      ],
    },
    { role: 'editMenu' },
    capture,
    go,
    analyze,
    view,
    help,
  ];
}
