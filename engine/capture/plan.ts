// What to capture from, into which files, until when: what every source is given, whoever carries it out.
import { type Message, say } from '../../contract/index.ts';
import { isAbsolute } from 'node:path';

export interface InterfaceChoice {
  /** One or several names. */
  readonly interfaces: readonly string[];
  readonly filter: string;
  readonly promiscuous: boolean;
  readonly monitor: boolean;
  /** Bytes of each packet to keep, 0 for all. */
  readonly snapLength: number;
  /** The kernel's buffer for each interface, MiB. */
  readonly bufferMiB: number;
}

export type CaptureSource =
  /** Our capture helper. */
  | ({ readonly kind: 'helper' } & InterfaceChoice)
  /** npm `cap` in a Node process, where the helper cannot be built: it loses packets under load. */
  | ({ readonly kind: 'cap' } & InterfaceChoice)
  /** `dumpcap -w -`. */
  | ({ readonly kind: 'dumpcap' } & InterfaceChoice)
  /** `ssh HOST tcpdump -w -`. */
  | ({ readonly kind: 'ssh'; readonly host: string } & InterfaceChoice)
  /** A named pipe that somebody writes a capture into; '-' is stdin. */
  | { readonly kind: 'pipe'; readonly path: string };

/** How a capture is cut into segments, and how many are kept; 0 is no limit. */
export interface Ring {
  readonly segmentBytes: number;
  readonly segmentSeconds: number;
  readonly segments: number;
}

export type CaptureFiles =
  | { readonly kind: 'one'; readonly path: string }
  /** Segments in a folder that is made for them. */
  | ({ readonly kind: 'ring'; readonly folder: string; readonly prefix: string } & Ring);

/** 0 is never. */
export interface StopAt {
  readonly packets: number;
  readonly seconds: number;
  readonly bytes: number;
}

export interface CapturePlan {
  readonly source: CaptureSource;
  readonly files: CaptureFiles;
  readonly stop: StopAt;
  readonly application: string;
  /** The helper's executable. */
  readonly helper: string;
}

export const NEVER: StopAt = { packets: 0, seconds: 0, bytes: 0 };
export const DEFAULT_BUFFER_MIB = 64;
export const DEFAULT_RING: Ring = { segmentBytes: 512_000_000, segmentSeconds: 0, segments: 8 };
export const EVERYTHING: Omit<InterfaceChoice, 'interfaces'> = {
  filter: '',
  promiscuous: true,
  monitor: false,
  snapLength: 0,
  bufferMiB: DEFAULT_BUFFER_MIB,
};

function option(name: string, value: number): string[] {
  return value > 0 ? [name, String(value)] : [];
}

/** Arguments of the helper. */
export function helperArguments(p: CapturePlan, choice: InterfaceChoice): string[] {
  const { files, stop } = p;
  return [
    'capture',
    ...choice.interfaces.flatMap((i) => ['--interface', i]),
    ...(files.kind === 'one'
      ? ['--output', files.path]
      : [
          '--folder',
          files.folder,
          '--prefix',
          files.prefix,
          ...option('--segment-bytes', files.segmentBytes),
          ...option('--segment-seconds', files.segmentSeconds),
          ...option('--segments', files.segments),
        ]),
    '--application',
    p.application,
    '--buffer',
    String(choice.bufferMiB),
    ...(choice.filter.trim() === '' ? [] : ['--filter', choice.filter]),
    ...(choice.promiscuous ? [] : ['--no-promiscuous']),
    ...(choice.monitor ? ['--monitor'] : []),
    ...option('--snap-length', choice.snapLength),
    ...option('--stop-packets', stop.packets),
    ...option('--stop-seconds', stop.seconds),
    ...option('--stop-bytes', stop.bytes),
  ];
}

export function dumpcapCommand(c: InterfaceChoice): string[] {
  return [
    'dumpcap',
    '-q',
    ...c.interfaces.flatMap((i) => [
      '-i',
      i,
      ...(c.filter.trim() === '' ? [] : ['-f', c.filter]),
      ...(c.promiscuous ? [] : ['-p']),
      ...(c.monitor ? ['-I'] : []),
      ...(c.snapLength > 0 ? ['-s', String(c.snapLength)] : []),
      '-B',
      String(c.bufferMiB),
    ]),
    '-w',
    '-',
  ];
}

/** Quotes a word for the remote shell, since ssh joins its arguments to one line there. */
function quotedWord(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** tcpdump on another machine. Without a filter the connection that carries the packets is left out. */
export function sshCommand(c: InterfaceChoice, host: string): string[] {
  const remote = [
    'tcpdump',
    '-U',
    '-n',
    '-i',
    c.interfaces[0] ?? 'any',
    '-s',
    String(c.snapLength),
    ...(c.promiscuous ? [] : ['-p']),
    ...(c.monitor ? ['-I'] : []),
    '-w',
    '-',
    // A filter is no option, whatever it begins with.
    '--',
    c.filter.trim() === '' ? 'not tcp port 22' : c.filter,
  ];
  return ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-T', '--', host, ...remote.map(quotedWord)];
}

/** As the helper takes it. */
export const LONGEST_FILTER = 4096;

const HOST = /^[A-Za-z0-9_][\w.@:%-]{0,254}$/;

/** What is wrong with a source before anything is started, or null. */
export function sourceProblem(s: CaptureSource): Message | null {
  const filter = s.kind === 'pipe' ? '' : s.filter;
  if (filter.includes('\0')) return say('no-nul');
  if (filter.length > LONGEST_FILTER) return say('filter-too-long', { max: LONGEST_FILTER, length: filter.length });
  if (s.kind === 'pipe')
    return s.path === '-' || isAbsolute(s.path) ? null : say('pipe-path-not-whole', { path: s.path });
  if (s.kind === 'ssh' && !HOST.test(s.host)) return say('no-host', { host: s.host.slice(0, 80) });
  if (s.kind !== 'ssh' && s.interfaces.length === 0) return say('choose-interface');
  const odd = s.interfaces.find((i) => i.startsWith('-') || i.length > 300 || /[\0\n]/.test(i));
  if (odd !== undefined) return say('no-interface', { name: odd.slice(0, 80) });
  if ((s.kind === 'cap' || s.kind === 'ssh') && s.interfaces.length > 1) return say('one-interface');
  return null;
}

/** What is captured, in words: a name for the window and for files. */
export function sourceName(s: CaptureSource): string {
  if (s.kind === 'pipe') return s.path === '-' ? 'stdin' : s.path.slice(s.path.lastIndexOf('/') + 1);
  const names = s.interfaces.join(' + ');
  return s.kind === 'ssh' ? `${s.host} ${names || 'any'}` : names;
}

/** What a capture under way may be told. */
export type Word = 'pause' | 'resume' | 'stop';

/** A capture under way. */
export interface Running {
  tell(word: Word): void;
  readonly ended: Promise<unknown>;
}
