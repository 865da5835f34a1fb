import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { english, type Message, SaidError, saidBy, say } from '../../contract/index.ts';
import { log } from '../log/index.ts';
import {
  compressionOf,
  DEFAULT_LIMITS,
  FileSource,
  inflating,
  piped,
  StreamSource,
  type ByteSource,
  type InflateLimits,
} from './source.ts';
import { removeLeftovers, runName } from './leftovers.ts';
import { captureFiles, folderSource } from './segments.ts';
import { CaptureStream } from './stream.ts';
import type { CaptureMeta, Ending, PacketSink } from './types.ts';

const TURN = 10;

/** An open capture that is read block by block, so that the caller decides when to pause, cancel or show progress. */
export class CaptureReader {
  readonly stream: CaptureStream;
  readonly source: ByteSource;
  private turn = performance.now();

  constructor(source: ByteSource, sink: PacketSink) {
    this.source = source;
    this.stream = new CaptureStream(sink);
  }

  get meta(): CaptureMeta {
    return this.stream.meta;
  }

  /**
   * Reads one block, and lets the rest of the process have a turn (signals, messages) at least every 10 ms.
   * @returns false when nothing is left or nothing more can be read
   */
  async step(): Promise<boolean> {
    if (performance.now() - this.turn > TURN) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.turn = performance.now();
    }
    const got = this.source.read(this.stream.space());
    const count = typeof got === 'number' ? got : await got;
    if (count === 0) {
      this.stream.settle();
      log('read', () => this.endingText());
      return false;
    }
    this.stream.advance(count);
    if (this.stream.stopped) log('read', () => this.endingText());
    return !this.stream.stopped;
  }

  /** How the capture ended, the source's own trouble included. */
  ending(): Ending {
    const trouble = this.source.error;
    const ending = this.stream.ending();
    if (trouble === null) return ending;
    if (trouble.kind === 'refused') return { kind: 'refused', message: trouble.message };
    return {
      kind: this.stream.packets > 0 ? 'partial' : 'unreadable',
      offset: this.stream.offset,
      message: trouble.message,
    };
  }

  private endingText(): string {
    const ending = this.ending();
    const why = ending.kind === 'ok' ? '' : `: ${english(ending.message)}`;
    return `${this.source.path}: ${ending.kind} after ${this.stream.packets} packets, ${this.stream.offset} bytes${why}`;
  }

  close(): void {
    this.source.close();
  }

  /** Removes the cache file of an inflated or piped capture; its packets cannot be read again afterwards. */
  discard(): void {
    if (this.source instanceof StreamSource) this.source.discard();
  }
}

export type OpenResult =
  | { readonly ok: true; readonly reader: CaptureReader; readonly temporary: boolean }
  | { readonly ok: false; readonly ending: Extract<Ending, { message: Message }> };

export interface OpenOptions {
  readonly cacheFolder: string;
  readonly limits?: InflateLimits;
}

/** Names that versions before this one gave; they say no owner. */
const OLDER_INFLATED = /^[0-9a-f]{24}\.pcap$/;
const swept = new Set<string>();

/**
 * Where files are that were inflated or came by a pipe; what runs that were killed left there goes at the first look.
 */
function ownFolder(options: OpenOptions): string {
  const folder = join(options.cacheFolder, 'inflated');
  if (!swept.has(folder)) {
    swept.add(folder);
    removeLeftovers(folder, OLDER_INFLATED);
  }
  return folder;
}

/** Opens a capture; '-' is stdin. Errors come back as an ending with the reason in words. */
export function openCapture(path: string, sink: PacketSink, options: OpenOptions): OpenResult {
  const opened = open(path, sink, options);
  log('read', () => {
    if (!opened.ok) return `${path} not opened: ${english(opened.ending.message)}`;
    return `${path} opened${opened.temporary ? `, its packets kept in ${opened.reader.source.path}` : ''}`;
  });
  return opened;
}

function open(path: string, sink: PacketSink, options: OpenOptions): OpenResult {
  const folder = ownFolder(options);
  const limits = options.limits ?? DEFAULT_LIMITS;
  const ownFile = (what: string): string => join(folder, `${runName()}-${what}-${randomBytes(6).toString('hex')}.pcap`);
  if (path === '-') {
    return {
      ok: true,
      temporary: true,
      reader: new CaptureReader(piped(process.stdin, ownFile('stdin'), limits), sink),
    };
  }
  const files = captureFiles(path);
  if (files !== null) return { ok: true, temporary: false, reader: new CaptureReader(folderSource(path, files), sink) };
  let fd: number;
  try {
    // A pipe is opened where waiting for its writer blocks nothing, and O_NONBLOCK keeps a pipe that has replaced a
    // file meanwhile from blocking.
    const kind = statSync(path);
    if (!kind.isFile() && !kind.isDirectory()) {
      return {
        ok: true,
        temporary: true,
        reader: new CaptureReader(piped(createReadStream(path), ownFile('pipe'), limits), sink),
      };
    }
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return { ok: false, ending: { kind: 'unreadable', offset: 0, message: saidBy(error) } };
  }
  let held = true;
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new SaidError(say('is-this-folder'));
    if (!stat.isFile()) throw new SaidError(say('no-file-any-more'));
    const head = new Uint8Array(4);
    const compression = compressionOf(head.subarray(0, readSync(fd, head, 0, 4, 0)));
    if (compression === 'none')
      return { ok: true, temporary: false, reader: new CaptureReader(new FileSource(path, fd), sink) };
    closeSync(fd);
    held = false;
    const source: StreamSource = inflating(path, compression, ownFile('inflated'), stat.size, limits);
    return { ok: true, temporary: true, reader: new CaptureReader(source, sink) };
  } catch (error) {
    if (held) closeSync(fd);
    return { ok: false, ending: { kind: 'unreadable', offset: 0, message: saidBy(error) } };
  }
}

/** Captured bytes of packets again, by the offset that reading gave them. */
export interface PacketBytes {
  /** @returns the captured bytes, fewer or none where they are gone */
  read(fileOffset: number, length: number): Uint8Array;
  close(): void;
}

/** Packets of a file, or of a live capture's folder that no longer grows. */
export function packetBytes(path: string): PacketBytes {
  const files = captureFiles(path);
  if (files === null) return new FileBytes(path);
  const source = folderSource(path, files);
  // Where each segment begins is known when the one before it was read to its end: their sizes say it without reading.
  source.segments.measure();
  return source.segments;
}

class FileBytes implements PacketBytes {
  private readonly fd: number;
  constructor(path: string) {
    this.fd = openSync(path, 'r');
  }
  read(fileOffset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(this.fd, bytes, 0, length, fileOffset));
  }
  close(): void {
    closeSync(this.fd);
  }
}
