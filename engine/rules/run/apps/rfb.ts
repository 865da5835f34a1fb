// RFB (RFC 6143), the protocol of VNC, up to the name of the desktop.
import { ApplicationReader, Gathered, textOf } from '../application.ts';
import { STARTED, type Transaction } from '../transaction.ts';
import { Cursor } from './cursor.ts';

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
  version: 1,
  clientVersion: 0,
  types: 1,
  oldType: 1,
  choice: 0,
  challenge: 1,
  response: 0,
  result: 1,
  reason: 1,
  clientInit: 0,
  serverInit: 1,
  over: 0,
};

/** Bytes of a stage, at least. */
const NEEDED: Readonly<Record<Stage, number>> = {
  version: 12,
  clientVersion: 12,
  types: 1,
  oldType: 4,
  choice: 1,
  challenge: 16,
  response: 16,
  result: 4,
  reason: 4,
  clientInit: 1,
  serverInit: 24,
  over: 0,
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
    const need = NEEDED[this.stage];
    if (b.length < need) return -1;
    switch (this.stage) {
      case 'version':
      case 'clientVersion':
        this.hello(b, t);
        return need;
      case 'types':
        if (b.length < 1 + b[0]!) return -1;
        this.stage = b[0] === 0 ? 'reason' : 'choice';
        return 1 + b[0]!;
      case 'oldType':
        this.chosen(b[3]!, t);
        return need;
      case 'choice':
        this.chosen(b[0]!, t);
        return need;
      case 'challenge':
        this.stage = 'response';
        return need;
      case 'response':
        this.stage = 'result';
        return need;
      case 'result':
        this.result(b, t);
        return need;
      case 'clientInit':
        t.sides[0].reach(STARTED);
        this.stage = 'serverInit';
        return need;
      case 'serverInit':
        return this.desktop(b, t);
      case 'reason':
      case 'over':
        this.finish();
        return 0;
    }
  }

  private hello(b: Uint8Array, t: Transaction): void {
    const form = /^RFB (\d{3})\.(\d{3})\n$/.exec(textOf(b.subarray(0, 12)));
    if (form === null) {
      t.event(this.stage === 'version' ? 'rfb.malformed_message' : 'rfb.confused_state', SPEAKER[this.stage]);
      this.finish();
      return;
    }
    this.minor = Math.min(this.minor, Number(form[2]));
    const next = this.minor < 7 ? 'oldType' : 'types';
    this.stage = this.stage === 'version' ? 'clientVersion' : next;
  }

  private result(b: Uint8Array, t: Transaction): void {
    const result = new Cursor(b).u32();
    t.sides[1].number('rfb.secresult', result);
    t.sides[1].reach(STARTED);
    if (result > 2) t.event('rfb.unknown_security_result', 1);
    this.stage = result === 0 ? 'clientInit' : 'reason';
  }

  private desktop(b: Uint8Array, t: Transaction): number {
    const size = new Cursor(b, 20).u32();
    if (size <= MAX_WAITING && b.length < 24 + size) return -1;
    if (size <= MAX_WAITING) t.sides[1].set('rfb.name', b.slice(24, 24 + size));
    this.finish();
    return 0;
  }

  private chosen(type: number, t: Transaction): void {
    t.sides[0].number('rfb.sectype', type);
    t.sides[0].reach(STARTED);
    if (type === VNC) this.stage = 'challenge';
    else if (type === NONE) this.stage = this.minor >= 8 ? 'result' : 'clientInit';
    else {
      if (type > 30) t.event('rfb.unimplemented_security_type', 0);
      this.finish();
    }
  }
}
