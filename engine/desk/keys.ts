// Key logs of TLS (draft-ietf-tls-keylogfile). They are the user's secrets: kept in memory, told to the dissector
// only, never logged, never written.
import { type KeyState, SaidError, say } from '../../contract/index.ts';
import { type DissectSetup, countKeyLines, readKeyFile } from '../dissect/index.ts';
import type { CaptureSession } from './session.ts';
import { secretsOf } from './tree-source.ts';

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
