// Ends of the processes that have Wireshark's engine in them, in the middle of what they are asked, and no more memory
// for them. What was asked is refused in words, or answered; asked again it is answered as ever.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { packetRow, textAt } from '../../contract/index.ts';
import { pause } from '../capture/rig.ts';
import type { Fault } from './fault.ts';
import { type Host, LIMIT } from './host.ts';
import type { World } from './world.ts';

const SIGN = 'dissect/child';
const SOON = 80;
const ROW = packetRow(4);

/** What is asked of an engine, as text; null where it was refused in words. */
type Question = (w: World, host: Host) => Promise<string | null>;

const tree: Question = async (w, host) => {
  const said = await host.ask(host.reading, 'tree', { row: ROW });
  if (said.at === 'refused' && said.why === '') w.trouble('a tree is refused without a word');
  return said.at === 'answered'
    ? Array.from(said.value.depth, (depth, i) => `${depth} ${textAt(said.value.label, i)}`).join('\n')
    : null;
};

/** Two filters that let the same through are not the same text: nothing is remembered. */
const filter: Question = async (w, host) => {
  const text = `tcp.analysis.flags || frame.number == ${100_000 + w.whole(1e9)}`;
  const said = await host.ask(host.reading, 'view', { which: 'packets', filter: text, sort: null });
  if (said.at !== 'answered') return null;
  if (said.value.problem !== null) return null;
  return String(said.value.view.matched);
};

const follow: Question = async (w, host) => {
  const at = w.flows.rows.findIndex((row) => row.includes('|HTTP|'));
  const flow = w.flows.flows[at]!;
  const said = await host.ask(host.reading, 'follow', { flow, kind: 'http', substream: null });
  if (said.at === 'refused' && said.why === '') w.trouble('a stream is refused without a word');
  return said.at === 'answered' ? JSON.stringify(said.value).slice(0, 2_000) : null;
};

/** What each answers while nothing is disturbed. */
const known = new Map<Question, string>();

/** Asks until it is answered as ever. */
async function answered(w: World, host: Host, question: Question, name: string): Promise<void> {
  const begun = performance.now();
  let last: string | null = null;
  do {
    last = await question(w, host);
    const ever = known.get(question);
    if (last !== null && (ever === undefined || ever === last)) {
      known.set(question, last);
      return w.totals.took(`${name} answered again`, performance.now() - begun);
    }
    await pause(50);
  } while (performance.now() - begun < LIMIT);
  w.trouble(last === null ? `${name}: not answered any more` : `${name}: answered otherwise: ${last.slice(0, 100)}`);
}

function killed(kind: string, name: string, question: Question): Fault {
  return {
    kind,
    of: 'processes',
    bring: async (w, host) => {
      await w.shown(host);
      if (!known.has(question)) await answered(w, host, question, name);
      const asked = question(w, host);
      await pause(w.whole(SOON));
      const processes = host.below(SIGN);
      if (processes.length === 0) w.totals.add('without');
      else process.kill(w.pick(processes), 'SIGKILL');
      const first = await asked;
      if (first !== null && first !== known.get(question)) w.trouble(`${name}: a wrong answer: ${first.slice(0, 100)}`);
      await answered(w, host, question, name);
    },
  };
}

/** Bytes that a process may have for data. @returns those that it has */
function dataOf(pid: number): number {
  try {
    return Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export const dissectFaults: readonly Fault[] = [
  killed('kill -9 of a dissection process while a tree is asked for', 'tree', tree),
  killed('kill -9 of a dissection process while a filter is asked', 'filter', filter),
  killed('kill -9 of a dissection process while a stream is followed', 'stream', follow),
  {
    kind: 'memory out in the dissection processes',
    of: 'processes',
    bring: async (w, host) => {
      await w.shown(host);
      if (!known.has(tree)) await answered(w, host, tree, 'tree');
      for (const pid of host.below(SIGN)) {
        const bytes = dataOf(pid) + w.whole(4) * 1_000_000;
        spawnSync('prlimit', ['--pid', String(pid), `--data=${bytes}:${bytes}`], { stdio: 'ignore' });
      }
      // A capture that is not loaded yet needs memory.
      await w.open();
      await w.shown(host);
      await answered(w, host, tree, 'tree');
    },
  },
];
