// A capture that arrives as a stream of pcap or pcapng: of dumpcap, of tcpdump over ssh, on stdin or through a named
// pipe.
import { errorText, foreign, type Message, say, saidBy } from '../../contract/index.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { constants, createReadStream, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { log } from '../log/index.ts';
import { CaptureStream, unpacked } from '../read/index.ts';
import type { HelperLine } from './helper.ts';
import {
  type CapturePlan,
  type CaptureSource,
  dumpcapCommand,
  type Running,
  sourceName,
  sshCommand,
  type Word,
} from './plan.ts';
import { RingWriter } from './ring-writer.ts';

type StreamSource = Extract<CaptureSource, { kind: 'dumpcap' | 'ssh' | 'pipe' }>;

const STATUS_EVERY = 100;
const LOOK_EVERY = 20;
const MAX_SAID = 4000;
/** After the word to stop a program has this long to say what it still holds, ms. */
const END_AFTER = 3000;

interface Origin {
  readonly stream: Readable;
  readonly child: ChildProcess | null;
  readonly begun: Promise<Message | null>;
}

/** How a stream ended by itself: its source broke, it was told to stop, or there is no more of it. */
function endCode(broken: boolean, stopping: boolean): string {
  if (broken) return 'source';
  return stopping ? 'stopped' : 'over';
}

/** Lines of tcpdump and dumpcap that are no complaint: what they capture on, and their counters. */
const COUNTERS =
  /^(Capturing on|File:|Packets?( captured)?:|Running as|tcpdump: (listening|data link|verbose)|\d+ packets )/;

/** What the child said, without its counters. */
function complaint(said: string): string {
  const lines = said
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '' && !COUNTERS.test(l));
  return (lines[0] ?? said.trim().split('\n')[0] ?? '').slice(0, 300);
}

/**
 * Pipes are waited for by the event loop, not by a thread that nothing could call back; a named one may be opened
 * before its writer comes.
 */
function piped(path: string): Readable {
  const stdin = path === '-';
  if (!stdin && process.platform === 'win32') return connect(path);
  const { isFIFO, isSocket } = stdin ? kindOf(fstatSync(0)) : kindOf(statSync(path));
  if (!isFIFO && !isSocket) return stdin ? createReadStream('', { fd: 0, autoClose: false }) : createReadStream(path);
  return new Socket({
    fd: stdin ? 0 : openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
}

function kindOf(stat: Stats): { readonly isFIFO: boolean; readonly isSocket: boolean } {
  return { isFIFO: stat.isFIFO(), isSocket: stat.isSocket() };
}

function open(source: StreamSource, hear: (text: string) => void): Origin {
  if (source.kind === 'pipe') {
    return { stream: piped(source.path), child: null, begun: Promise.resolve(null) };
  }
  const [program, ...args] = source.kind === 'dumpcap' ? dumpcapCommand(source) : sshCommand(source, source.host);
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  log('capture', () => `${program} ${child.pid}: ${args.join(' ')}`);
  child.on('exit', (code, signal) => log('capture', () => `${program} ${child.pid} ended with ${code ?? signal}`));
  child.stderr!.on('data', (piece: Buffer) => hear(piece.toString()));
  return {
    stream: child.stdout!,
    child,
    begun: new Promise((resolve) => {
      child.on('error', (e) => resolve(say('not-started', { program: program!, why: e.message })));
      child.on('spawn', () => resolve(null));
    }),
  };
}

/** Starts at once; 'started' is said with the first bytes, so that a program that only complains is an error. */
export function captureStream(plan: CapturePlan, source: StreamSource, tell: (line: HelperLine) => void): Running {
  let said = '';
  let paused = false;
  let stopping = false;
  let damage: Message | null = null;
  const note = (): void => {
    const ending = stream.ending();
    if (ending.kind !== 'ok') damage ??= ending.message;
  };
  let writer: RingWriter | null = null;
  const begin = performance.now();
  let origin: Origin;
  try {
    origin = open(source, (text) => {
      said = (said + text).slice(-MAX_SAID);
    });
  } catch (error) {
    tell({ type: 'error', code: 'failed', message: errorText(error) });
    return { tell: () => undefined, ended: Promise.resolve() };
  }
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (origin.child === null) origin.stream.destroy();
    else {
      origin.child.kill('SIGTERM');
      // Children of the program may hold the pipe open after it has ended.
      setTimeout(() => {
        origin.child?.kill('SIGKILL');
        origin.stream.destroy();
      }, END_AFTER).unref();
    }
  };
  let skipped = 0;
  const stream: CaptureStream = new CaptureStream({
    packet: ({ buf, off, cap, wire, sec, nsec, link }) => {
      if (paused) skipped++;
      else writer!.put(sec, nsec, wire, link, buf.subarray(off, off + cap));
    },
  });
  const status = (): void => {
    if (writer === null) return;
    for (const i of stream.meta.interfaces)
      if (i.droppedBySystem !== null) writer.dropped = Math.max(writer.dropped, i.droppedBySystem);
    const told =
      /(\d+) packets? dropped by kernel/.exec(said) ?? /received\/dropped on interface[^\n]*?: \d+\/(\d+)/.exec(said);
    if (told !== null) writer.dropped = Math.max(writer.dropped, Number(told[1]));
    tell({
      type: 'status',
      packets: writer.packets,
      bytes: writer.bytes,
      received: stream.packets,
      dropped: writer.dropped,
      ifdropped: 0,
      skipped,
      offset: writer.written,
      waiting: 0,
      clock: 0,
      paused,
    });
  };
  let looked = 0;
  let told = 0;
  const look = (): void => {
    const now = performance.now();
    if (writer === null || now - looked < LOOK_EVERY) return;
    looked = now;
    writer.look();
    if (plan.stop.seconds > 0 && now - begin >= plan.stop.seconds * 1000) stop();
    if (writer.ended !== null) stop();
    if (now - told >= STATUS_EVERY) {
      told = now;
      status();
    }
  };
  const timer = setInterval(look, LOOK_EVERY);

  const start = (): RingWriter => {
    const made = new RingWriter(plan.files, plan.stop, sourceName(source), tell);
    tell({
      type: 'started',
      interfaces: source.kind === 'pipe' ? [sourceName(source)] : source.interfaces,
      link: 0,
      confined: '',
    });
    return made;
  };
  let received = false;
  const run = async (): Promise<void> => {
    let broke: Message | null = await origin.begun;
    try {
      if (broke === null) {
        // A pipe whose writer has not come yet is waited for; its capture has begun all the same.
        if (source.kind === 'pipe') writer = start();
        for await (const piece of unpacked(origin.stream as AsyncIterable<Buffer>, { taken: 0, compression: 'none' })) {
          writer ??= start();
          received = true;
          stream.push(piece);
          if (stream.stopped) {
            note();
            stop();
          }
          look();
        }
      }
    } catch (error) {
      if (!stopping) broke = saidBy(error);
    }
    if (origin.child !== null)
      await new Promise((resolve) => {
        if (origin.child!.exitCode !== null || origin.child!.signalCode !== null || broke !== null) resolve(null);
        else origin.child!.once('close', resolve);
      });
    clearInterval(timer);
    if (writer === null)
      return tell({
        type: 'error',
        code: /permi|EPERM|EACCES/i.test(said) ? 'permission' : 'failed',
        said: broke ?? (complaint(said) === '' ? say('no-packet-came') : foreign(complaint(said))),
      });
    // A stream that was told to stop may end anywhere; one that ends by itself has no half packet.
    if (!stopping && received) note();
    status();
    writer.close();
    status();
    const code = writer.ended?.code ?? endCode(broke !== null || damage !== null, stopping);
    const unwell = code === 'over' && origin.child !== null && origin.child.exitCode !== 0;
    const ended = (): Message => {
      if (writer?.ended) return foreign(writer.ended.message);
      return broke ?? (damage === null ? foreign(unwell ? complaint(said) : '') : damage);
    };
    tell({ type: 'stopped', code, said: ended(), kept: writer.packets });
  };
  return {
    tell: (word: Word) => {
      if (word === 'stop') stop();
      else paused = word === 'pause';
    },
    ended: run().catch((error: unknown) => {
      clearInterval(timer);
      tell({ type: 'error', code: 'output', message: errorText(error) });
      stop();
    }),
  };
}
