// `npm run bench:live-rules [-- COUNTS SECONDS]`: from the packet on which a rule matches to its row in the window's
// list, while real traffic comes at 50,000 packets a second, with few rules and with many, also while rules are read
// again. Heard through the contract, as a window hears it. Writes docs/bench-live-rules.md.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  type HostMessage,
  type PacketPage,
  PLACE_PACKET,
  PLACE_RULE,
  type RuleRow,
  textAt,
} from '../../contract/index.ts';
import { cloneOf, ROOT } from '../peers.ts';
import { rulesOfShape } from '../rules/generate.ts';
import { markdown } from '../run.ts';
import { captureOf, type Client, type Served, served } from './client.ts';
import { childOf, cpuOf, pause, Rig } from './rig.ts';
import { share } from '../window/figures.ts';

const RATE = 50_000;
const SECONDS = Number(process.argv[3] ?? 8);
const COUNTS = (process.argv[2] ?? '1000,30000').split(',').map(Number);
const TRIGGERS = 5;
/** Packets of the capture that is played: no round twice in one run. */
const PACKETS = 1_000_000;
const WANTED = 300;
/** What a veth pair lets through at most, bytes. */
const LONGEST = 65_535;
/** When rules are read again, after sending began, ms. */
const RELOAD_AFTER = 2_000;
/** How long rules may take to have caught up, s. */
const PATIENCE = 120;
const FIRST_SID = 9_000_001;
const TRIGGER_RULES = [
  'alert udp any any -> any 7777 (msg:"bench datagram"; content:"sightline bench trigger"; sid:9000001;)',
  'alert http any any -> any any (msg:"bench request"; flow:established,to_server; http.uri; ' +
    'content:"/sightline-bench-trigger/"; startswith; sid:9000002;)',
].join('\n');

interface Sent {
  readonly sent: number;
  readonly seconds: number;
  readonly offered: number;
  readonly refused: number;
  readonly triggers: number;
}

/** Rows of the trigger rules as a window sees them come. */
class Rows {
  /** When each trigger's row was there after its packet's stamp, ms, in the order in which they came. */
  delays: number[] = [];
  /** How far behind the clock the newest packet of the list was each time that it was looked at, ms. */
  lags: number[] = [];
  packets = 0;
  behind = 0;
  kernel = 0;
  dropped = 0;
  private readonly client: Client;
  private readonly seen = new Set<number>();
  private known: Uint32Array = new Uint32Array(0);
  private asking = false;
  private again = false;
  private last: HostMessage | null = null;

  constructor(client: Client) {
    this.client = client;
    client.onNotice = (m) => this.hear(m);
  }

  private hear(m: HostMessage): void {
    if (!('notice' in m) || m.notice !== 'state' || m.session === null) return;
    this.packets = m.session.packets;
    ({ behind: this.behind, kernel: this.kernel, interface: this.dropped } = m.session.drops);
    this.last = m;
    if (this.asking) this.again = true;
    else void this.look();
  }

  /** Looks at places of alerts that were not there before. */
  private async look(): Promise<void> {
    this.asking = true;
    do {
      this.again = false;
      const m = this.last;
      if (m === null || !('notice' in m) || m.notice !== 'state' || m.views === null) break;
      const { alertPlaces, places, generation } = m.views.packets;
      let at = 0;
      while (at < alertPlaces.length && this.known[at] === alertPlaces[at]) at++;
      const pages = [...alertPlaces.subarray(at)].map((place) => {
        const from = Math.max(0, place - 4);
        return this.client.ask('packets', { from, count: place - from + 1, generation }).then(
          (page) => this.take(page),
          () => false,
        );
      });
      pages.push(
        this.client.ask('packets', { from: Math.max(0, places - 1), count: 1, generation }).then(
          (page) => this.takeLast(page),
          () => true,
        ),
      );
      const whole = await Promise.all(pages);
      // Of a page that was refused the places are asked again.
      if (whole.every(Boolean)) this.known = alertPlaces;
    } while (this.again);
    this.asking = false;
  }

  private takeLast({ kind, seconds, nanoseconds }: PacketPage): boolean {
    if (kind[0] === PLACE_PACKET) this.lags.push(Date.now() - seconds[0]! * 1000 - nanoseconds[0]! / 1e6);
    return true;
  }

  private take(page: PacketPage): boolean {
    const now = Date.now();
    for (let i = 0; i < page.kind.length; i++) {
      if (page.kind[i] !== PLACE_RULE) continue;
      const rule = JSON.parse(textAt(page.info, i)) as RuleRow;
      if (rule.sid < FIRST_SID || this.seen.has(rule.packet)) continue;
      const packet = page.row.findIndex((row, k) => row === rule.packet && page.kind[k] === PLACE_PACKET);
      if (packet < 0) continue;
      this.seen.add(rule.packet);
      this.delays.push(now - page.seconds[packet]! * 1000 - page.nanoseconds[packet]! / 1e6);
    }
    return true;
  }
}

function send(firstTrigger: number): Promise<Sent> {
  const args = ['netns', 'exec', rig.near, sender, rig.out, file, LONGEST, RATE, SECONDS, TRIGGERS, firstTrigger].map(
    String,
  );
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  return new Promise((resolve) => {
    child.once('close', () => resolve(JSON.parse(said) as Sent));
  });
}

/** Seconds of processor by thread of a process, those of one name together. */
function threadTimes(pid: number): Map<string, number> {
  const out = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    out.set(name, (out.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
  }
  return out;
}

/** Seconds of processor that the whole machine has used. */
function busyTime(): number {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.trim().split(/ +/).slice(1).map(Number);
  // User, nice, system, interrupts of both kinds and what other machines took.
  return [0, 1, 2, 5, 6, 7].reduce((sum, at) => sum + fields[at]!, 0) / 100;
}

interface Outcome {
  readonly sent: Sent;
  readonly delays: readonly number[];
  readonly captured: number;
  readonly kernel: number;
  /** How long after the last packet all rows were there, s. */
  readonly caughtUp: number;
  /** Seconds of processor while packets came, by thread. */
  readonly times: ReadonlyMap<string, number>;
  /** How long until the rules that were read again were asked of everything, s. */
  readonly reload: number | null;
  readonly lags: readonly number[];
  /** Seconds of processor that everything on the machine took while packets came. */
  readonly busy: number;
}

async function phase(host: Served, rows: Rows, firstTrigger: number, rules: string | null): Promise<Outcome> {
  const { client, pid } = host;
  const [before, kernelBefore] = [rows.packets, rows.kernel];
  rows.delays = [];
  rows.lags = [];
  const helper = childOf(pid, 'sightline-capture')!;
  const busyBefore = busyTime();
  const timesBefore = threadTimes(pid).set('helper', cpuOf(helper));
  let reload: Promise<number> | null = null;
  const sending = send(firstTrigger);
  if (rules !== null) {
    await pause(RELOAD_AFTER);
    appendFileSync(
      rules,
      '\n# written again\nalert tcp any any -> any 7778 (msg:"another"; content:"never said"; sid:9000003;)\n',
    );
    const begun = performance.now();
    reload = client.ask('reloadThreat', {}).then(async () => {
      while ((await client.ask('threat', {})).busy) await pause(100);
      return (performance.now() - begun) / 1000;
    });
  }
  const sent = await sending;
  const lags = rows.lags;
  const busy = busyTime() - busyBefore;
  const ended = performance.now();
  const times = new Map(
    [...threadTimes(pid).set('helper', cpuOf(helper))].map(([name, t]) => [name, t - (timesBefore.get(name) ?? 0)]),
  );
  while (performance.now() - ended < PATIENCE * 1000 && rows.delays.length < sent.triggers) await pause(50);
  const caughtUp = (performance.now() - ended) / 1000;
  const reloaded = reload === null ? null : await reload;
  for (let i = 0; i < 100 && (rows.behind > 0 || rows.packets - before < sent.sent); i++) await pause(50);
  return {
    sent,
    delays: rows.delays,
    captured: rows.packets - before,
    kernel: rows.kernel - kernelBefore,
    caughtUp,
    times,
    reload: reloaded,
    lags,
    busy,
  };
}

const file = await cloneOf(PACKETS, true);
const rig = new Rig();
const sender = join(rig.folder, 'paced');

/** What is measured, in order: code that runs for the first time, then the same again, then beside a reload. */
const PHASES = ['the first seconds', 'later', 'rules read again'] as const;

async function run(count: number): Promise<Outcome[]> {
  const rules = join(rig.folder, `${count}.rules`);
  writeFileSync(rules, `${rulesOfShape(count)}${TRIGGER_RULES}\n`);
  const host = await served(rig);
  try {
    const { client } = host;
    await client.ask('hello', { client: 'bench' });
    await client.ask('setThreat', { wish: { rules: [rules], indicators: [], variables: [] } });
    const { rules: asked, refused } = await client.ask('threat', {});
    console.log(`${count} rules: ${asked} are asked, ${refused} refused`);
    const rows = new Rows(client);
    await client.ask('capture', captureOf(rig));
    while ((await client.ask('threat', {})).busy) await pause(100);
    await pause(3_000);
    const outcomes: Outcome[] = [];
    for (const [turn, what] of PHASES.entries())
      outcomes.push(await phase(host, rows, turn * SECONDS * TRIGGERS, what === 'rules read again' ? rules : null));
    await client.ask('close', {});
    return outcomes;
  } finally {
    await host.close();
  }
}

const whole = (v: number): string => Math.round(v).toLocaleString('en-US');

function ours({ times }: Outcome): number {
  return [...times.values()].reduce((sum, t) => sum + t, 0);
}

function row(count: number, what: string, o: Outcome): string[] {
  const ms = (p: number): string => `${whole(share(o.delays, p))} ms`;
  return [
    whole(count),
    what,
    whole(o.sent.offered),
    `${o.delays.length} of ${o.sent.triggers}`,
    ms(0.5),
    ms(0.95),
    `${whole(Math.max(...o.delays))} ms`,
    `${whole(o.sent.sent - o.captured)} of ${whole(o.sent.sent)}`,
    whole(o.kernel),
    `${o.caughtUp.toFixed(1)} s`,
    o.reload === null ? '' : `${o.reload.toFixed(1)} s`,
    `${whole(share(o.lags, 0.5))} ms`,
    `${((o.busy - ours(o)) / o.sent.seconds).toFixed(2)}`,
  ];
}

function timeRows(count: number, what: string, { times, sent }: Outcome): string[][] {
  return [...times]
    .filter(([, seconds]) => seconds > 0.05 * sent.seconds)
    .sort((a, b) => b[1] - a[1])
    .map(([name, seconds]) => [
      whole(count),
      what,
      name,
      `${((seconds / sent.seconds) * 100).toFixed(0)} %`,
      ((seconds / sent.sent) * 1e6).toFixed(1),
    ]);
}

try {
  const built = spawnSync('g++', ['-O2', '-o', sender, join(import.meta.dirname, 'paced.cpp')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  rig.widen(LONGEST);
  const rows: string[][] = [];
  const times: string[][] = [];
  for (const count of COUNTS) {
    for (const [turn, outcome] of (await run(count)).entries()) {
      const what = PHASES[turn]!;
      rows.push(row(count, what, outcome));
      times.push(...timeRows(count, what, outcome));
      console.log(rows.at(-1)!.join(' | '));
      console.log(outcome.delays.map((d) => Math.round(d)).join(' '));
    }
  }
  const head = [
    'rules',
    'meanwhile',
    'offered /s',
    'rows seen',
    'median',
    'p95',
    'most',
    'packets lost',
    'dropped by the kernel',
    'all rows after',
    'rules asked of all after',
    'list behind, median',
    'other processes, processors',
  ];
  const text = [
    '# From a packet to the row of its rule',
    `\`npm run bench:live-rules\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ` +
      `${cpus()[0]?.model ?? 'processor'}. Three times in a row ${whole(RATE * SECONDS)} packets of a real ` +
      `capture are played at ${whole(RATE)} a second over a veth pair between two network namespaces that the bench ` +
      `makes, and ${TRIGGERS} times a second in between a datagram or a new connection with a request that a rule ` +
      'looks for. The helper captures, the host analyses, scores and asks the rules (generated in the shape of ' +
      "Emerging Threats' open set, and two for what is looked for); sender and client share the same processors. A " +
      "delay counts from the kernel's stamp of the packet on which the rule matched to the page of the packet list, " +
      `through the contract, that has the rule's row. Wanted: ${WANTED} ms.`,
    markdown(head, rows),
    '## Where time goes',
    'Processor time while packets came, by thread of the host and of the helper: share of one processor, and ' +
      'microseconds a packet.',
    markdown(['rules', 'meanwhile', 'thread', 'of a processor', 'µs/packet'], times),
  ].join('\n\n');
  writeFileSync(join(ROOT, 'docs', 'bench-live-rules.md'), `${text}\n`);
  console.log(text);
} finally {
  rig.close();
}
