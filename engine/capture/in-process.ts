// npm `cap`: packets as calls into a JavaScript process. For machines where the helper cannot be built; what comes
// while JavaScript is busy is lost, and stamps are those of the moment at which a packet arrived here.
import { errorText, foreign, type Message, say as sentence, saidBy } from '../../contract/index.ts';
import { createRequire } from 'node:module';
import type { Running, Word } from './plan.ts';
import type { HelperLine } from './helper.ts';
import type { CapturePlan, CaptureSource } from './plan.ts';
import { RingWriter } from './ring-writer.ts';

/** The few things used of the package, which is installed without being built (`npm run cap`). */
interface Cap {
  open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
  close(): void;
  setMinBytes?(bytes: number): void;
  on(event: 'packet', hear: (bytes: number, truncated: boolean) => void): void;
}
interface CapModule {
  readonly Cap: new () => Cap;
}

const LINKS: Readonly<Record<string, number>> = {
  ETHERNET: 1,
  NULL: 0,
  RAW: 101,
  IEEE802_11_RADIO: 127,
  LINKTYPE_LINUX_SLL: 113,
};
const LARGEST = 65_535;
const LOOK_EVERY = 50;

/** @returns the package, or null where it is not installed or not built */
export function capModule(): CapModule | null {
  try {
    return createRequire(import.meta.url)('cap') as CapModule;
  } catch {
    return null;
  }
}

export function captureInProcess(
  plan: CapturePlan,
  source: Extract<CaptureSource, { kind: 'cap' }>,
  say: (line: HelperLine) => void,
): Running {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const fail = (code: string, said: Message): Running => {
    say({ type: 'error', code, said });
    end();
    return { tell: () => undefined, ended };
  };
  const found = capModule();
  if (found === null) return fail('failed', sentence('cap-not-installed'));
  const cap = new found.Cap();
  const buffer = Buffer.alloc(LARGEST);
  let link: number;
  try {
    link = LINKS[cap.open(source.interfaces[0]!, source.filter, source.bufferMiB * 1024 * 1024, buffer)] ?? 1;
    cap.setMinBytes?.(0);
  } catch (error) {
    const message = errorText(error);
    return fail(/permi/i.test(message) ? 'permission' : 'failed', foreign(message));
  }
  let writer: RingWriter;
  try {
    writer = new RingWriter(plan.files, plan.stop, source.interfaces[0]!, say);
  } catch (error) {
    cap.close();
    return fail('output', saidBy(error));
  }
  let paused = false;
  let skipped = 0;
  const snap = source.snapLength > 0 ? source.snapLength : LARGEST;
  const begin = performance.now();
  cap.on('packet', (bytes) => {
    if (paused) {
      skipped++;
      return;
    }
    const now = performance.timeOrigin + performance.now();
    const seconds = Math.floor(now / 1000);
    writer.put(
      seconds,
      Math.floor((now - seconds * 1000) * 1e6),
      bytes,
      link,
      buffer.subarray(0, Math.min(bytes, snap, LARGEST)),
    );
  });
  const status = (): void =>
    say({
      type: 'status',
      packets: writer.packets,
      bytes: writer.bytes,
      received: writer.packets + skipped,
      dropped: 0,
      ifdropped: 0,
      skipped,
      offset: writer.written,
      waiting: 0,
      clock: 0,
      paused,
    });
  let over = false;
  const stop = (code: string, message: string): void => {
    if (over) return;
    over = true;
    clearInterval(timer);
    cap.close();
    writer.close();
    status();
    say({ type: 'stopped', code, message, kept: writer.packets });
    end();
  };
  const timer = setInterval(() => {
    writer.look();
    status();
    if (writer.ended !== null) stop(writer.ended.code, writer.ended.message);
    else if (plan.stop.seconds > 0 && performance.now() - begin >= plan.stop.seconds * 1000) stop('seconds', '');
  }, LOOK_EVERY);
  say({ type: 'started', interfaces: source.interfaces, link, confined: '' });
  return {
    tell: (word: Word) => {
      if (word === 'stop') stop('stopped', '');
      else paused = word === 'pause';
    },
    ended,
  };
}
