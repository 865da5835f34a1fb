// RFB (RFC 6143), the protocol of VNC, up to the name of the desktop.
import { ApplicationReader, Gathered, textOf } from '../application.ts';
import { type Transaction } from '../transaction.ts';

const MAX_WAITING = 65_536;
const [NONE, VNC] = [1, 2] as const;

type Stage =
  | 'version'
  | 'clientVersion'
  | 'types'
  | 'oldType'
  | 'choice'
  | 'challenge'
  | 'response'
  | 'result'
  | 'reason'
  | 'clientInit'
  | 'serverInit'
  | 'over';

/** Who speaks at a stage. */
const SPEAKER: Readonly<Record<Stage, 0 | 1>> = {
  version: 1, clientVersion: 0, types: 1, oldType: 1, choice: 0, challenge: 1, response: 0, result: 1, reason: 1,
  clientInit: 0, serverInit: 1, over: 0,
};

export class RfbReader extends ApplicationReader {
  readonly name = 'rfb';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private stage: Stage = 'version';
  private minor = 8;
  private t: Transaction | null = null;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.stage === 'over') return;
    this.waiting[side].add(data);
    if (this.waiting[side].length > MAX_WAITING) this.finish();
    while (!this.isOver() && this.step());
  }

  private isOver(): boolean {
    return this.stage === 'over';
  }

  private finish(): void {
    this.stage = 'over';
    this.t?.finish();
    for (const side of [0, 1] as const) this.waiting[side].clear();
  }

  override end(): void {
    this.finish();
  }

  private step(): boolean {
    const waiting = this.waiting[SPEAKER[this.stage]];
    const b = waiting.all();
    const used = this.take(b);
    if (used < 0) return false;
    waiting.drop(used);
    return true;
  }

  /** @returns how many bytes the stage was made of, -1 where they are not all there */
  private take(b: Uint8Array): number {
    const t = (this.t ??= this.open());
    switch (this.stage) {
      case 'version':
      case 'clientVersion': {
        if (b.length < 12) return -1;
        const form = /^RFB (\d{3})\.(\d{3})\n$/.exec(textOf(b.subarray(0, 12)));
        if (form === null) {
          t.event(this.stage === 'version' ? 'rfb.malformed_message' : 'rfb.confused_state', SPEAKER[this.stage]);
          this.finish();
          return 0;
        }
        this.minor = Math.min(this.minor, Number(form[2]));
        this.stage = this.stage === 'version' ? 'clientVersion' : this.minor < 7 ? 'oldType' : 'types';
        return 12;
      }
      case 'types': {
        if (b.length < 1 || b.length < 1 + b[0]!) return -1;
        this.stage = b[0] === 0 ? 'reason' : 'choice';
        return 1 + b[0]!;
      }
      case 'oldType': {
        if (b.length < 4) return -1;
        this.chosen(b[3]!, t);
        return 4;
      }
      case 'choice': {
        if (b.length < 1) return -1;
        this.chosen(b[0]!, t);
        return 1;
      }
      case 'challenge':
      case 'response': {
        if (b.length < 16) return -1;
        this.stage = this.stage === 'challenge' ? 'response' : 'result';
        return 16;
      }
      case 'result': {
        if (b.length < 4) return -1;
        const result = b[0]! * 2 ** 24 + (b[1]! << 16) + (b[2]! << 8) + b[3]!;
        t.sides[1].number('rfb.secresult', result);
        t.sides[1].reach(1);
        if (result > 2) t.event('rfb.unknown_security_result', 1);
        this.stage = result === 0 ? 'clientInit' : 'reason';
        return 4;
      }
      case 'reason': {
        if (b.length < 4) return -1;
        this.finish();
        return 0;
      }
      case 'clientInit': {
        if (b.length < 1) return -1;
        t.sides[0].reach(1);
        this.stage = 'serverInit';
        return 1;
      }
      case 'serverInit': {
        if (b.length < 24) return -1;
        const size = b[20]! * 2 ** 24 + (b[21]! << 16) + (b[22]! << 8) + b[23]!;
        if (size > MAX_WAITING) {
          this.finish();
          return 0;
        }
        if (b.length < 24 + size) return -1;
        t.sides[1].set('rfb.name', b.slice(24, 24 + size));
        this.finish();
        return 0;
      }
      case 'over':
        return -1;
    }
  }

  private chosen(type: number, t: Transaction): void {
    t.sides[0].number('rfb.sectype', type);
    t.sides[0].reach(1);
    if (type === VNC) this.stage = 'challenge';
    else if (type === NONE) this.stage = this.minor >= 8 ? 'result' : 'clientInit';
    else {
      if (type > 30) t.event('rfb.unimplemented_security_type', 0);
      this.finish();
    }
  }
}
