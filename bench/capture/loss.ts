// `npm run bench:capture`: packets lost and CPU a packet of our helper with the whole pipeline running, of `dumpcap -w
// FILE`, and of npm `cap` counting in a callback; then all three with their reader stalled for ten seconds. Writes
// docs/bench-capture.md.
import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { over, record } from '../guard/results.ts';
import { buildCap } from '../../scripts/cap.mjs';
import { childOf, cpuOf, hearLines, median, pause, Rig, type Sent } from './rig.ts';

const SIZES = [100, 300, 1400];
const RATES = (process.env['RATES'] ?? '50000,150000,250000,350000').split(',').map(Number);
const RUNS = Number(process.env['RUNS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 3);
const STALL = 10;
const STALL_RATE = 200_000;
const SHORT = 0.98;

interface Status {
  readonly kind: string;
  readonly at: number;
  readonly captured: number;
  readonly analysed: number;
  readonly behind: number;
  readonly missed: number;
  readonly kernel: number;
}
interface Outcome {
  readonly sent: Sent;
  readonly captured: number;
  readonly kernel: number | null;
  readonly cpu: number;
  readonly pipelineCpu: number | null;
  readonly backlog: number | null;
  readonly catchUp: number | null;
  readonly void: boolean;
}
type Tool = 'sightline' | 'dumpcap' | 'cap';

const rig = new Rig();
const built = buildCap();
if (!built.ok) console.error(built.message);
const cap = built.ok ? built.path : null;

async function started(child: ChildProcess, sign: RegExp): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (piece: Buffer): void => {
      said += piece.toString();
      if (sign.test(said)) resolve();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('close', () => reject(new Error(said)));
  });
  await pause(700);
}

async function sightline(bytes: number, rate: number, seconds: number, stall: number): Promise<Outcome> {
  const folder = join(rig.folder, 'ring');
  const child = rig.run([
    process.execPath,
    '--max-semi-space-size=16',
    join(import.meta.dirname, 'pipeline.ts'),
    rig.interface,
    folder,
  ]);
  const lines: Status[] = [];
  hearLines<Status>(child, (line) => lines.push(line));
  await started(child, /"started"/);
  const helper = childOf(child.pid!, 'sightline-capture')!;
  const before = [cpuOf(helper), cpuOf(child.pid!)];
  if (stall > 0) child.stdin!.write(`stall ${stall}\n`);
  const sent = await rig.send(bytes, rate, seconds);
  const ended = Date.now();
  // Caught up: everything captured is analysed. A reader that is not within a minute has not.
  while (
    Date.now() - ended < 60_000 &&
    !(lines.at(-1)!.at > ended + 150 && lines.at(-1)!.analysed >= lines.at(-1)!.captured && lines.at(-1)!.behind === 0)
  )
    await pause(50);
  const caught = lines.find((l) => l.at > ended && l.analysed >= l.captured && l.behind === 0);
  await pause(200);
  const cpu = cpuOf(helper) - before[0]!;
  const pipelineCpu = cpuOf(child.pid!) - before[1]!;
  child.stdin!.write('stop\n');
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  rmSync(folder, { recursive: true, force: true });
  const last = lines.at(-1)!;
  return {
    sent,
    captured: last.missed > 0 ? last.analysed : last.captured,
    kernel: last.kernel,
    cpu,
    pipelineCpu,
    backlog: Math.max(...lines.map((l) => l.behind)),
    catchUp: caught === undefined ? null : Math.max(0, caught.at - ended) / 1000,
    void: sent.offered < rate * SHORT,
  };
}

async function dumpcap(bytes: number, rate: number, seconds: number, stall: number): Promise<Outcome> {
  const file = join(rig.folder, 'dumpcap.pcapng');
  const child = rig.run(['dumpcap', '-q', '-i', rig.interface, '-w', file]);
  await started(child, /File:/);
  let said = '';
  child.stderr!.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const before = cpuOf(child.pid!);
  const sent = await rig.send(bytes, rate, seconds + stall);
  await pause(500);
  const cpu = cpuOf(child.pid!) - before;
  child.kill('SIGTERM');
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  rmSync(file, { force: true });
  const [, captured, dropped] = /received\/dropped on interface .*: (\d+)\/(\d+)/.exec(said) ?? [];
  return {
    sent,
    captured: Number(captured),
    kernel: Number(dropped),
    cpu,
    pipelineCpu: null,
    backlog: null,
    catchUp: null,
    void: sent.offered < rate * SHORT,
  };
}

async function npmCap(bytes: number, rate: number, seconds: number, stall: number): Promise<Outcome> {
  const child = rig.run([process.execPath, join(import.meta.dirname, 'cap-count.mjs'), cap!, rig.interface]);
  let captured = 0;
  hearLines<{ kind: string; captured?: number }>(child, (line) => {
    if (line.kind === 'end') captured = line.captured!;
  });
  await started(child, /"started"/);
  const before = cpuOf(child.pid!);
  if (stall > 0) child.stdin!.write(`stall ${stall}\n`);
  const sent = await rig.send(bytes, rate, seconds);
  await pause(1500);
  const cpu = cpuOf(child.pid!) - before;
  child.stdin!.write('stop\n');
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  clearTimeout(kill);
  return {
    sent,
    captured,
    kernel: null,
    cpu,
    pipelineCpu: null,
    backlog: null,
    catchUp: null,
    void: sent.offered < rate * SHORT,
  };
}

const TOOLS: Readonly<Record<Tool, typeof sightline>> = { sightline, dumpcap, cap: npmCap };
const NAMES: Readonly<Record<Tool, string>> = {
  sightline: 'Sightline, whole pipeline',
  dumpcap: 'dumpcap -w FILE',
  cap: 'npm cap, counting',
};

const n = (v: number): string => Math.round(v).toLocaleString('en-US');
const share = (o: Outcome): number => Math.max(0, 1 - o.captured / o.sent.sent) * 100;

function row(name: string, bytes: number, rate: number, runs: readonly Outcome[]): string {
  const good = runs.filter((r) => !r.void);
  const used = good.length > 0 ? good : runs;
  const m = (f: (o: Outcome) => number | null): number =>
    median(used.map((o) => f(o) ?? NaN).filter((v) => !Number.isNaN(v)));
  const or = (v: number, text: string): string => (Number.isNaN(v) ? '–' : text);
  const pipeline = m((o) => (o.pipelineCpu === null ? null : (o.pipelineCpu / o.captured) * 1e6));
  const backlog = m((o) => o.backlog);
  const catchUp = m((o) => o.catchUp);
  const kernel = m((o) => o.kernel);
  const voids = good.length < runs.length ? ` (${runs.length - good.length} of ${runs.length} void)` : '';
  return (
    `| ${bytes} | ${n(rate)} | ${name} | ${n(m((o) => o.sent.offered))}${voids} | ` +
    `${n(m((o) => o.captured))} of ${n(m((o) => o.sent.sent))} | ${m(share).toFixed(3)} % | ` +
    `${or(kernel, n(kernel))} | ${m((o) => (o.cpu / o.captured) * 1e6).toFixed(2)} | ` +
    `${or(pipeline, pipeline.toFixed(2))} | ${or(backlog, `${(backlog / 1e6).toFixed(0)} MB`)} | ` +
    `${or(catchUp, `${catchUp.toFixed(1)} s`)} |`
  );
}

const HEAD =
  '| frame | rate asked | program | offered /s | captured (median) | lost | dropped by kernel | CPU µs/packet, ' +
  'capturing | pipeline µs/packet | backlog at most | caught up after ' +
  '|\n|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|';
const lines: string[] = [HEAD];
const tools = (['sightline', 'dumpcap', 'cap'] as const).filter((t) => t !== 'cap' || cap !== null);
const verdicts: string[] = [];
console.log(HEAD);
try {
  for (const bytes of SIZES) {
    for (const rate of RATES) {
      const outcomes = new Map<Tool, Outcome[]>(tools.map((t) => [t, []]));
      // In turn, so that what the machine does meanwhile meets all of them.
      for (let run = 0; run < RUNS; run++)
        for (const tool of tools) outcomes.get(tool)!.push(await TOOLS[tool](bytes, rate, SECONDS, 0));
      for (const tool of tools) {
        lines.push(row(NAMES[tool], bytes, rate, outcomes.get(tool)!));
        console.log(lines.at(-1));
      }
      const of = (tool: Tool, f: (o: Outcome) => number): number =>
        median(
          (outcomes.get(tool)!.some((o) => !o.void)
            ? outcomes.get(tool)!.filter((o) => !o.void)
            : outcomes.get(tool)!
          ).map(f),
        );
      const loses = of('sightline', share) <= of('dumpcap', share) + 1e-9;
      const costs = of('sightline', (o) => o.cpu / o.captured) <= of('dumpcap', (o) => o.cpu / o.captured);
      if (tools.every((t) => t === 'cap' || !outcomes.get(t)!.every((o) => o.void)))
        record('capture', {
          [`${bytes} bytes at ${rate}/s, CPU a packet over dumpcap`]: over(
            of('sightline', (o) => o.cpu / o.captured),
            of('dumpcap', (o) => o.cpu / o.captured),
          ),
        });
      const short = tools.filter((t) => t !== 'cap' && outcomes.get(t)!.every((o) => o.void)).map((t) => NAMES[t]);
      if (short.length > 0)
        verdicts.push(
          `${bytes} bytes at ${n(rate)}/s: void, the generator could not offer it beside ${short.join(' and ')}.`,
        );
      else
        verdicts.push(
          `${bytes} bytes at ${n(rate)}/s: ${loses ? 'loses no more' : 'LOSES MORE'} than dumpcap, ` +
            `${costs ? 'costs no more' : 'COSTS MORE'} a packet.`,
        );
    }
  }
  const stalled: string[] = [HEAD];
  for (const tool of tools.filter((t) => t !== 'dumpcap')) {
    const outcomes: Outcome[] = [];
    for (let run = 0; run < Math.min(3, RUNS); run++) outcomes.push(await TOOLS[tool](300, STALL_RATE, STALL, STALL));
    stalled.push(row(NAMES[tool], 300, STALL_RATE, outcomes));
    console.log(stalled.at(-1));
  }
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(import.meta.dirname, '..', '..', 'docs', 'bench-capture.md'),
    `# Capturing: packets lost, and what a packet costs

\`npm run bench:capture\`, ${date}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}. A veth pair between two \
network namespaces; the generator is pinned to the last processor and shares the machine with whoever captures. \
${RUNS} runs of ${SECONDS} s each, the programs in turn; medians. A run in which the generator offered over 2 % less \
than asked is void; where all are, the figures are those of the void runs and the row says so. 'CPU, capturing' is the \
helper's (all threads), dumpcap's, or the whole process of npm cap; 'pipeline' is what indexing, flows, features and \
verdicts take beside it. Backlog is what was captured and not analysed yet.

${lines.join('\n')}

${verdicts.map((v) => `- ${v}`).join('\n')}

## Ten seconds of stall

The engine (for npm cap: the process it lives in) is blocked for ${STALL} s while packets come at ${n(STALL_RATE)} a \
second; dumpcap has no reader that could stall.

${stalled.join('\n')}
`,
  );
} finally {
  rig.close();
}
