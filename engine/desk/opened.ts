// What was opened, a file or a folder of segments, held from the first byte on: what it is called in the store, whether
// its packets are still the ones that are shown, and what has happened to it since.
import { type Message, say } from '../../contract/index.ts';
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type ByteSource,
  captureFiles,
  type CaptureReader,
  FileSource,
  packetBytes,
  type PacketBytes,
  SegmentSource,
} from '../read/index.ts';
import { captureIdentity } from '../store/index.ts';
import { type FileChange, ShownFile } from './shown-file.ts';

export class OpenedCapture {
  /** The file that was opened, by its descriptor; null for a folder of segments. */
  file: ShownFile | null = null;
  /** It was inflated into a file of our own: packets are read there. */
  inflated = false;
  private readonly path: string;
  private readonly live: boolean;
  private ownFd: number | null = null;
  private folderIdentity: string | null = null;
  private reader: CaptureReader | null = null;
  private bytes: PacketBytes | null = null;

  constructor(path: string, live: boolean) {
    this.path = path;
    this.live = live;
    // A live capture's own name is known from the beginning; its folder may be gone at the end.
    if (live) this.folderIdentity = captureIdentity(path);
  }

  /** Reading begins: the file is kept open, so that its bytes stay, whatever comes to its path. */
  hold(reader: CaptureReader, inflated: boolean): void {
    const { path } = this;
    this.reader = reader;
    this.inflated = inflated;
    if (reader.source instanceof SegmentSource) this.folderIdentity ??= captureIdentity(path);
    else if (reader.source instanceof FileSource) this.file = new ShownFile(path, reader.source.fd);
    else if (path !== '-') {
      this.ownFd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      this.file = new ShownFile(path, this.ownFd);
    }
  }

  /** Reading has ended. */
  settle(): void {
    const { file, reader } = this;
    if (file === null || reader === null) return;
    const whole = this.inflated || reader.stream.stopped;
    file.settle(whole ? fstatSync(this.ownFd ?? (reader.source as FileSource).fd).size : reader.source.taken());
    // What it inflated to is held open too: a cache that is emptied takes nothing from what is shown.
    if (this.inflated) this.bytes ??= packetBytes(reader.source.path);
  }

  /**
   * What labels are stored by: a live capture's or a folder's name for itself, else the bytes of the file that was
   * opened.
   */
  get identity(): string {
    return this.folderIdentity ?? this.file?.identity ?? captureIdentity(this.path);
  }

  /** A name under which an earlier version stored labels of a compressed file: by what it inflates to. */
  get earlierIdentity(): string | null {
    return this.inflated && this.reader !== null ? captureIdentity(this.reader.source.path) : null;
  }

  /** Segments in a folder, not one file. */
  get ring(): boolean {
    return this.live || this.reader?.source instanceof SegmentSource;
  }

  /** What happened to the packets that are shown, or null. */
  get change(): FileChange | null {
    return this.inflated ? null : (this.file?.look() ?? null);
  }

  /** The file from its beginning, as it was opened, to be read again; null where the path tells as well. */
  get again(): ByteSource | null {
    return this.inflated ? null : (this.file?.source() ?? null);
  }

  get packetBytes(): PacketBytes {
    const source = this.reader?.source;
    const own = this.inflated ? null : this.file;
    const held = source instanceof SegmentSource ? source.segments : own;
    return held ?? (this.bytes ??= packetBytes(source?.path ?? this.path));
  }

  /** What a person must know of it, or null. */
  befell(): Message | null {
    const { path } = this;
    if (this.ring && captureFiles(path) === null && statSync(path, { throwIfNoEntry: false }) === undefined) {
      return say('folder-deleted', { name: basename(path) });
    }
    const change = this.file?.look() ?? null;
    return this.inflated && change?.kind === 'overwritten' ? null : (change?.sentence ?? null);
  }

  close(): void {
    this.bytes?.close();
    this.bytes = null;
    if (this.ownFd !== null) closeSync(this.ownFd);
    this.ownFd = null;
    this.file = null;
  }
}
