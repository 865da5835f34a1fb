// Writes segments for sources that only give packets, as the helper does in C++ for its own.
import { errorText } from '../../contract/index.ts';
import { closeSync, ftruncateSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PacketBlocks, sectionBlock } from '../exchange/index.ts';
import type { HelperLine } from './helper.ts';
import type { CaptureFiles, StopAt } from './plan.ts';

const FLUSH_AT = 262_144;
/** A statistics block, which closes each segment. */
const STATISTICS_BYTES = 76;

function stampOf(now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

export class RingWriter {
  packets = 0;
  bytes = 0;
  /** Bytes in all segments that ever were. */
  written = 0;
  received = 0;
  dropped = 0;
  /** Why nothing more is taken, or null. */
  ended: { readonly code: 'packets' | 'bytes' | 'disk'; readonly message: string } | null = null;
  private readonly files: CaptureFiles;
  private readonly stop: StopAt;
  private readonly say: (line: HelperLine) => void;
  private readonly blocks: PacketBlocks;
  private readonly names: string[] = [];
  private readonly started = Date.now();
  private fd: number | null = null;
  private number = 0;
  private size = 0;
  /** By the clock that nobody sets. */
  private opened = 0;
  private payload = 0;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private inSegment = 0;

  /** Makes the folder and the first segment; throws when it cannot. */
  constructor(files: CaptureFiles, stop: StopAt, name: string, say: (line: HelperLine) => void) {
    this.files = files;
    this.stop = stop;
    this.blocks = new PacketBlocks(name);
    this.say = say;
    if (files.kind === 'ring') mkdirSync(files.folder, { recursive: true, mode: 0o700 });
    this.next();
  }

  /** @param wire length on the wire */
  put(seconds: number, nanoseconds: number, wire: number, link: number, data: Uint8Array): void {
    if (this.ended !== null) return;
    const described = this.blocks.interfaceFor(link, seconds);
    if (described !== null) this.push(described);
    const block = this.blocks.packet(link, seconds, nanoseconds, wire, data);
    if (this.stop.bytes > 0 && this.payload + block.length > this.stop.bytes) return this.end('bytes', '');
    if (
      this.files.kind === 'ring' &&
      this.files.segmentBytes > 0 &&
      this.inSegment > 0 &&
      this.size + this.waitingBytes + block.length + STATISTICS_BYTES * this.blocks.count > this.files.segmentBytes
    )
      this.turn();
    this.push(block);
    this.inSegment++;
    this.payload += block.length;
    this.packets++;
    this.bytes += wire;
    if (this.stop.packets > 0 && this.packets >= this.stop.packets) this.end('packets', '');
    if (this.waitingBytes >= FLUSH_AT) this.flush();
  }

  /** To be called now and then: what waits is written, a segment that is too old ends. */
  look(): void {
    this.flush();
    const { files } = this;
    if (
      files.kind === 'ring' &&
      files.segmentSeconds > 0 &&
      this.inSegment > 0 &&
      performance.now() - this.opened >= files.segmentSeconds * 1000
    )
      this.turn();
  }

  close(): void {
    this.flush();
    this.finish();
  }

  private end(code: 'packets' | 'bytes' | 'disk', message: string): void {
    this.ended ??= { code, message };
  }

  private turn(): void {
    this.flush();
    this.finish();
    if (this.ended === null) this.next();
  }

  private next(): void {
    const { files } = this;
    this.number++;
    const name =
      files.kind === 'one'
        ? files.path
        : `${files.prefix}_${String(this.number).padStart(5, '0')}_${stampOf(new Date())}.pcapng`;
    const path = files.kind === 'one' ? files.path : join(files.folder, name);
    this.fd = openSync(path, files.kind === 'one' ? 'w' : 'wx', 0o600);
    this.size = 0;
    this.inSegment = 0;
    this.opened = performance.now();
    this.say({ type: 'segment', number: this.number, path, base: this.written });
    this.push(sectionBlock());
    for (const block of this.blocks.again()) this.push(block);
    this.names.push(path);
    if (files.kind === 'ring' && files.segments > 0 && this.names.length > files.segments) {
      unlinkSync(this.names.shift()!);
      this.say({ type: 'removed', number: this.number - files.segments });
    }
  }

  private finish(): void {
    if (this.fd === null) return;
    for (let i = 0; i < this.blocks.count; i++) {
      this.push(
        this.blocks.statistics(
          i,
          this.started,
          Date.now(),
          i === 0 ? this.received || this.packets : 0,
          i === 0 ? this.dropped : 0,
        ),
      );
    }
    this.flush();
    closeSync(this.fd);
    this.fd = null;
  }

  private push(block: Uint8Array): void {
    this.waiting.push(block);
    this.waitingBytes += block.length;
  }

  /** Only whole blocks stay: a block that did not fit on the disk is cut off again. */
  private flush(): void {
    if (this.fd === null || this.waitingBytes === 0) return;
    const all = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    let done = 0;
    try {
      while (done < all.length) done += writeSync(this.fd, all, done);
    } catch (error) {
      let whole = 0;
      while (whole + 8 <= done && whole + all.readUInt32LE(whole + 4) <= done) whole += all.readUInt32LE(whole + 4);
      ftruncateSync(this.fd, this.size + whole);
      done = whole;
      this.end('disk', errorText(error));
    }
    this.size += done;
    this.written += done;
  }
}
