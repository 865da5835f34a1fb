// SSH (RFC 4253) as rules see it: the opening of a connection is its one transaction.
import { hash } from 'node:crypto';
import { ApplicationReader, Gathered, textOf } from '../application.ts';
import { DONE, HEADED, STARTED, type Transaction, type TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const [KEXINIT, NEWKEYS] = [20, 21] as const;
const MAX_BANNER = 8_192;
/** RFC 4253, 6.1 asks for 35,000. */
const MAX_PACKET = 65_536;
/** Packets before the keys are taken into use. */
const MAX_RECORDS = 64;

export class SshReader extends ApplicationReader {
  readonly name = 'ssh';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly stage: ['banner' | 'packets' | 'over', 'banner' | 'packets' | 'over'] = ['banner', 'banner'];
  private readonly records: [number, number] = [0, 0];
  private t: Transaction | null = null;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.isOver(side)) return;
    this.waiting[side].add(data);
    this.t ??= this.open();
    while (!this.isOver(side) && this.step(side, this.t));
    if (this.isOver(side)) this.waiting[side].clear();
  }

  private isOver(side: 0 | 1): boolean {
    return this.stage[side] === 'over';
  }

  override gap(side: 0 | 1): void {
    this.over(side);
  }

  override end(side: 0 | 1): void {
    this.over(side);
  }

  private over(side: 0 | 1): void {
    this.stage[side] = 'over';
    this.waiting[side].clear();
    this.t?.sides[side].reach(DONE);
  }

  private step(dir: 0 | 1, t: Transaction): boolean {
    const waiting = this.waiting[dir];
    const all = waiting.all();
    const side = t.sides[dir];
    if (this.stage[dir] === 'banner') {
      const end = all.indexOf(10);
      if (end < 0) {
        if (all.length > MAX_BANNER) {
          t.event('ssh.long_banner', dir);
          this.over(dir);
        }
        return false;
      }
      const line = textOf(all.subarray(0, end)).replace(/\r$/, '');
      waiting.drop(end + 1);
      const form = /^SSH-([^-]*)-(.*)$/s.exec(line);
      // A server may say other lines before (RFC 4253, 4.2).
      if (form === null) {
        if (dir === 1) return true;
        t.event('ssh.invalid_banner', dir);
        this.over(dir);
        return false;
      }
      side.setText('ssh.proto', form[1]!);
      const software = form[2]!.split(' ', 1)[0]!;
      side.setText('ssh.software', software);
      side.reach(STARTED);
      this.stage[dir] = 'packets';
      return true;
    }
    return this.packet(dir, side, all, t);
  }

  private packet(dir: 0 | 1, side: TransactionSide, all: Uint8Array, t: Transaction): boolean {
    if (all.length < 6) return false;
    const c = new Cursor(all);
    const length = c.u32();
    if (length < 2 || length > MAX_PACKET || this.records[dir] >= MAX_RECORDS) {
      t.event('ssh.invalid_record', dir);
      this.over(dir);
      return false;
    }
    if (all.length < 4 + length) return false;
    this.records[dir]++;
    const code = all[5]!;
    const pdu = all.slice(0, 4 + length);
    this.waiting[dir].drop(4 + length);
    side.add('frame.ssh.record.hdr', pdu.subarray(0, 6));
    side.add('frame.ssh.record.data', pdu.subarray(6));
    side.add('frame.ssh.record.pdu', pdu);
    if (code === KEXINIT) tellHassh(side, dir, new Cursor(pdu, 6, pdu.length - pdu[4]!));
    if (code === KEXINIT) side.reach(HEADED);
    if (code === NEWKEYS) {
      this.over(dir);
      this.sealed = this.isOver(0) && this.isOver(1);
      return false;
    }
    return true;
  }
}

/** HASSH (github.com/salesforce/hassh): lists of a KEXINIT (RFC 4253, 7.1), those of the side's own direction. */
function tellHassh(side: TransactionSide, dir: 0 | 1, c: Cursor): void {
  c.skip(16);
  const lists: string[] = [];
  for (let i = 0; i < 8; i++) lists.push(textOf(c.take(c.u32())));
  if (!c.ok) return;
  const own = [0, 2 + dir, 4 + dir, 6 + dir].map((i) => lists[i]!);
  const text = own.join(';');
  const name = dir === 0 ? 'ssh.hassh' : 'ssh.hassh.server';
  side.setText(`${name}.string`, text);
  side.setText(name, hash('md5', text, 'hex'));
}
