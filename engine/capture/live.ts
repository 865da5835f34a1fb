// A live capture as the engine sees it: the helper makes a file grow, and says how much was dropped on the way.
import { runHelper, type HelperLine, type HelperRun } from './helper.ts';

export interface LiveOptions {
  readonly helper: string;
  readonly interface: string;
  readonly filter: string;
  readonly promiscuous: boolean;
  /** Bytes of each packet to keep, 0 for all. */
  readonly snapLength: number;
  readonly output: string;
  readonly application: string;
}

export type LiveStart = { readonly ok: true; readonly live: LiveCapture } | { readonly ok: false; readonly code: string; readonly message: string };

export class LiveCapture {
  /** Bytes of the file that are written. */
  offset = 0;
  dropped = 0;
  interfaceDropped = 0;
  /** Set when the helper has ended: why, null when it was told to. */
  ended: { readonly message: string | null } | null = null;
  private readonly run: HelperRun;

  private constructor(run: HelperRun) {
    this.run = run;
  }

  /** Starts the helper and waits until it captures or says why not. */
  static start(o: LiveOptions): Promise<LiveStart> {
    const args = ['capture', '--interface', o.interface, '--output', o.output, '--application', o.application, ...(o.filter.trim() === '' ? [] : ['--filter', o.filter]), ...(o.promiscuous ? [] : ['--no-promiscuous']), ...(o.snapLength > 0 ? ['--snap-length', String(o.snapLength)] : [])];
    return new Promise((resolve) => {
      let live: LiveCapture | null = null;
      let problem: HelperLine | null = null;
      const run = runHelper(o.helper, args, (line) => {
        if (line.type === 'started') resolve({ ok: true, live: (live = new LiveCapture(run)) });
        else if (line.type === 'error') problem = line;
        else live?.hear(line);
      });
      void run.ended.then(() => {
        if (live !== null) live.gone();
        else resolve({ ok: false, code: String(problem?.['code'] ?? 'failed'), message: String(problem?.['message'] ?? 'the capture helper ended without a word') });
      });
    });
  }

  pause(): void {
    this.run.tell('pause');
  }

  resume(): void {
    this.run.tell('resume');
  }

  /** Resolves when the last packet is written. */
  async stop(): Promise<void> {
    this.run.tell('stop');
    await this.run.ended;
  }

  private hear(line: HelperLine): void {
    if (line.type === 'status') {
      this.offset = Number(line['offset']);
      this.dropped = Number(line['dropped']);
      this.interfaceDropped = Number(line['ifdropped']);
    } else if (line.type === 'stopped') this.ended = { message: line['code'] === 'stopped' ? null : endWords(String(line['code']), String(line['message'])) };
  }

  private gone(): void {
    this.ended ??= { message: 'The capture helper ended unexpectedly; all that it wrote is kept.' };
  }
}

function endWords(code: string, message: string): string {
  return code === 'disk' ? `Capturing stopped: ${message}. What was written is kept.` : `Capturing stopped: the interface failed (${message}). What was captured is kept.`;
}
