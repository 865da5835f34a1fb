// Where the parts of a hello lie in its bytes, so that a feature made of one can point at it.
import { u16, u24 } from '../decode/index.ts';
import { EXT_VERSIONS } from './tls-extensions.ts';
import { eachExtension } from './tls-hello.ts';

/** Parts of a hello; a number is an extension's. */
export type HelloPart = 'whole' | 'version' | 'session' | 'suites' | 'extensions' | number;

const HANDSHAKE = 22;

/**
 * @param b a direction's bytes from the record that opens the handshake on
 * @returns offsets `[from, to)` of the part, of the whole hello where the part cannot be told apart, null without a
 * hello
 */
export function helloPart(b: Uint8Array, server: boolean, part: HelloPart): readonly [number, number] | null {
  let record = 0;
  // Alerts and changes of cipher may stand before it.
  while (record + 5 < b.length && b[record] !== HANDSHAKE) record += 5 + u16(b, record + 3);
  const at = record + 5;
  if (at + 4 > b.length || b[at] !== (server ? 2 : 1)) return null;
  // Of a header that is dealt out over records the length cannot be read here.
  if (b[record + 3] === 0 && b[record + 4]! < 4) return [at, b.length];
  const size = u24(b, at + 1);
  const recordEnd = at + u16(b, record + 3);
  const end = Math.min(b.length, at + 4 + size);
  const whole = [at, end] as const;
  // A hello over several records has their headers in between.
  if (part === 'whole' || at + 4 + size > recordEnd || end - at < 43) return whole;
  const body = at + 4;
  if (part === 'version') {
    const selected = extension(b, afterSuites(b, body, end, server), end, EXT_VERSIONS);
    return server && selected !== null ? selected : [body, body + 2];
  }
  const session = body + 34;
  const afterSession = session + 1 + b[session]!;
  if (part === 'session') return afterSession <= end ? [session, afterSession] : whole;
  if (afterSession + 2 > end) return whole;
  const suitesEnd = server ? afterSession + 2 : afterSession + 2 + u16(b, afterSession);
  if (suitesEnd > end) return whole;
  if (part === 'suites') return [afterSession, suitesEnd];
  const extensions = afterSuites(b, body, end, server);
  if (extensions > end) return whole;
  return part === 'extensions' ? [extensions, end] : (extension(b, extensions, end, part) ?? whole);
}

function afterSuites(b: Uint8Array, body: number, end: number, server: boolean): number {
  const afterSession = body + 35 + b[body + 34]!;
  if (server || afterSession + 2 > end) return afterSession + 3;
  const suitesEnd = afterSession + 2 + u16(b, afterSession);
  return suitesEnd < end ? suitesEnd + 1 + b[suitesEnd]! : end;
}

function extension(b: Uint8Array, at: number, end: number, wanted: number): readonly [number, number] | null {
  let found: readonly [number, number] | null = null;
  eachExtension(b, at, end, (type, from, to) => {
    if (type === wanted) found = [from - 4, to];
  });
  return found;
}
