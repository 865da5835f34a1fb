// SMB over TCP (MS-SMB2, 2.1; RFC 1002) as rules see it: a transaction is a request and its answer, a file, or a call
// of DCE/RPC within a pipe.
import { ApplicationReader, Gathered } from '../application.ts';
import { Smb1 } from './smb1.ts';
import { Smb2 } from './smb2.ts';
import { SmbState } from './smb-state.ts';

/** Bytes of one message: MS-SMB2 allows 8 MiB and its header. */
const MAX_MESSAGE = 9_437_184;
const MESSAGE = 0;

export class SmbReader extends ApplicationReader {
  readonly name = 'smb';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly state = new SmbState(
    () => this.open(),
    () => this.digests,
  );
  private readonly first = new Smb1(this.state, () => this.open());
  private readonly second = new Smb2(
    this.state,
    () => this.open(),
    () => this.first.negotiated(),
  );

  bytes(side: 0 | 1, data: Uint8Array): void {
    const waiting = this.waiting[side];
    waiting.add(data);
    while (waiting.length >= 4) {
      const head = waiting.all();
      const size = (head[1]! << 16) | (head[2]! << 8) | head[3]!;
      if (head[0] === MESSAGE && size > MAX_MESSAGE) {
        waiting.clear();
        return;
      }
      if (waiting.length < 4 + size) return;
      const message = waiting.all().slice(4, 4 + size);
      waiting.drop(4 + size);
      if (head[0] === MESSAGE) this.message(side, message);
    }
  }

  override gap(side: 0 | 1): void {
    this.waiting[side].clear();
  }

  override end(side: 0 | 1): void {
    if (side === 1) this.state.finish();
  }

  private message(side: 0 | 1, b: Uint8Array): void {
    if (b[1] !== 0x53 || b[2] !== 0x4d || b[3] !== 0x42) return;
    if (b[0] === 0xff) this.first.message(side, b);
    else if (b[0] === 0xfe) this.second.message(side, b);
  }
}
