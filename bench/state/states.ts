// Damaged and odd states of every file that Sightline keeps.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Place {
  readonly data: string;
  readonly cache: string;
  /** A finished live capture in the data folder. */
  readonly capture: string;
}

export interface State {
  readonly file: string;
  readonly state: string;
  readonly make: (p: Place) => void;
  /** What is lost with the bytes that are not there any more: nothing can bring them back, so it has to be said. */
  readonly takesLabels: boolean;
  /** A sentence is due; else nothing is lost and nothing need be said. */
  readonly said: boolean;
}

const PAGE = 4096;

type Make = (path: string) => void;
const noise = (n: number): Buffer => Buffer.from(Uint8Array.from({ length: n }, (_, i) => (i * 2654435761) >>> 11));
const gone: Make = (p) => rmSync(p, { recursive: true, force: true });
const as =
  (text: string | Buffer): Make =>
  (p) => {
    gone(p);
    writeFileSync(p, text);
  };
const folder: Make = (p) => {
  gone(p);
  mkdirSync(p, { recursive: true });
};
const pipe: Make = (p) => {
  gone(p);
  spawnSync('mkfifo', [p]);
};
const device: Make = (p) => {
  gone(p);
  symlinkSync('/dev/zero', p);
};
const loop: Make = (p) => {
  gone(p);
  symlinkSync(p, p);
};
const half: Make = (p) => truncateSync(p, Math.floor(readFileSync(p).length / 2));
const dangling: Make = (p) => {
  gone(p);
  symlinkSync('/nowhere/at/all', p);
};

function flip(from: number, to: number): Make {
  return (p) => {
    const bytes = readFileSync(p);
    for (let i = from; i < Math.min(to, bytes.length); i++) bytes[i] = bytes[i]! ^ 0xff;
    writeFileSync(p, bytes);
  };
}

const JSON_STATES: readonly [string, Make][] = [
  ['empty', as('')],
  ['half', half],
  ['null', as('null')],
  ['a number', as('7')],
  ['a string', as('"x"')],
  ['noise', as(noise(3000))],
  ['3 MB of blanks', as(' '.repeat(3e6))],
  ['a folder', folder],
  ['a named pipe', pipe],
  ['a device', device],
  ['a link in a circle', loop],
];

function at(
  file: string,
  states: readonly [string, Make][],
  o: { readonly takesLabels?: boolean; readonly said?: boolean } = {},
): State[] {
  return states.map(([state, make]) => ({
    file,
    state,
    make: (p) => make(join(p.data, file)),
    takesLabels: o.takesLabels ?? false,
    said: o.said ?? true,
  }));
}

function inCapture(
  file: (names: readonly string[]) => string,
  name: string,
  states: readonly [string, Make][],
  takesLabels: boolean,
  said: boolean,
): State[] {
  return states.map(([state, make]) => ({
    file: `captures/…/${name}`,
    state,
    make: (p) => make(join(p.capture, file(readdirSync(p.capture)))),
    takesLabels,
    said,
  }));
}

const segment = (names: readonly string[]): string => names.find((n) => n.endsWith('.pcapng'))!;

export const STATES: readonly State[] = [
  ...at('settings.json', [
    ...JSON_STATES,
    ['a list', as('[]')],
    [
      'every value odd',
      as('{"theme":"pink","language":3,"time":{},"tcpTimeout":-5,"udpTimeout":0,"otherTimeout":1e9}'),
    ],
    ['a timeout of text', as('{"tcpTimeout":"60"}')],
  ]),
  ...at('recent.json', [...JSON_STATES, ['an object', as('{}')], ['odd entries', as('[1,null,{"path":3}]')]]),
  ...at('baseline.json', [
    ...JSON_STATES.filter(([s]) => s !== 'half' && s !== '3 MB of blanks'),
    ['groups are none', as('{"format":"sightline-baseline","version":1,"model":"x","groups":null}')],
    [
      'a threshold is text',
      as(
        '{"format":"sightline-baseline","version":1,"model":"x","groups":{"all":' +
          '{"flows":90,"malicious":"1","suspicious":1,"median":0,"novelty":1}}}',
      ),
    ],
  ]),
  // Each page of the store in turn.
  ...Array.from({ length: 12 }, (_, i): State => ({
    file: 'sightline.sqlite',
    state: `page ${i + 1} flipped`,
    make: (p) => flip(i * PAGE, (i + 1) * PAGE)(join(p.data, 'sightline.sqlite')),
    takesLabels: false,
    said: i < 8,
  })),
  ...at(
    'sightline.sqlite',
    [
      ['one bit of the header', flip(20, 21)],
      ['cut by a page', (p) => truncateSync(p, readFileSync(p).length - PAGE)],
    ],
    { said: false },
  ),
  ...at(
    'sightline.sqlite',
    [
      ['empty', as('')],
      ['gone', gone],
      ['noise', as(noise(40_000))],
      ['half', half],
      ['a folder', folder],
      ['a named pipe', pipe],
      ['a link to nothing', dangling],
    ],
    { takesLabels: true },
  ),
  ...at(
    'sightline.sqlite-wal',
    [
      ['noise', as(noise(9000))],
      ['a folder', folder],
      ['a named pipe', pipe],
    ],
    { said: false },
  ),
  ...at(
    'sightline.sqlite-shm',
    [
      ['noise', as(noise(32_768))],
      ['a folder', folder],
    ],
    { said: false },
  ),
  ...at(
    'sightline.sqlite.head',
    [
      ['noise', as(noise(4097))],
      ['empty', as('')],
      ['a folder', folder],
    ],
    { said: false },
  ),
  ...at('sightline.lock', [['noise', as(noise(5000))]], { said: false }),
  ...at('captures', [['a file', as('x')]], { takesLabels: false }).map((s) => ({ ...s, said: false })),
  ...inCapture(
    () => 'session.json',
    'session.json',
    [
      ['empty', as('')],
      ['half', half],
      ['noise', as(noise(900))],
      ['a folder', folder],
      ['a named pipe', pipe],
      ['a device', device],
    ],
    true,
    true,
  ),
  ...inCapture(
    segment,
    'segment',
    [
      ['half', half],
      ['empty', as('')],
      ['noise', as(noise(60_000))],
      ['a named pipe', pipe],
      ['a folder', folder],
    ],
    true,
    true,
  ),
  ...inCapture(() => 'kept.pcapng', 'kept.pcapng', [['noise', as(noise(5000))]], true, true),
  ...inCapture(
    () => 'session.lock',
    'session.lock',
    [
      ['noise', as(noise(5000))],
      ['a folder', folder],
    ],
    false,
    false,
  ),
  { file: 'cache folder', state: 'a file', make: (p) => as('x')(p.cache), takesLabels: false, said: false },
  {
    file: 'cache folder',
    state: 'not writable',
    make: (p) => {
      mkdirSync(p.cache, { recursive: true });
      chmodSync(p.cache, 0o500);
    },
    takesLabels: false,
    said: false,
  },
  { file: 'data folder', state: 'a file', make: (p) => as('x')(p.data), takesLabels: true, said: true },
  {
    file: 'data folder',
    state: 'read-only',
    make: (p) => {
      spawnSync('mount', ['--bind', p.data, p.data]);
      spawnSync('mount', ['-o', 'remount,bind,ro', p.data]);
    },
    takesLabels: false,
    said: true,
  },
];

/** Takes back what a state has mounted. */
export function unmake(p: Place): void {
  if (existsSync(p.data)) spawnSync('umount', [p.data], { stdio: 'ignore' });
}
