// Key logs of TLS (draft-ietf-tls-keylogfile) as text: which lines are keys, and reading a file of them.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorText, SaidError, say } from '../../contract/index.ts';
import { plainReason } from '../store/index.ts';

/** Of a key log that is read from a file. */
const MAX_FILE = 16 * 1024 * 1024;

const HEX = '[0-9a-f]+';
/** What NSS, OpenSSL and browsers write, and the forms of RSA that Wireshark reads beside it. */
const LINE = new RegExp(
  [
    `(?:CLIENT_RANDOM|PMS_CLIENT_RANDOM|[A-Z_]*SECRET[A-Z_0-9]*) ${HEX} ${HEX}`,
    `RSA ${HEX} ${HEX}`,
    `RSA Session-ID:[0-9a-f]* Master-Key:${HEX}`,
  ]
    .map((form) => `^[ \\t]*${form}[ \\t\\r]*$`)
    .join('|'),
  'gim',
);

/** How many lines of a text are keys. */
export function keyLines(text: string): number {
  return [...text.matchAll(LINE)].length;
}

/** @throws SaidError where it cannot be read or is too large */
export function readKeyFile(path: string): string {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    const { size } = fstatSync(fd);
    if (size > MAX_FILE) throw new SaidError(say('key-file-too-large', { most: MAX_FILE }));
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, size, 0));
  } catch (error) {
    if (error instanceof SaidError) throw error;
    throw new SaidError(say('key-file-unreadable', { why: plainReason(errorText(error)) }));
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
