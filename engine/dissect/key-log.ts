// Key logs of TLS (draft-ietf-tls-keylogfile) as text: which lines are keys, and reading a file of them.
import { closeSync, readSync } from 'node:fs';
import { errorText, SaidError, say } from '../../contract/index.ts';
import { openPlain, plainReason } from '../store/index.ts';

/** Of a key log that is read from a file. */
const MAX_FILE = 16 * 1024 * 1024;

const HEX = '[0-9a-f]+';
/**
 * What NSS, OpenSSL and browsers write, and the forms of RSA that Wireshark reads beside it. The word is looked for
 * ahead, once: a line of nothing but such words would take the square of its length.
 */
const LINE = new RegExp(
  [
    `(?:CLIENT_RANDOM|PMS_CLIENT_RANDOM|(?=[A-Z_]*SECRET)[A-Z_0-9]+) ${HEX} ${HEX}`,
    `RSA ${HEX} ${HEX}`,
    `RSA Session-ID:[0-9a-f]* Master-Key:${HEX}`,
  ]
    .map((form) => `^[ \\t]*${form}[ \\t\\r]*$`)
    .join('|'),
  'gim',
);

/** Lines of a key log that are keys, without what stands around them. */
export function keyLines(text: string): string[] {
  return [...text.matchAll(LINE)].map(([line]) => line.trim());
}

export function countKeyLines(text: string): number {
  return [...text.matchAll(LINE)].length;
}

/** @throws SaidError where it cannot be read or is too large */
export function readKeyFile(path: string): string {
  let fd: number | null = null;
  try {
    const opened = openPlain(path);
    ({ fd } = opened);
    if (opened.size > MAX_FILE) throw new TooLarge(say('key-file-too-large', { most: MAX_FILE }));
    const bytes = Buffer.alloc(opened.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    const why = error instanceof SaidError ? error.said : plainReason(errorText(error));
    throw new SaidError(say('key-file-unreadable', { why }));
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

class TooLarge extends SaidError {}
