// What rules matched on: the buffers that their tests passed in, with the places of what was found. Looks on while a runner
// asks them, and looks into buffers at the packets alone that somebody wants to know of.
import { IPPROTO_TCP } from '../../decode/index.ts';
import { explainSteps } from '../explain-steps.ts';
import { Inspection, type Sets } from '../inspect.ts';
import type { Signature, Step } from '../signature.ts';
import { transformed } from '../transforms.ts';
import { bufferName } from './explain-body.ts';
import { asksPacket } from './kinds.ts';
import type { Look, RuleObserver, Watched } from './observer.ts';
import type { Placed } from './rule-index.ts';
import type { Transaction } from './transaction.ts';
import { sidesOf } from './transaction-tests.ts';

/** Bytes of a buffer that are kept, and of those before what was found first. */
const MOST_HELD = 512;
const BEFORE = 64;
/** Values of one buffer that are looked at. */
const MOST_VALUES = 256;

export interface HeldBuffer {
  /** As rules call it, with its transforms: `http.uri`, `dns.query; to_lowercase`; `stream` and `payload` without one. */
  readonly name: string;
  /** Of the whole buffer. */
  readonly length: number;
  /** Where `bytes` begin in it. */
  readonly from: number;
  readonly bytes: Uint8Array;
  /** What was found, counted from the beginning of `bytes`. */
  readonly marks: readonly { readonly from: number; readonly to: number }[];
}

export interface Held {
  readonly rule: Signature;
  readonly packet: number;
  readonly buffers: readonly HeldBuffer[];
}

export class HeldBuffers implements RuleObserver {
  readonly found: Held[] = [];
  private readonly wanted: (rule: Signature, packet: number) => boolean;
  private inspection!: Inspection;
  private look: Look | null = null;
  private readonly current = new Map<Signature, ReadonlyMap<Transaction | null, readonly HeldBuffer[]>>();

  /** @param packet its number as the runner counts */
  constructor(wanted: (rule: Signature, packet: number) => boolean) {
    this.wanted = wanted;
  }

  watch({ sets }: Watched): void {
    this.inspection = new Inspection(unchanged(sets));
  }

  begin(look: Look): void {
    this.look = look;
    this.current.clear();
  }

  before({ rule, kind }: Placed): void {
    const { look } = this;
    if (look === null || !this.wanted(rule, look.p.number)) return;
    const held = new Map<Transaction | null, readonly HeldBuffer[]>();
    if (kind !== 'transaction') held.set(null, [...this.payload(rule, look), ...this.ofHeaders(rule, look)]);
    else
      for (const t of look.flow?.application?.transactions ?? []) {
        if (rule.applications.includes(t.application))
          held.set(t, [...this.ofTransaction(rule, t, look.p.dir), ...this.payload(rule, look)]);
      }
    this.current.set(rule, held);
  }

  matched(rule: Signature, t: Transaction | null): void {
    const buffers = this.current.get(rule)?.get(t);
    if (buffers === undefined || this.look === null) return;
    this.found.push({ rule, packet: this.look.p.number, buffers });
  }

  end(): void {
    this.look = null;
  }

  private ofTransaction(rule: Signature, t: Transaction, dir: 0 | 1): HeldBuffer[] {
    return rule.buffers.flatMap((test) => {
      if (test.absent !== 'no') return [];
      for (const side of rule.transaction ? sidesOf(t, test.side) : [t.sides[dir]]) {
        this.inspection.littleEndian = side.littleEndian;
        for (const value of (side.values(test.buffer) ?? []).slice(0, MOST_VALUES)) {
          const held = this.held(bufferName(test), transformed(value, test.transforms), test.steps);
          if (held !== null) return [held];
        }
      }
      return [];
    });
  }

  private ofHeaders(rule: Signature, { p }: Look): HeldBuffer[] {
    return rule.buffers.flatMap((test) => {
      const value = test.absent === 'no' ? p.buffer(test.buffer) : null;
      const held = value === null ? null : this.held(bufferName(test), transformed(value, test.transforms), test.steps);
      return held ?? [];
    });
  }

  /** Bytes without a buffer: of the stream where the rule looks there, else of the packet. */
  private payload(rule: Signature, { p, flow }: Look): HeldBuffer[] {
    if (rule.payload.length === 0) return [];
    const ofStream = flow !== null && flow.transport === IPPROTO_TCP && !asksPacket(rule);
    const window = ofStream ? flow.windows[p.dir] : null;
    const held =
      (window?.ready === true ? this.held('stream', window.bytes, rule.payload) : null) ??
      this.held('payload', p.payload, rule.payload);
    return held === null ? [] : [held];
  }

  /** @returns null where the steps do not pass */
  private held(name: string, bytes: Uint8Array, steps: readonly Step[]): HeldBuffer | null {
    this.inspection.begin();
    const told = explainSteps(this.inspection, { bytes, steps, known: 0, elsewhere: () => [] });
    if (!told.passed) return null;
    const places = told.steps.flatMap(({ why }) => {
      const { from, n } = why.values ?? {};
      return why.say === 'explain-found' && typeof from === 'number' && typeof n === 'number'
        ? [{ from, to: from + n }]
        : [];
    });
    const first = places.reduce((least, place) => Math.min(least, place.from), Infinity);
    const from = bytes.length <= MOST_HELD || first === Infinity ? 0 : Math.max(0, first - BEFORE);
    const part = Uint8Array.prototype.slice.call(bytes, from, from + MOST_HELD);
    const marks = places
      .map((place) => ({ from: place.from - from, to: Math.min(place.to - from, part.length) }))
      .filter((place) => place.from < place.to);
    return { name, length: bytes.length, from, bytes: part, marks };
  }
}

/** Sets as they are, which nobody changes: whoever looks on asks before the runner does. */
export function unchanged(sets: Sets): Sets {
  return {
    has: (set, bytes) => sets.has(set, bytes),
    change: () => undefined,
    reputation: (set, bytes) => sets.reputation(set, bytes),
  };
}
