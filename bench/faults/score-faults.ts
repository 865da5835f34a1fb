// Faults of the command line: `sightline score` while its threads end, its capture is cut, its disk is full, it is killed.
// It ends with the number of an undisturbed run only where its records are those of one.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { pause } from '../capture/rig.ts';
import { SAMPLE } from '../state/rig.ts';
import { fill } from './disk-faults.ts';
import type { Fault } from './fault.ts';
import { LIMIT } from './host.ts';
import type { World } from './world.ts';

const INSIDE = join(import.meta.dirname, 'inside.mjs');
const SOON = 400;

interface Call {
  readonly child: ChildProcess;
  readonly control: string;
  readonly capture: string;
  readonly output: string;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

function begin(w: World, folder: string): Call {
  const control = join(w.rig.folder, 'control-score');
  const capture = join(w.rig.folder, 'scored.pcapng');
  const output = join(folder, 'scored.jsonl');
  rmSync(output, { force: true });
  rmSync(control, { force: true });
  copyFileSync(SAMPLE, capture);
  const entry = join(w.place.root, 'dist', 'cli', 'entry.js');
  const rules = join(w.rig.folder, 'own.rules');
  const args = ['--import', INSIDE, entry, 'score', capture, '--output', output, '--threads', '2', '--rules', rules];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SIGHTLINE_CACHE: w.cache, SIGHTLINE_DATA_HOME: w.data, SIGHTLINE_FAULTS: control },
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  return {
    child,
    control,
    capture,
    output,
    ended: new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, said }));
    }),
  };
}

/** Its records and the number that it ends with while nothing is disturbed. */
let known: { readonly records: string; readonly code: number } | null = null;

/** What it wrote is whole and as ever, or is not there and it says why. */
async function judged(w: World, call: Call, killed: boolean): Promise<void> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    call.child.kill('SIGKILL');
  }, LIMIT);
  const { code, said } = await call.ended;
  clearTimeout(timer);
  if (isLate) return w.trouble('score does not end');
  const written = existsSync(call.output) ? readFileSync(call.output, 'utf8') : null;
  if (known === null) {
    if (code === null || written === null) throw new Error(`score ended with ${code} undisturbed: ${said}`);
    known = { records: written, code };
    return;
  }
  if (code === known.code && written !== known.records)
    w.trouble(`score ends with ${code}, as ever, and its records are others`);
  if (code === known.code) return;
  w.totals.add('saidBroken');
  if (!killed && said.trim() === '') w.trouble(`score ends with ${code} and says nothing`);
  // Records of a capture that was cut are honest where the end says that it is.
  if (killed && written !== null && written !== known.records)
    w.trouble('score was killed and left a half of its records');
}

async function undisturbed(w: World): Promise<void> {
  if (known === null) await judged(w, begin(w, w.rig.folder), false);
}

/** Ends a thread by name as soon as it is there. @returns whether it was */
function endThread(control: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(control);
    let told = '';
    socket.on('error', () => resolve(false));
    socket.on('data', (piece) => {
      told += piece.toString();
    });
    socket.on('close', () => resolve(told.includes('"ended":') && !told.includes('"ended":null')));
    socket.write(`${name}\n`);
  });
}

function scoring(kind: string, bring: (w: World, call: Call) => Promise<boolean | void>, folder = ''): Fault {
  return {
    kind: `score: ${kind}`,
    of: 'command line',
    bring: async (w) => {
      await undisturbed(w);
      const call = begin(w, join(w.rig.folder, folder));
      const killed = await bring(w, call);
      await judged(w, call, killed === true);
      rmSync(call.output, { force: true });
    },
  };
}

export const scoreFaults: readonly Fault[] = [
  scoring('one of its threads ends', async (w, call) => {
    const name = w.pick(['ingest-worker', 'rule-worker']);
    for (const end = performance.now() + 4_000; performance.now() < end && call.child.exitCode === null; await pause(3))
      if (await endThread(call.control, name)) return w.note(name);
    w.totals.add('without');
  }),
  scoring('killed', async (w, call) => {
    await pause(w.whole(SOON * 2));
    call.child.kill('SIGKILL');
    return true;
  }),
  scoring('its capture is cut', async (w, call) => {
    await pause(w.whole(SOON));
    truncateSync(call.capture, w.whole(statSync(call.capture).size));
  }),
  {
    kind: 'score: no room for its records',
    of: 'command line',
    bring: async (w) => {
      await undisturbed(w);
      const empty = fill(w.data);
      try {
        const call = begin(w, w.data);
        await judged(w, call, false);
        if (existsSync(call.output)) w.trouble('score leaves records on a disk without room');
      } finally {
        empty();
      }
    },
  },
];
