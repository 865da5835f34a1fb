// Several captures as one, by time, as mergecap makes it: of the packets that come next in each, the earliest; of equal
// ones that of the capture named last. Each capture's own order stays.
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import { type Message, say } from '../../contract/index.ts';
import { type CapturedPacket, type CaptureReader, type Ending, openCapture, type PacketSink } from '../read/index.ts';
import { interfaceBlock, PacketBlocks, sectionBlock } from './pcapng-writer.ts';
import { WholeFile } from './whole-file.ts';

export interface MergedCaptures {
  readonly packets: number;
  /** How each capture ended, in the order in which they were named. */
  readonly endings: readonly { readonly path: string; readonly packets: number; readonly ending: Ending }[];
}

/** A capture that cannot be opened, and why: nothing is written then. */
export interface NotMerged {
  readonly path: string;
  readonly message: Message;
}

/** What one block of a capture held that has not been merged: packets one after another. */
class Waiting implements PacketSink {
  reader: CaptureReader | null = null;
  readonly path: string;
  merged = 0;
  private bytes = new Uint8Array(512 * 1024);
  private used = 0;
  private seconds: number[] = [];
  private nanoseconds: number[] = [];
  private links: number[] = [];
  private wires: number[] = [];
  private ends: number[] = [];
  private next = 0;
  private over = false;

  constructor(path: string) {
    this.path = path;
  }

  packet(p: CapturedPacket): void {
    if (this.used + p.cap > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + p.cap));
      larger.set(this.bytes.subarray(0, this.used));
      this.bytes = larger;
    }
    this.bytes.set(p.buf.subarray(p.off, p.off + p.cap), this.used);
    this.used += p.cap;
    this.seconds.push(p.sec);
    this.nanoseconds.push(p.nsec);
    this.links.push(p.link);
    this.wires.push(p.wire);
    this.ends.push(this.used);
  }

  /** Reads on where nothing waits. @returns false at the capture's end */
  async fill(): Promise<boolean> {
    while (this.next >= this.seconds.length) {
      if (this.over) return false;
      this.used = this.next = 0;
      for (const list of [this.seconds, this.nanoseconds, this.links, this.wires, this.ends]) list.length = 0;
      this.over = !(await this.reader!.step());
    }
    return true;
  }

  /** Whether its next packet is earlier than the other's, or as early. */
  before(other: Waiting): boolean {
    const mine = this.seconds[this.next]!;
    const theirs = other.seconds[other.next]!;
    return mine < theirs || (mine === theirs && this.nanoseconds[this.next]! <= other.nanoseconds[other.next]!);
  }

  /** Whether the next packet has to be read. */
  get empty(): boolean {
    return this.next >= this.seconds.length;
  }

  write(out: WholeFile, blocks: PacketBlocks): void {
    const at = this.next++;
    const link = this.links[at]!;
    const seconds = this.seconds[at]!;
    const name = basename(this.path);
    const described = blocks.interfaceFor(link, seconds, name);
    if (described !== null) out.write(described);
    const data = this.bytes.subarray(at === 0 ? 0 : this.ends[at - 1]!, this.ends[at]!);
    out.write(blocks.packet(link, seconds, this.nanoseconds[at]!, this.wires[at]!, data, { name }));
    this.merged++;
  }
}

/** What a long work tells of itself: whether it should let others have their turn, and how far it is, 0 to 1. */
export interface Turns {
  readonly due: boolean;
  done: number;
  rest(): Promise<void>;
}

/**
 * Writes one pcapng of several captures, each with interfaces of its own that are named as its file.
 * @param paths captures of any format that is read; one that is damaged is merged as far as it goes
 * @returns what was merged, or the first capture that cannot be opened; then no file is written
 */
export async function mergeCaptures(
  paths: readonly string[],
  to: string,
  cacheFolder: string,
  turns: Turns,
): Promise<MergedCaptures | NotMerged> {
  const own = paths.find((path) => sameFile(path, to));
  if (own !== undefined) return { path: own, message: say('merge-onto-itself') };
  const sources = paths.map((path) => new Waiting(path));
  const out = new WholeFile(to);
  try {
    for (const s of sources) {
      const opened = openCapture(s.path, s, { cacheFolder });
      if (!opened.ok) return { path: s.path, message: opened.ending.message };
      s.reader = opened.reader;
      if (await s.fill()) continue;
      const ending = s.reader.ending();
      if (ending.kind === 'unreadable' || ending.kind === 'refused') return { path: s.path, message: ending.message };
    }
    const packets = await write(sources, out, turns);
    await out.commit();
    const endings = sources.map((s) => ({ path: s.path, packets: s.merged, ending: s.reader!.ending() }));
    return { packets, endings };
  } finally {
    out.discard();
    for (const s of sources) {
      s.reader?.close();
      s.reader?.discard();
    }
  }
}

/** A capture that is merged would be gone with what is written over it. */
function sameFile(one: string, other: string): boolean {
  const a = statSync(one, { throwIfNoEntry: false, bigint: true });
  const b = statSync(other, { throwIfNoEntry: false, bigint: true });
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

async function write(sources: readonly Waiting[], out: WholeFile, turns: Turns): Promise<number> {
  const blocks = new PacketBlocks();
  out.write(sectionBlock());
  let packets = 0;
  let open = sources.filter((s) => !s.empty);
  while (open.length > 0) {
    let first = open[0]!;
    for (const s of open) if (s.before(first)) first = s;
    first.write(out, blocks);
    packets++;
    if (first.empty && !(await first.fill())) open = open.filter((s) => s !== first);
    if (turns.due) {
      turns.done = shareRead(sources);
      await turns.rest();
    }
  }
  if (blocks.count === 0) out.write(interfaceBlock(1));
  return packets;
}

/** How much of all captures has been read, 0 to 1. */
function shareRead(sources: readonly Waiting[]): number {
  const shares = sources.map((s) =>
    s.reader!.source.size === null ? 0 : s.reader!.source.taken() / s.reader!.source.size,
  );
  return Math.min(1, shares.reduce((sum, share) => sum + share, 0) / sources.length);
}
