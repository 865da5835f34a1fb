// A capture without anybody in it, as pcapng: each packet masked, stamps and lengths as they were, no names, comments,
// interfaces or secrets of the file. A packet of which nothing is understood stays as one without bytes, so that numbers
// of packets mean the same in both.
import { hash } from 'node:crypto';
import type { CapturedPacket, PacketSink } from '../../read/index.ts';
import { PacketBlocks, sectionBlock } from '../pcapng-writer.ts';
import type { WholeFile } from '../whole-file.ts';
import { AddressMap } from './addresses.ts';
import { PAN_KEY } from './crypto-pan.ts';
import { PacketMask, type PayloadChoice } from './packet.ts';

export class AnonymousCapture implements PacketSink {
  packets = 0;
  /** Packets of which nothing stayed. */
  emptied = 0;
  private readonly out: WholeFile;
  private readonly mask: PacketMask;
  private readonly blocks = new PacketBlocks();

  /** @param key 32 octets; the same key gives the same addresses and names in every capture */
  constructor(out: WholeFile, key: Uint8Array, payload: PayloadChoice) {
    if (key.length !== PAN_KEY) throw new RangeError('a key has 32 octets');
    this.out = out;
    // What says names must not say addresses.
    const secret = hash('sha256', Buffer.concat([Buffer.from('sightline names '), key]), 'buffer');
    this.mask = new PacketMask(new AddressMap(key, secret), payload);
    out.write(sectionBlock());
  }

  packet(c: CapturedPacket): void {
    const bytes = Uint8Array.from(c.buf.subarray(c.off, c.off + c.cap));
    const stays = this.mask.mask(bytes, c.link);
    this.packets++;
    if (stays === 0 && c.cap > 0) this.emptied++;
    const named = this.blocks.interfaceFor(c.link, c.sec);
    if (named !== null) this.out.write(named);
    this.out.write(this.blocks.packet(c.link, c.sec, c.nsec, c.wire, bytes.subarray(0, stays)));
  }
}
