// Key logs of TLS (draft-ietf-tls-keylogfile). They are the user's secrets: kept in memory, told to the dissector
// only, never logged, never written.
import { closeSync, readSync } from 'node:fs';
import { errorText, type KeyState, SaidError, say } from '../../contract/index.ts';
import type { DissectSetup } from '../dissect/index.ts';
import { openPlain, plainReason } from '../store/index.ts';
import type { CaptureSession } from './session.ts';
import { secretsOf } from './tree-source.ts';

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

export class Keys {
  private lines: number | null = null;
  private readonly setup: DissectSetup;

  constructor(setup: DissectSetup) {
    this.setup = setup;
  }

  /** @param text null forgets what was used */
  use(text: string | null): void {
    if (text === null) {
      this.lines = null;
      this.setup.change({ keys: null });
      return;
    }
    const lines = countKeyLines(text);
    if (lines === 0) throw new SaidError(say('no-key-lines'));
    this.lines = lines;
    this.setup.change({ keys: Buffer.from(text, 'utf8') });
  }

  useFile(path: string): void {
    this.use(readKeyFile(path));
  }

  state(s: CaptureSession | null): KeyState {
    const capture = (s === null ? [] : secretsOf(s)).reduce((n, text) => n + countKeyLines(text), 0);
    return { user: this.lines, capture };
  }
}

/** Lines of a key log that are keys, without what stands around them. */
export function keyLines(text: string): string[] {
  return [...text.matchAll(LINE)].map(([line]) => line.trim());
}

export function countKeyLines(text: string): number {
  return [...text.matchAll(LINE)].length;
}

function readKeyFile(path: string): string {
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
