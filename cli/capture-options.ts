// Options of `sightline capture` in the manner of dumpcap: -a and -b take NAME:VALUE.
import { type CaptureSource, DEFAULT_BUFFER_MIB, DEFAULT_RING, type StopAt } from '../engine/host-capture.ts';
import { UsageError } from './context.ts';
import type { Words } from './words.ts';

type Ring = { readonly segmentBytes: number; readonly segmentSeconds: number; readonly segments: number };

function whole(text: string, name: string, low: number, high: number): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < low || n > high)
    throw new UsageError(`${name} takes a whole number from ${low} to ${high}`);
  return n;
}

function named(words: readonly string[], option: string, names: readonly string[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const word of words) {
    const [name, value] = word.split(':');
    if (name === undefined || value === undefined || !names.includes(name))
      throw new UsageError(`${option} takes ${names.map((n) => `${n}:N`).join(', ')}; '${word}' is none`);
    out.set(name, whole(value, `${option} ${name}`, 1, Number.MAX_SAFE_INTEGER));
  }
  return out;
}

/** Sizes are in kB of 1,000 bytes, as dumpcap's. */
const KB = 1000;
const SMALLEST_SEGMENT = 66;

export function stopOf(words: readonly string[]): StopAt {
  const said = named(words, '-a', ['packets', 'duration', 'filesize']);
  return {
    packets: said.get('packets') ?? 0,
    seconds: said.get('duration') ?? 0,
    bytes: (said.get('filesize') ?? 0) * KB,
  };
}

/** Null for one file. */
export function ringOf(words: readonly string[], toFile: boolean): Ring | null {
  if (words.length === 0) return toFile ? null : DEFAULT_RING;
  const said = named(words, '-b', ['filesize', 'duration', 'files']);
  const size = said.get('filesize') ?? 0;
  if (size > 0 && size < SMALLEST_SEGMENT) throw new UsageError(`-b filesize takes ${SMALLEST_SEGMENT} and more`);
  if (size === 0 && !said.has('duration'))
    throw new UsageError('-b files needs filesize or duration: when should a segment end?');
  return { segmentBytes: size * KB, segmentSeconds: said.get('duration') ?? 0, segments: said.get('files') ?? 0 };
}

export function sourceOf(w: Words): CaptureSource {
  const names = w.list('interface');
  const from = w.text('source') ?? 'helper';
  const choice = {
    interfaces: names,
    filter: w.text('filter') ?? '',
    promiscuous: !w.flag('no-promiscuous'),
    monitor: w.flag('monitor'),
    snapLength: w.whole('snap-length', 0, 64, 262_144),
    bufferMiB: w.whole('buffer', DEFAULT_BUFFER_MIB, 1, 1024),
  };
  if (names.length === 1 && names[0] === '-') return { kind: 'pipe', path: '-' };
  if (from.startsWith('ssh:')) return { kind: 'ssh', host: from.slice(4), ...choice };
  if (from.startsWith('pipe:')) return { kind: 'pipe', path: from.slice(5) };
  if (from !== 'helper' && from !== 'dumpcap' && from !== 'cap')
    throw new UsageError(`--source takes helper, dumpcap, cap, ssh:HOST or pipe:PATH; '${from}' is none`);
  if (names.length === 0) throw new UsageError("-i NAME is needed; 'sightline interfaces' lists them");
  return { kind: from, ...choice };
}
