// The thread that asks threat rules of captures: it reads the file by itself, so that nobody who follows flows waits
// for it.
import { parentPort } from 'node:worker_threads';
import { type Message, type RuleCost, saidBy, say } from '../../contract/index.ts';
import {
  CaptureReader,
  type Ending,
  type InflateLimits,
  openCapture,
  type SegmentChange,
  Segments,
  SegmentSource,
} from '../read/index.ts';
import {
  factsOf,
  Profiler,
  type RefusedRule,
  type RuleFacts,
  type RuleProfile,
  ruleVariables,
} from '../rules/index.ts';
import { RuleAsker, type RuleHit, RuleList } from './rule-feed.ts';
import { type ChoiceFiles, readChoices, readRuleFiles, type RuleFiles, type UnreadRules } from './rule-files.ts';

/** What rules are asked: files and folders, and variables that were said. */
export interface RuleWish {
  readonly paths: readonly string[];
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Which rules are asked and how they are changed; all as they are without. */
  readonly choices?: ChoiceFiles;
  /** Rules that are switched off. */
  readonly off?: readonly { readonly gid: number; readonly sid: number }[];
  /** Hashes of files that are carried are wanted, also where there is no rule. */
  readonly files?: boolean;
}

export type RuleOrder =
  | { readonly kind: 'load'; readonly wish: RuleWish }
  | {
      readonly kind: 'run';
      readonly run: number;
      readonly path: string;
      readonly cacheFolder: string;
      readonly limits: InflateLimits | null;
      /** What rules cost is told at the end, and no match. */
      readonly measures: boolean;
      /** Of a capture that grows: the segments that are there, and the row of their first packet. */
      readonly live: { readonly segments: readonly SegmentChange[]; readonly first: number } | null;
    }
  /** Of a capture that grows: a segment came or went, or no more will be written. */
  | { readonly kind: 'segment'; readonly run: number; readonly change: SegmentChange }
  | { readonly kind: 'over'; readonly run: number }
  /** A report of a run was taken. */
  | { readonly kind: 'took' }
  | { readonly kind: 'stop'; readonly run: number };

/** Rules that were read. */
export interface RulesRead {
  readonly files: readonly string[];
  readonly unread: readonly UnreadRules[];
  readonly refused: readonly RefusedRule[];
  readonly facts: readonly RuleFacts[];
  /** Those that are switched off. */
  readonly off: readonly RuleFacts[];
}

export type RuleReport =
  | { readonly kind: 'read'; readonly read: RulesRead }
  | { readonly kind: 'hits'; readonly run: number; readonly reached: number; readonly hits: readonly RuleHit[] }
  | { readonly kind: 'cost'; readonly run: number; readonly cost: MeasuredRules }
  | { readonly kind: 'end'; readonly run: number; readonly ending: Ending }
  /** A segment went before this thread could read it. */
  | { readonly kind: 'behind'; readonly run: number }
  | { readonly kind: 'lost'; readonly run: number; readonly why: Message };

/** What rules cost in one capture. */
export interface MeasuredRules extends Omit<RuleProfile, 'costs'> {
  /** The dearest first, at most a thousand. */
  readonly costs: readonly RuleCost[];
  readonly rules: number;
  readonly packets: number;
}

/** Rules of which it is told what they cost. */
const MOST_COSTS = 1_000;
/** Reports under way at most: whoever takes them slowly is waited for. */
const MAX_REPORTS = 8;
/** Matches of one report, and packets after which the other side hears how far this one is. */
const REPORT_HITS = 1_024;
const REPORT_PACKETS = 8_192;
/** The other side hears at least so often, ms. */
const REPORT_AFTER = 20;
/** A capture that grows is looked at again after this long, ms. */
const LOOK_AGAIN = 10;

/** A capture that grows, as this thread is told of it. */
interface Growing {
  readonly segments: Segments;
  over: boolean;
}

class RuleLoop {
  private files: RuleFiles | null = null;
  private fresh = true;
  private carriers = false;
  private readonly stopped = new Set<number>();
  private readonly growing = new Map<number, Growing>();
  private underWay = 0;
  private wake: (() => void) | null = null;
  private turn: Promise<void> = Promise.resolve();

  obey(order: RuleOrder): void {
    switch (order.kind) {
      case 'load':
        this.load(order.wish);
        break;
      case 'run':
        if (order.live !== null) this.grow(order.run, order.live.segments);
        this.turn = this.turn
          .then(() => this.run(order))
          .catch((error: unknown) => {
            this.say({ kind: 'lost', run: order.run, why: saidBy(error) });
          });
        break;
      case 'segment':
        this.change(this.growing.get(order.run)?.segments, order.change);
        break;
      case 'over': {
        const growing = this.growing.get(order.run);
        if (growing !== undefined) growing.over = true;
        break;
      }
      case 'stop':
        this.stopped.add(order.run);
        this.wake?.();
        break;
      case 'took':
        this.underWay--;
        this.wake?.();
    }
  }

  private load({ paths, variables, choices, off = [], files: carriers = false }: RuleWish): void {
    const known = ruleVariables(variables);
    if ('why' in known) {
      const why = say('rules-odd-variable', { name: known.name, why: known.why });
      this.say({ kind: 'read', read: { files: [], unread: [{ path: '$', why }], refused: [], facts: [], off: [] } });
      return;
    }
    const switchedOff = new Set(off.map(({ gid, sid }) => `${gid}:${sid}`));
    const chosen = choices === undefined ? null : readChoices(choices).choices;
    const files = readRuleFiles(paths, known, chosen, (gid, sid) => switchedOff.has(`${gid}:${sid}`));
    this.files = files;
    this.fresh = true;
    this.carriers = carriers;
    const { unread, ready } = files;
    const { facts } = new RuleList(ready);
    this.say({
      kind: 'read',
      read: { files: files.files, unread, refused: ready.refused, facts, off: files.off.map(factsOf) },
    });
  }

  /** Segments are opened at once, so that they can be read although their names may go. */
  private grow(run: number, segments: readonly SegmentChange[]): void {
    const growing = { segments: new Segments(), over: false };
    this.growing.set(run, growing);
    for (const change of segments) this.change(growing.segments, change);
  }

  private change(segments: Segments | undefined, change: SegmentChange): void {
    if (change.kind === 'add') segments?.add(change.number, change.path, change.begins);
    else segments?.remove(change.number);
  }

  private async run(order: Extract<RuleOrder, { kind: 'run' }>): Promise<void> {
    const { run, path, cacheFolder, limits } = order;
    if (this.stopped.delete(run)) {
      this.letGo(run);
      return;
    }
    // What one capture has put into sets, another does not find there.
    if (!this.fresh) this.files = { ...this.files!, ready: this.files!.again() };
    this.fresh = false;
    let hits: RuleHit[] = [];
    const growing = this.growing.get(run) ?? null;
    const first = order.live?.first ?? 0;
    const profiler = order.measures ? new Profiler() : null;
    const told = (hit: RuleHit): void => {
      if (profiler === null) hits.push(since(hit, first));
    };
    const runner = new RuleAsker(this.files!.ready, this.carriers && profiler === null, told, profiler);
    const opened =
      growing === null
        ? openCapture(path, runner, { cacheFolder, ...(limits === null ? {} : { limits }) })
        : {
            ok: true as const,
            reader: new CaptureReader(new SegmentSource(growing.segments, path, null), runner),
            temporary: false,
          };
    if (!opened.ok) {
      this.say({ kind: 'end', run, ending: opened.ending });
      return;
    }
    const { reader } = opened;
    let toldPackets = 0;
    let toldAt = performance.now();
    const tell = async (reached: number): Promise<void> => {
      for (let at = 0; at === 0 || at < hits.length; at += REPORT_HITS) {
        const last = at + REPORT_HITS >= hits.length;
        // A match may stand at the last packet that was read: only what lies before it is sure to be complete.
        const part = hits.slice(at, at + REPORT_HITS);
        this.say({ kind: 'hits', run, reached: last ? first + reached : 0, hits: part });
        this.underWay++;
        while (this.underWay >= MAX_REPORTS && !this.stopped.has(run)) await this.sleep();
      }
      hits = [];
      toldPackets = runner.packets;
      toldAt = performance.now();
    };
    try {
      while (!this.stopped.has(run)) {
        // What was written before the end was heard of is read after it.
        const over = growing === null || growing.over;
        const more = await reader.step();
        const isTime = runner.packets - toldPackets >= REPORT_PACKETS || performance.now() - toldAt > REPORT_AFTER;
        if (hits.length > 0 || (isTime && runner.packets > toldPackets)) await tell(runner.packets);
        if (growing !== null && growing.segments.missed > 0) {
          await tell(runner.packets);
          this.say({ kind: 'behind', run });
          return;
        }
        if (growing !== null) for (const _ of growing.segments.turnedOver());
        if (more) continue;
        if (over || reader.stream.stopped) break;
        await new Promise((resolve) => {
          setTimeout(resolve, LOOK_AGAIN);
        });
      }
      if (!this.stopped.has(run)) runner.finish();
      await tell(runner.packets);
      if (profiler !== null) this.say({ kind: 'cost', run, cost: measured(profiler, runner.packets) });
      this.say({ kind: 'end', run, ending: reader.ending() });
    } finally {
      reader.close();
      if (opened.temporary) reader.discard();
      this.stopped.delete(run);
      this.letGo(run);
    }
  }

  private letGo(run: number): void {
    this.growing.get(run)?.segments.close();
    this.growing.delete(run);
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private say(report: RuleReport): void {
    parentPort!.postMessage(report);
  }
}

function measured(profiler: Profiler, packets: number): MeasuredRules {
  const { costs, ...rest } = profiler.profile;
  const told = costs
    .slice(0, MOST_COSTS)
    .map(({ rule: { gid, sid, msg }, ...cost }): RuleCost => ({ gid, sid, msg, ...cost }));
  return { ...rest, costs: told, rules: costs.length, packets };
}

/** A match of a run that begins within a capture, with the row that its packet has there. */
function since(hit: RuleHit, first: number): RuleHit {
  return first === 0 ? hit : { ...hit, packet: hit.packet + first };
}

if (parentPort !== null) {
  const loop = new RuleLoop();
  parentPort.on('message', (order: RuleOrder) => loop.obey(order));
}
