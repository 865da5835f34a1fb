// Where a capture comes from and where it ends, from the options of `sightline capture`, in the manner of dumpcap.
import {
  type CaptureSource,
  DEFAULT_RING,
  type InterfaceChoice,
  type Ring,
  type StopAt,
} from '../engine/host-capture.ts';
import { UsageError } from './context.ts';

/** Sizes are in kB of 1,000 bytes, as dumpcap's. */
const KB = 1000;
const SMALLEST_SEGMENT = 66;

/** @param at of `-a`: packets, duration in seconds, filesize in kB */
export function stopOf(at: Readonly<Partial<Record<'packets' | 'duration' | 'filesize', number>>>): StopAt {
  return { packets: at.packets ?? 0, seconds: at.duration ?? 0, bytes: (at.filesize ?? 0) * KB };
}

/** @param said of `-b` @param toFile whether -w names a file @returns null for one file */
export function ringOf(
  said: Readonly<Partial<Record<'filesize' | 'duration' | 'files', number>>>,
  toFile: boolean,
): Ring | null {
  if (Object.keys(said).length === 0) return toFile ? null : DEFAULT_RING;
  const size = said.filesize ?? 0;
  if (size > 0 && size < SMALLEST_SEGMENT) throw new UsageError(`-b filesize takes ${SMALLEST_SEGMENT} and more`);
  if (size === 0 && said.duration === undefined)
    throw new UsageError('-b files needs filesize or duration: when should a segment end?');
  return { segmentBytes: size * KB, segmentSeconds: said.duration ?? 0, segments: said.files ?? 0 };
}

const LOCAL = ['helper', 'dumpcap', 'cap'] as const;
const SSH = 'ssh:';
const PIPE = 'pipe:';
/** What `--source` takes, in words. */
export const SOURCES = 'helper, dumpcap, cap, ssh:HOST or pipe:PATH';

/** @param text of `--source` */
export function isSource(text: string): boolean {
  return LOCAL.some((kind) => kind === text) || text.startsWith(SSH) || text.startsWith(PIPE);
}

/** @param from of `--source` */
export function sourceOf(from: string, choice: InterfaceChoice): CaptureSource {
  const { interfaces } = choice;
  if (interfaces.length === 1 && interfaces[0] === '-') return { kind: 'pipe', path: '-' };
  if (from.startsWith(SSH)) return { kind: 'ssh', host: from.slice(SSH.length), ...choice };
  if (from.startsWith(PIPE)) return { kind: 'pipe', path: from.slice(PIPE.length) };
  if (interfaces.length === 0) throw new UsageError("-i NAME is needed; 'sightline interfaces' lists them");
  return { kind: LOCAL.find((kind) => kind === from) ?? 'helper', ...choice };
}
