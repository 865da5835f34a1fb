// A body on its way to disk: counted, hashed, never held. What breaks off, is too large or finds no room leaves nothing.
import { createHash } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorText, type Message, say } from '../../contract/index.ts';
import type { RefusalCode } from '../contract.ts';
import type { Places } from './places.ts';

export interface Received {
  readonly ok: true;
  /** A folder with the bytes in it, as `capture`. */
  readonly folder: string;
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface NotReceived {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly why: Message;
}

export interface Bound {
  /** Bytes that it may have. */
  readonly most: number;
  /** Which limit that is. */
  readonly bound: 'file' | 'account';
  /** What was announced; null where nothing was. */
  readonly length: number | null;
}

class TooMuch extends Error {}

/** Writes a body to a fresh folder; it is on disk when this returns. */
export async function receive(
  from: Readable,
  { most, bound, length }: Bound,
  places: Places,
): Promise<Received | NotReceived> {
  if (length !== null && length > most) return tooMuch(most, bound);
  const folder = places.fresh('incoming');
  const path = join(folder, 'capture');
  const hash = createHash('sha256');
  let size = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, next) {
      size += piece.length;
      if (size > most) return next(new TooMuch());
      hash.update(piece);
      next(null, piece);
    },
  });
  try {
    const file = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true });
    await pipeline(from, counted, file);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return refusal(error, { most, bound, got: size });
  }
  if (length !== null && size !== length) {
    rmSync(folder, { recursive: true, force: true });
    return { ok: false, code: 'bad-request', why: say('upload-broke-off', { got: size }) };
  }
  return { ok: true, folder, path, size, sha256: hash.digest('hex') };
}

/** Gives up what was received. */
export function forget(received: Received): void {
  rmSync(received.folder, { recursive: true, force: true });
}

function tooMuch(most: number, bound: Bound['bound']): NotReceived {
  return bound === 'file'
    ? { ok: false, code: 'too-large', why: say('upload-too-large', { most }) }
    : { ok: false, code: 'over-quota', why: say('upload-over-quota', { most }) };
}

/** What of the system's errors is the server's trouble, and not the sender's. */
const OF_THE_DISK: readonly string[] = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE', 'ENOENT'];

function refusal(error: unknown, o: { most: number; bound: Bound['bound']; got: number }): NotReceived {
  if (error instanceof TooMuch) return tooMuch(o.most, o.bound);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return OF_THE_DISK.includes(code)
    ? { ok: false, code: 'busy', why: say('upload-not-kept', { why: errorText(error) }) }
    : { ok: false, code: 'bad-request', why: say('upload-broke-off', { got: o.got }) };
}
