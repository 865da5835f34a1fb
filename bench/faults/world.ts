// What faults are brought upon: small disks for state and captures, a host that is started again when it ends, a live
// capture that always runs, a capture that is read again and again; and what must hold after each fault.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LABELS, type Label } from '../../contract/index.ts';
import { testRandom } from '../../engine/testing/packets.ts';
import { pause, Rig } from '../capture/rig.ts';
import { ROOT, SAMPLE, smallDisk, unmount } from '../state/rig.ts';
import { difference, type FlowTable, flowTable } from './flows.ts';
import { Host, type HostPlace, LIMIT, type Pane, there } from './host.ts';
import { type Expected, LiveRun, type Over } from './live-run.ts';
import { Totals } from './totals.ts';

const STATE_DISK = 48_000_000;
const CAPTURE_DISK = 64_000_000;
const RULE = 'alert tcp any any -> any 7 (msg:"never"; content:"what nobody ever says"; sid:9000001;)\n';
/** Flows of the live capture that are looked at to be labelled. */
const LIVE_FLOWS = 512;

/** A folder in which somebody may write meanwhile. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

export class World {
  readonly rig = new Rig();
  readonly totals = new Totals();
  readonly data = join(this.rig.folder, 'state');
  readonly captures = join(this.data, 'captures');
  readonly cache = join(this.rig.folder, 'cache');
  /** The capture that is read: a copy, which may be damaged. */
  readonly replay = join(this.rig.folder, 'replay.pcapng');
  readonly place: HostPlace;
  random: () => number = testRandom(1);
  host: Host | null = null;
  run: LiveRun | null = null;
  /** Labels of the capture that is read, by place of the flow. */
  readonly labels: Expected<number> = new Map();
  private undisturbed: FlowTable | null = null;
  /** Session whose reading was begun and not looked at yet. */
  private reading: number | null = null;
  /** Labels whose bytes the campaign may have destroyed: they may be gone, where something is said. */
  private isDestroyable = false;
  private isStrange = false;
  /** A capture of a damaged folder, which must be opened or refused. */
  private strangeFolder: string | null = null;
  /** The live capture of the host before, whose files and labels nobody has looked at. */
  private left: LiveRun | null = null;

  constructor(root = ROOT) {
    const { folder } = this.rig;
    const library = join(folder, 'clock.so');
    const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'clock.c')]);
    if (built.status !== 0) throw new Error(built.stderr.toString());
    this.place = {
      data: this.data,
      cache: this.cache,
      control: join(folder, 'control'),
      clock: { library, step: join(folder, 'step') },
      root,
    };
    this.stepClock(0);
    if (!smallDisk(this.data, STATE_DISK) || !smallDisk(this.captures, CAPTURE_DISK)) throw new Error('needs root');
    mkdirSync(this.cache, { mode: 0o700 });
    this.freshReplay();
  }

  freshReplay(): void {
    rmSync(this.replay, { force: true });
    copyFileSync(SAMPLE, this.replay);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  /** From 0 to most - 1. */
  whole(most: number): number {
    return Math.floor(this.random() * most);
  }

  /** What the fault was, for reports. */
  note(what: string): void {
    this.totals.note(what);
  }

  /** The fault hit the bytes of labels themselves. */
  destroyable(): void {
    this.isDestroyable = true;
  }

  /** Once what the fault did is seen, the state is begun anew. */
  renew(): void {
    this.isStrange = true;
  }

  strange(folder: string): void {
    this.strangeFolder = folder;
    this.isStrange = true;
  }

  trouble(what: string): void {
    this.totals.trouble(what);
  }

  /** The host's wall clock is this many seconds off; in place, since running programs look at the file. */
  stepClock(seconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Math.round(seconds)) * 1_000_000_000n);
    const { step } = this.place.clock;
    const fd = openSync(step, existsSync(step) ? 'r+' : 'w');
    writeSync(fd, bytes, 0, 8, 0);
    closeSync(fd);
  }

  /** The host that runs, started where there is none; what it finds of the one before is looked at. */
  async up(): Promise<Host> {
    if (this.host !== null && this.host.exit === null) return this.host;
    this.reading = null;
    const begun = performance.now();
    const host = await Host.start(this.rig, this.place);
    this.host = host;
    this.totals.took('start', performance.now() - begun);
    const rules = join(this.rig.folder, 'own.rules');
    writeFileSync(rules, RULE);
    await host.ask(host.live, 'setThreat', { wish: { rules: [rules], indicators: [], allow: [], variables: [] } });
    if (this.undisturbed === null) await this.firstLook(host);
    if (this.left !== null) {
      const { left } = this;
      this.left = null;
      const listed = await host.ask(host.live, 'interrupted', {});
      const known = listed.at === 'answered' ? listed.value.captures.map(({ path }) => path) : [];
      if (![...known, ...host.offered].includes(left.folder))
        this.trouble('a capture that a kill interrupted is not said to be');
      await this.labelsOf(host, left);
      left.remove();
    }
    await this.capture(host);
    return host;
  }

  /** What is seen while nothing is disturbed: twice, so that it is known to be the same. */
  private async firstLook(host: Host): Promise<void> {
    await this.open();
    await this.shown(host);
    this.undisturbed = await flowTable(host, host.reading);
    if (this.undisturbed === null || this.undisturbed.rows.length === 0) throw new Error('there are no flows');
  }

  get flows(): FlowTable {
    return this.undisturbed!;
  }

  /** Begins a live capture where none runs. */
  async capture(host: Host): Promise<void> {
    const begun = await LiveRun.begin(host, this.rig);
    if (typeof begun === 'string') this.trouble(`a live capture does not begin: ${begun}`);
    else this.run = begun;
  }

  /** The host was killed: its capture is looked at once another one runs. */
  async fell(): Promise<void> {
    const { run, host } = this;
    this.host = null;
    if (host !== null) this.totals.late.push(...host.late);
    if (run === null) return;
    this.run = null;
    this.count(await run.cut());
    this.left = run;
  }

  /** The live capture has ended by a fault, or is ended in order: its packets and labels are looked at. */
  async settle(how: 'whole' | 'cut', keep = false): Promise<void> {
    const { run, host } = this;
    if (run === null || host === null) return;
    this.run = null;
    // A host that is gone though nobody ended it: what it had told as captured has to be there.
    const gone = host.exit;
    if (how === 'whole' && gone !== null) this.trouble(`the host is gone: ${gone.signal ?? `code ${gone.code}`}`);
    this.count(how === 'whole' && gone === null ? await run.whole(host) : await run.cut());
    await this.labelsOf(host, run);
    await this.open();
    if (!keep) run.remove();
  }

  /** Files of the capture that runs are gone by the campaign's doing: its end says so. */
  async destroyed(): Promise<void> {
    const { run, host } = this;
    if (run === null || host === null) return;
    this.run = null;
    await run.drop();
    await host.ask(host.live, 'control', { action: 'stop' });
    if (!(await host.until(() => host.live.state?.phase !== 'live'))) this.trouble('the capture does not end');
    if (host.live.state?.message === null) this.trouble('a capture whose files are gone has ended without a word');
    run.remove();
  }

  private count(over: Over): void {
    const { totals } = this;
    totals.add('captures');
    totals.add('sent', over.sent);
    totals.add('onDisk', over.onDisk);
    totals.add('lost', over.lost.length);
    if (over.lost.length > 0)
      this.trouble(`${over.lost.length} packets are lost, the first are ${over.lost.slice(0, 5).join(', ')}`);
    if (over.odd > 0) this.trouble(`${over.odd} packets stand twice or out of order`);
  }

  /** Opens the capture that is read, and does not wait for it. @returns the host's sentence where it refuses */
  async open(path = this.replay): Promise<string | null> {
    const { host } = this;
    if (host === null) return null;
    // What was read once comes from the index; it is read anew half of the time.
    if (this.random() < 0.5) remove(join(this.cache, 'index'));
    const said = await host.ask(host.reading, 'open', { path });
    if (said.at === 'answered') this.reading = said.value.session;
    return said.at === 'refused' ? said.why : null;
  }

  /** Waits until the capture that was opened is read. @returns whether it was, in time */
  async shown(host: Host): Promise<boolean> {
    const done = await host.until(() => {
      const { state } = host.reading;
      return state?.session === this.reading && (state.phase === 'done' || state.phase === 'failed');
    });
    if (!done && host.exit === null) {
      host.late.push('reading');
      this.trouble(`reading does not end: ${host.reading.state?.phase ?? 'nothing is shown'}`);
    }
    return done;
  }

  /** What must hold after every fault. @param damaged the capture that is read may be another by now */
  async check(): Promise<void> {
    const fresh = this.host === null || this.host.exit !== null;
    if (this.host !== null && this.host.exit !== null) await this.fell();
    const host = await this.up();
    if (!fresh && this.reading !== null && (await this.shown(host))) await this.compare(host, true);
    this.freshReplay();
    const refused = await this.open();
    if (refused !== null) this.trouble(`the capture is refused: ${refused}`);
    if (await this.shown(host)) await this.compare(host, false);
    await this.checkLive(host);
    await this.giveSome(host);
    for (const kind of host.late.splice(0)) {
      this.totals.late.push(kind);
      this.trouble(`'${kind}' had no answer within ${LIMIT / 1000} s`);
    }
    if (this.strangeFolder !== null) {
      await this.open(this.strangeFolder);
      await this.shown(host);
    }
    if (this.isStrange) await this.anew();
  }

  /** State is begun anew: what the campaign has destroyed does not meet the next fault. */
  async anew(): Promise<void> {
    await this.killHost();
    this.left = null;
    this.labels.clear();
    this.isDestroyable = this.isStrange = false;
    this.strangeFolder = null;
    for (const folder of [this.captures, this.data])
      for (const name of readdirSync(folder))
        if (join(folder, name) !== this.captures) rmSync(join(folder, name), { recursive: true, force: true });
    remove(join(this.cache, 'index'));
  }

  /** Labels are not there any more: lost, or gone with bytes that the campaign itself overwrote. */
  private missing(host: Host, count: number, which: string): void {
    if (count === 0) return;
    if (this.isDestroyable && host.said.length > 0) return this.totals.add('labelsDestroyed', count);
    this.totals.add(this.isDestroyable ? 'labelsUnsaid' : 'labelsLost', count);
    this.trouble(`${count} labels are not there${this.isDestroyable ? ', and nothing is said' : ''}: ${which}`);
  }

  /** @param disturbed a fault came while it was read: the host may have given up, and says so */
  private async compare(host: Host, disturbed: boolean): Promise<void> {
    const state = host.reading.state!;
    const isSaid = state.message !== null || state.status === 'partial' || state.phase === 'failed';
    if (disturbed && isSaid) {
      if (state.message === null) this.trouble(`reading is ${state.phase} without a word`);
      this.totals.add('saidBroken');
      return;
    }
    // Labels are shown once they are read from the store, and rules may judge again.
    const wanted = (table: FlowTable): string | null => difference(this.flows, table) ?? this.wrongLabel(table);
    let table: FlowTable | null = null;
    for (const end = performance.now() + 3_000; performance.now() < end; await pause(50)) {
      table = await flowTable(host, host.reading);
      if (table !== null && wanted(table) === null) break;
    }
    this.totals.add('compared');
    if (table === null) return this.trouble('the flows are not shown');
    const differs = difference(this.flows, table);
    if (differs !== null) {
      this.totals.add('differing');
      return this.trouble(`verdicts differ: ${differs}`);
    }
    const wrong = [...this.labels].filter(([at, allowed]) => !allowed.has(table.labels[at]!));
    this.missing(host, wrong.length, this.wrongLabel(table) ?? '');
    for (const [at] of wrong) this.labels.set(at, new Set([table.labels[at]!]));
  }

  private wrongLabel(table: FlowTable): string | null {
    for (const [at, allowed] of this.labels)
      if (!allowed.has(table.labels[at]!))
        return `flow ${at} is ${table.labels[at] ?? 'unlabelled'}, not ${[...allowed].join(' or ')}`;
    return null;
  }

  /** The live capture goes on, or has said why not, and another one is begun. */
  private async checkLive(host: Host): Promise<void> {
    const { run } = this;
    if (run === null) return this.capture(host);
    const before = run.tell(host);
    if (await host.until(() => run.tell(host) > before || host.live.state?.phase !== 'live', LIMIT)) {
      if (host.live.state?.phase === 'live') return;
    } else this.trouble('the live capture stands still and says nothing');
    if (host.live.state?.message === null) this.trouble('the live capture has ended without a word');
    this.totals.add('saidEnded');
    await this.settle('cut');
    await this.capture(host);
  }

  /** Labels one flow of each capture. */
  async giveSome(host: Host): Promise<void> {
    await this.label(host, this.whole(this.flows.rows.length), this.pick([...LABELS, null]));
    const { run } = this;
    if (run === null) return;
    const live = await flowTable(host, host.live, LIVE_FLOWS);
    if (live === null || live.ids.length === 0) return;
    const at = this.whole(live.ids.length);
    await this.give(host, host.live, run.labels, live.ids[at]!, live.flows[at]!, this.pick(LABELS));
  }

  /** @param at of the capture that is read */
  label(host: Host, at: number, label: Label | null): Promise<'answered' | 'refused' | 'gone' | 'late'> {
    return this.give(host, host.reading, this.labels, at, this.flows.flows[at]!, label);
  }

  private async give(
    host: Host,
    pane: Pane,
    known: Expected<number>,
    key: number,
    flow: FlowTable['flows'][number],
    label: Label | null,
  ): Promise<'answered' | 'refused' | 'gone' | 'late'> {
    const before = known.get(key) ?? new Set([null]);
    const said = await host.ask(pane, 'label', { flows: [flow], label });
    if (said.at === 'answered') {
      // A flow that is not read yet has no label, and the answer says that none was changed.
      if (said.value.changed === 0) return 'refused';
      this.totals.add('labelsGiven');
      known.set(key, new Set([label]));
    } else if (said.at === 'refused') {
      this.totals.add('labelsRefused');
      known.set(key, before);
    } else known.set(key, new Set([...before, label]));
    return said.at;
  }

  /** Opens a live capture that is over and asks whether its labels are there. */
  private async labelsOf(host: Host, run: LiveRun): Promise<void> {
    const refused = await this.open(run.folder);
    if (refused !== null) {
      // Nothing of it came to the disk, or nothing is left of it.
      if (run.labels.size > 0 && existsSync(run.folder)) this.trouble(`a live capture is not opened: ${refused}`);
      return;
    }
    if (!(await this.shown(host))) return;
    const wrong = (table: FlowTable): [number, string][] =>
      [...run.labels].flatMap(([id, allowed]): [number, string][] => {
        const label = table.labels[table.ids.indexOf(id)] ?? null;
        return allowed.has(label) ? [] : [[id, `${label ?? 'unlabelled'} instead of ${[...allowed].join(' or ')}`]];
      });
    let found: [number, string][] = [];
    for (const end = performance.now() + 3_000; performance.now() < end; await pause(50)) {
      const table = await flowTable(host, host.reading);
      found = table === null ? [] : wrong(table);
      if (table !== null && found.length === 0) break;
    }
    this.missing(host, found.length, `a live capture's ${found[0]?.join(' is ') ?? ''}`);
  }

  /** The host is killed, and what it began is gone with it. */
  async killHost(): Promise<void> {
    const { host } = this;
    if (host === null) return;
    const helpers = host.below('sightline-capture');
    this.run?.tell(host);
    host.kill('SIGKILL');
    await host.ended;
    await this.gone(helpers);
    await this.fell();
  }

  /** Processes end by themselves once their host has. */
  async gone(pids: readonly number[]): Promise<void> {
    for (const end = performance.now() + LIMIT; pids.some(there); await pause(10))
      if (performance.now() > end) return this.trouble('a process of a host that ended is still there after 10 s');
  }

  async close(): Promise<void> {
    if (this.host !== null && this.host.exit === null) {
      await this.settle('whole');
      this.host.kill('SIGTERM');
      await this.host.ended;
    }
    unmount(this.captures);
    unmount(this.data);
    this.rig.close();
  }
}
