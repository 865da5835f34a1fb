// A rule while its options are read, one after the other: what each of them adds to.
import { type Message, say } from '../../contract/index.ts';
import { numberOf } from './integers.ts';
import { MAX_VARIABLES, type SetText } from './rule-texts.ts';
import type {
  BitChange,
  BitTest,
  BufferTest,
  ContentStep,
  CounterChange,
  CounterTest,
  FieldTest,
  FlowTest,
  PacketTest,
  Step,
  Threshold,
  Value,
} from './signature.ts';
import type { Transform } from './transforms.ts';

/** Writable while the rule is read. */
export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Steps for one buffer, in the order in which they were written. */
export interface StepList {
  /** Null: the packet's or the stream's bytes. */
  readonly buffer: string | null;
  readonly transforms: Transform[];
  readonly steps: Open<Step>[];
  absent: BufferTest['absent'];
  readonly side: BufferTest['side'];
}

export type BufferSide = 'toServer' | 'toClient' | 'both';

export class RuleBuilder {
  sid = 0;
  gid = 1;
  rev = 0;
  msg = '';
  classtype: string | null = null;
  priority: number | null = null;
  readonly references: string[] = [];
  readonly metadata: (readonly [string, string])[] = [];
  target: 'none' | 'src_ip' | 'dest_ip' = 'none';
  flow: Open<FlowTest> = { direction: 'both', established: 'any', stateless: false, stream: 'any', fragments: 'any' };
  readonly packetTests: PacketTest[] = [];
  readonly fields: FieldTest[] = [];
  readonly bits: BitTest[] = [];
  readonly counters: CounterTest[] = [];
  readonly bitChanges: BitChange[] = [];
  readonly counterChanges: CounterChange[] = [];
  threshold: Threshold | null = null;
  silent = false;
  /** `alert` was said: a rule that passes is told as well. */
  aloud = false;
  bypass = false;
  /** Applications that keywords of the rule belong to: each keyword narrows them. */
  applications: readonly string[] | null = null;
  /** Sides of the traffic that the rule's buffers are of. */
  readonly sides = new Set<BufferSide>();
  readonly payload: StepList = { buffer: null, transforms: [], steps: [], absent: 'no', side: 'either' };
  readonly lists: StepList[] = [];
  /** The sticky buffer that is open: steps go there. */
  private open: StepList = this.payload;
  /** The list of the last step: what is relative goes there. */
  private lastList: StepList | null = null;
  /** Steps of a base64 look go there once `base64_data` was said. */
  private decoded: Open<Step>[] | null = null;
  private readonly variables = new Map<string, number>();
  readonly seen = new Set<string>();
  /** Sets that the rule names, with what it says of them. */
  readonly sets: SetText[] = [];

  get variableCount(): number {
    return this.variables.size;
  }

  /** Opens a sticky buffer. @param applications that it belongs to */
  enter(
    buffer: string | null,
    applications: readonly string[],
    side: BufferSide,
    only: BufferTest['side'] = 'either',
  ): Message | null {
    this.decoded = null;
    if (buffer === null) {
      this.open = this.payload;
      return null;
    }
    this.open = { buffer, transforms: [], steps: [], absent: 'no', side: only };
    this.lists.push(this.open);
    this.sides.add(only === 'either' ? side : only);
    return this.narrow(applications);
  }

  /** The rule is for these applications only, and for those that it was for before. */
  narrow(applications: readonly string[]): Message | null {
    if (applications.length === 0) return null;
    const before = this.applications;
    const both = before === null ? applications : before.filter((a) => applications.includes(a));
    if (both.length === 0) return say('rule-two-applications', { one: [...(before ?? [])], other: [...applications] });
    this.applications = both;
    return null;
  }

  /** @param relative the step goes where the last one went */
  add(step: Open<Step>, relative = false): void {
    if (this.decoded !== null) {
      this.decoded.push(step);
      return;
    }
    const list = relative && this.open === this.payload && this.lastList !== null ? this.lastList : this.open;
    list.steps.push(step);
    this.lastList = list;
  }

  /** Adds a step to a buffer that is named beside it, as the letters of `pcre` do. */
  addTo(buffer: string, applications: readonly string[], side: BufferSide, step: Open<Step>): Message | null {
    const list = this.listOf(buffer);
    list.steps.push(step);
    this.lastList = list;
    this.sides.add(side);
    return this.narrow(applications);
  }

  /** The last content moves to a buffer, as the old modifiers have it. */
  moveLast(buffer: string, applications: readonly string[], side: BufferSide): Message | null {
    const from = this.lastList;
    const last = this.lastContent();
    if (from === null || last === null || from !== this.payload) return say('rule-nothing-before');
    from.steps.splice(from.steps.lastIndexOf(last), 1);
    return this.addTo(buffer, applications, side, last);
  }

  private listOf(buffer: string): StepList {
    const known = this.lists.find((l) => l.buffer === buffer && l.transforms.length === 0);
    if (known !== undefined) return known;
    const list: StepList = { buffer, transforms: [], steps: [], absent: 'no', side: 'either' };
    this.lists.push(list);
    return list;
  }

  /** The content that a modifier is of: the last one, as in Suricata, whatever was asked since (`bsize`, `pcre`). */
  lastContent(): Open<ContentStep> | null {
    const steps = this.decoded ?? this.lastList?.steps ?? [];
    return steps.findLast((s) => s.step === 'content') ?? null;
  }

  /**
   * The list that transforms go to: that of the open buffer, or a new one of it where something was asked already. Null
   * without a buffer.
   */
  forTransform(): StepList | null {
    const { open } = this;
    if (open.buffer === null) return null;
    if (open.steps.length === 0) return open;
    this.open = { buffer: open.buffer, transforms: [...open.transforms], steps: [], absent: 'no', side: open.side };
    this.lists.push(this.open);
    return this.open;
  }

  get openList(): StepList {
    return this.open;
  }

  /** What comes now looks into what base64 says. */
  enterDecoded(): boolean {
    for (const list of [this.lastList, this.open, this.payload]) {
      const step = list?.steps.findLast((s) => s.step === 'base64_decode');
      if (step?.step !== 'base64_decode') continue;
      this.decoded = step.steps as Open<Step>[];
      return true;
    }
    return false;
  }

  /** A new variable, or one of the same name. @returns null where there are too many */
  variable(name: string): number | null {
    const known = this.variables.get(name);
    if (known !== undefined) return known;
    if (this.variables.size === MAX_VARIABLES) return null;
    const slot = this.variables.size;
    this.variables.set(name, slot);
    return slot;
  }

  /** @returns a number or a variable that an earlier option has named; null where the text is neither */
  value(text: string): Value | null {
    const t = text.trim();
    if (/^-\d+$/.test(t)) return Number(t);
    const number = numberOf(t);
    if (number !== null) return number;
    const slot = this.variables.get(t);
    return slot === undefined ? null : { slot };
  }
}
