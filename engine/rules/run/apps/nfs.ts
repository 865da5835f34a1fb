// NFS of versions 2 to 4 over ONC RPC (RFC 5531, 1813, 7530) as rules see it: a transaction is a call and its reply.
import { ApplicationReader, Gathered } from '../application.ts';
import { DONE, type Transaction, type TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const PROGRAM = 100_003;
const MAX_RECORD = 4_194_304;
const MAX_WAITING = 1_024;
const MAX_OPERATIONS = 64;
/** Procedures of version 3 that name a file (RFC 1813, 3.3). */
const NAMED = new Set([3, 8, 9, 10, 11, 12, 13]);

export class NfsReader extends ApplicationReader {
  readonly name = 'nfs';
  private readonly overTcp: boolean;
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly broken: [boolean, boolean] = [false, false];
  private readonly asked = new Map<number, Transaction>();

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.broken[side]) return;
    if (!this.overTcp) {
      this.message(data);
      return;
    }
    const waiting = this.waiting[side];
    waiting.add(data);
    while (waiting.length >= 4) {
      const head = waiting.all();
      const size = ((head[0]! & 0x7f) << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!;
      if (size > MAX_RECORD) {
        this.broken[side] = true;
        waiting.clear();
        return;
      }
      if (waiting.length < 4 + size) return;
      const record = waiting.all().slice(4, 4 + size);
      waiting.drop(4 + size);
      this.message(record);
    }
  }

  override gap(side: 0 | 1): void {
    this.broken[side] = true;
    this.waiting[side].clear();
  }

  private message(b: Uint8Array): void {
    const c = new Cursor(b);
    const id = c.u32();
    const isReply = c.u32() === 1;
    if (!c.ok) return;
    if (isReply) {
      const t = this.asked.get(id);
      if (t === undefined) return;
      this.asked.delete(id);
      for (const field of ['nfs_procedure', 'nfs_procedure.by_version', 'nfs_version'])
        for (const n of t.sides[0].numbers(field) ?? []) t.sides[1].number(field, n);
      t.finish();
      return;
    }
    this.call(id, c);
  }

  private call(id: number, c: Cursor): void {
    c.skip(4);
    const program = c.u32();
    const version = c.u32();
    const procedure = c.u32();
    for (let i = 0; i < 2; i++) {
      c.skip(4);
      c.skip(padded(c.u32()));
    }
    if (!c.ok || program !== PROGRAM) return;
    const t = this.open();
    const side = t.sides[0];
    side.number('nfs_version', version);
    if (version === 4 && procedure === 1) {
      for (const operation of operationsOf(c)) tellProcedure(side, version, operation);
    } else tellProcedure(side, version, procedure);
    if (version === 3 && NAMED.has(procedure)) {
      c.skip(padded(c.u32()));
      const name = c.take(c.u32());
      if (c.ok && name.length > 0) side.set('file.name', name);
    }
    side.reach(DONE);
    this.asked.set(id, t);
    const [oldest] = this.asked.keys();
    if (this.asked.size <= MAX_WAITING || oldest === undefined) return;
    this.asked.get(oldest)!.finish();
    this.asked.delete(oldest);
  }
}

function tellProcedure(side: TransactionSide, version: number, procedure: number): void {
  side.number('nfs_procedure', procedure);
  side.number('nfs_procedure.by_version', version * 1_000 + procedure);
}

/** XDR fills up to four octets (RFC 4506, 4.9). */
function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/**
 * Operations of a compound (RFC 7530, 15.2), as far as their arguments are of a known size.
 * @returns their numbers
 */
function operationsOf(c: Cursor): readonly number[] {
  c.skip(padded(c.u32()));
  c.skip(4);
  const count = Math.min(MAX_OPERATIONS, c.u32());
  const all: number[] = [];
  for (let i = 0; i < count && c.ok && c.left >= 4; i++) {
    const operation = c.u32();
    all.push(operation);
    if (!skipArguments(c, operation)) break;
  }
  return all;
}

function skipArguments(c: Cursor, operation: number): boolean {
  const opaque = (): void => c.skip(padded(c.u32()));
  switch (operation) {
    case 10: // GETFH
    case 16: // LOOKUPP
    case 24: // PUTROOTFH
    case 23: // PUTPUBFH
    case 27: // READLINK
    case 31: // RESTOREFH
    case 32: // SAVEFH
      return true;
    case 3: // ACCESS
      c.skip(4);
      return true;
    case 4: // CLOSE
      c.skip(20);
      return true;
    case 5: // COMMIT
      c.skip(12);
      return true;
    case 9: // GETATTR
      c.skip(c.u32() * 4);
      return true;
    case 15: // LOOKUP
    case 28: // REMOVE
    case 22: // PUTFH
      opaque();
      return true;
    case 29: // RENAME
      opaque();
      opaque();
      return true;
    case 25: // READ
      c.skip(28);
      return true;
    case 26: // READDIR
      c.skip(24);
      c.skip(c.u32() * 4);
      return true;
    case 30: // RENEW
      c.skip(8);
      return true;
    case 36: // SETCLIENTID_CONFIRM
      c.skip(16);
      return true;
    case 38: // WRITE
      c.skip(28);
      opaque();
      return true;
    case 53: // SEQUENCE (RFC 8881, 18.46)
      c.skip(32);
      return true;
    default:
      return false;
  }
}
