// Passwords: Node's own argon2id, kept as the PHC string that other programs read too
// (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, RFC 9106). Memory and passes are OWASP's for a server that many ask.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type Message, say } from '../../contract/index.ts';

export const LEAST_PASSWORD = 10;
export const MOST_PASSWORD = 256;
/** As many different characters make a password that is more than one key held down. */
const LEAST_DIFFERENT = 5;

/** KiB. */
const MEMORY = 19_456;
const PASSES = 2;
const SALT = 16;
const LENGTH = 32;
/** Hashes at once: each holds its memory, and Node's pool has four threads. */
const AT_ONCE = 2;
/** Those that may wait beside. */
const WAITING = 100;
/** What a stored hash may ask for, so that a damaged row takes no memory. */
const MOST_MEMORY = 1024 * 1024;
const MOST_PASSES = 64;

const hashOf = promisify(argon2);
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{16,128})$/;

/** So many are asked for that no more can wait. */
export class TooManyHashes extends Error {}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING) throw new TooManyHashes();
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  } else running++;
  try {
    return await work();
  } finally {
    // The place goes to the next one directly.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

/** @throws TooManyHashes */
export function hashPassword(password: string): Promise<string> {
  return inTurn(async () => {
    const salt = randomBytes(SALT);
    const hash = await derived(password, salt, MEMORY, PASSES, LENGTH);
    return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=1$${plain64(salt)}$${plain64(hash)}`;
  });
}

/**
 * Whether it is the password. It takes as long for an account that there is not: `kept` is null then.
 * @throws TooManyHashes
 */
export function isPassword(password: string, kept: string | null): Promise<boolean> {
  return inTurn(async () => {
    const parts = PHC.exec(kept ?? NOBODY);
    if (parts === null) return false;
    const [, memory, passes, salt, hash] = parts;
    if (Number(memory) > MOST_MEMORY || Number(passes) > MOST_PASSES) return false;
    const expected = Buffer.from(hash!, 'base64');
    const got = await derived(password, Buffer.from(salt!, 'base64'), Number(memory), Number(passes), expected.length);
    return timingSafeEqual(got, expected) && kept !== null;
  });
}

/** A hash of nothing that anybody could type, with the costs of all others. */
const NOBODY = `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=1$${plain64(randomBytes(SALT))}$${plain64(randomBytes(LENGTH))}`;

function derived(password: string, nonce: Buffer, memory: number, passes: number, tagLength: number): Promise<Buffer> {
  // The same letters in another composition are the same password.
  const message = password.normalize('NFKC');
  return hashOf('argon2id', { message, nonce, memory, passes, tagLength, parallelism: 1 });
}

function plain64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

/** Why a new password is not taken, or null. */
export function passwordProblem(password: string, name: string): Message | null {
  const { length } = [...password];
  if (length < LEAST_PASSWORD) return say('password-short', { least: LEAST_PASSWORD });
  if (length > MOST_PASSWORD) return say('password-long', { most: MOST_PASSWORD });
  const low = password.toLowerCase();
  const easy = new Set(low).size < LEAST_DIFFERENT || low.replaceAll(name.toLowerCase(), '').length < LEAST_DIFFERENT;
  return easy ? say('password-easy') : null;
}
