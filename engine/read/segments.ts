// Segments of one capture laid end to end: readers see one long pcapng, whichever files hold it. A segment stays
// readable until it is let go, also when its name is gone from the folder.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { saidBy } from '../../contract/index.ts';
import type { ByteSource, SourceError } from './source.ts';

interface Part {
  readonly number: number;
  readonly path: string;
  /** Where its writer says that it begins. */
  readonly begins: number;
  /** Where it begins in the long file; known once the one before it was read to its end. */
  base: number;
  /** Where it ends there. */
  end: number;
  fd: number | null;
  removed: boolean;
}

export type SegmentChange =
  | { readonly kind: 'add'; readonly number: number; readonly path: string; readonly begins: number }
  | { readonly kind: 'remove'; readonly number: number };

/** The file of packets that outlive their segments. */
export const KEPT_FILE = 'kept.pcapng';
/** What a capture's folder says of itself. */
export const SESSION_FILE = 'session.json';
const SEGMENT_NAME = /_(\d{5,})_\d{14}\.pcapng$/;
/** How many removed segments may wait to be read; more would fill the disk in spite of the ring. */
const MAX_WAITING = 8;

/** Offsets given out stay good: they count from the beginning of the first segment that ever was. */
export class Segments {
  /** Segments that went before they were read. */
  missed = 0;
  /** Bytes in them. */
  missedBytes = 0;
  private readonly parts: Part[] = [];
  private reading = 0;
  private letGo = 0;
  private at = 0;
  private consumed = 0;
  error: SourceError | null = null;
  /** Hear of each segment that comes or goes: others read them too. */
  readonly listeners = new Set<(change: SegmentChange) => void>();

  /** The next segment. It is opened at once, so that it can be read although its name may go. */
  add(number: number, path: string, begins: number): void {
    let fd: number | null = null;
    try {
      fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      this.missed++;
      this.error = this.parts.length === 0 ? { kind: 'io', message: saidBy(error) } : this.error;
    }
    this.parts.push({
      number,
      path,
      begins,
      base: this.parts.length === 0 ? 0 : NaN,
      end: Infinity,
      fd,
      removed: false,
    });
    this.tell({ kind: 'add', number, path, begins });
    const waiting = this.parts.filter((p, i) => i > this.reading && p.removed && p.fd !== null);
    if (waiting.length > MAX_WAITING) this.miss(waiting[0]!);
  }

  /** Its name is gone from the folder; what was not read yet still is. */
  remove(number: number): void {
    const part = this.parts.find((p) => p.number === number);
    if (part) part.removed = true;
    this.tell({ kind: 'remove', number });
  }

  /**
   * Ranges of segments that have lost their name and were read to their end: their packets can be looked at for the
   * last time, then they are let go.
   */
  *turnedOver(): Generator<{ readonly from: number; readonly to: number }> {
    // They are let go in order, so earlier ones are not looked at again.
    for (; this.letGo < this.reading; this.letGo++) {
      const part = this.parts[this.letGo]!;
      if (!part.removed) return;
      if (part.fd === null) continue;
      yield { from: part.base, to: part.end };
      closeSync(part.fd);
      part.fd = null;
    }
  }

  /** Bytes read in sequence so far. */
  get taken(): number {
    return this.consumed;
  }

  /** Where what can still be read begins. */
  get first(): number {
    return this.parts.find((p, i) => p.fd !== null && i <= this.reading)?.base ?? this.consumed;
  }

  /** Files that are there, in order, and where the first of them begins. */
  get there(): { readonly paths: readonly string[]; readonly first: number } {
    const named = this.parts.filter((p) => !p.removed && p.fd !== null);
    const base = named[0]?.base ?? NaN;
    return { paths: named.map((p) => p.path), first: Number.isNaN(base) ? this.consumed : base };
  }

  /** Segments that are there, in order, as whoever reads them beside is told of them. */
  get named(): readonly SegmentChange[] {
    return this.parts
      .filter((p) => !p.removed && p.fd !== null)
      .map(({ number, path, begins }) => ({ kind: 'add', number, path, begins }));
  }

  /** Where the first of them begins; null while that is not known. */
  get firstNamed(): number | null {
    const base = this.parts.find((p) => !p.removed && p.fd !== null)?.base ?? this.consumed;
    return Number.isNaN(base) ? null : base;
  }

  /** Where the segment begins that is being read. */
  get lastBase(): number {
    return this.parts[this.reading]?.base ?? 0;
  }

  /** How many there ever were. */
  get count(): number {
    return this.parts.length;
  }

  /** Fills the start of `target` with the next bytes; 0 when there are none yet. */
  next(target: Uint8Array): number {
    for (;;) {
      const part = this.parts[this.reading];
      if (part === undefined) return 0;
      const got = part.fd === null ? 0 : readSync(part.fd, target, 0, target.length, this.at);
      this.at += got;
      this.consumed += got;
      const following = this.parts[this.reading + 1];
      if (got > 0 || following === undefined) return got;
      if (part.fd === null) this.missedBytes += following.begins - part.begins;
      part.end = this.consumed;
      following.base = this.consumed;
      this.reading++;
      this.at = 0;
    }
  }

  /** Where the segment that holds an offset begins. */
  baseOf(offset: number): number {
    return this.holder(offset)?.base ?? 0;
  }

  /** @returns bytes at an offset of the long file, fewer or none where they are gone */
  read(offset: number, length: number): Uint8Array {
    const part = this.holder(offset);
    if (part === undefined || part.fd === null) return new Uint8Array(0);
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(part.fd, bytes, 0, length, offset - part.base));
  }

  private holder(offset: number): Part | undefined {
    let low = 0;
    let high = Math.min(this.reading, this.parts.length - 1);
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.parts[middle]!.base <= offset) low = middle;
      else high = middle - 1;
    }
    return this.parts[low];
  }

  /** Places of segments that no longer grow, by their sizes. */
  measure(): void {
    this.parts.forEach((part, i) => {
      part.base = i === 0 ? 0 : this.parts[i - 1]!.end;
      part.end = part.base + (part.fd === null ? 0 : fstatSync(part.fd).size);
    });
    this.reading = Math.max(0, this.parts.length - 1);
  }

  close(): void {
    for (const part of this.parts) {
      if (part.fd !== null) closeSync(part.fd);
      part.fd = null;
    }
  }

  private tell(change: SegmentChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private miss(part: Part): void {
    this.missed++;
    closeSync(part.fd!);
    part.fd = null;
  }
}

/** Reads segments one after the other. */
export class SegmentSource implements ByteSource {
  readonly path: string;
  readonly segments: Segments;
  private readonly known: number | null;

  /** @param path the folder @param size of all segments when no more come, else null */
  constructor(segments: Segments, path: string, size: number | null) {
    this.segments = segments;
    this.path = path;
    this.known = size;
  }

  get size(): number | null {
    return this.known;
  }
  get error(): SourceError | null {
    return this.segments.error;
  }
  taken(): number {
    return this.segments.taken;
  }

  read(target: Uint8Array): number {
    try {
      return this.segments.next(target);
    } catch (error) {
      this.segments.error = { kind: 'io', message: saidBy(error) };
      return 0;
    }
  }

  close(): void {
    this.segments.close();
  }
}

/** The files of a live capture's folder in the order of their packets, or null when the folder is none. */
export function captureFiles(folder: string): readonly string[] | null {
  try {
    const names = readdirSync(folder);
    if (!names.includes(SESSION_FILE)) return null;
    const segments = names
      .flatMap((name) => {
        const found = SEGMENT_NAME.exec(name);
        return found === null ? [] : [{ name, number: Number(found[1]) }];
      })
      .sort((a, b) => a.number - b.number);
    return [...(names.includes(KEPT_FILE) ? [KEPT_FILE] : []), ...segments.map((s) => s.name)].map((name) =>
      join(folder, name),
    );
  } catch {
    return null;
  }
}

/** The segments of a folder that no longer grows. */
export function folderSource(folder: string, files: readonly string[]): SegmentSource {
  const segments = new Segments();
  files.forEach((path, i) => segments.add(i, path, 0));
  return new SegmentSource(
    segments,
    folder,
    files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
  );
}
