// Whether the bytes of one buffer pass the steps of a rule, in their order and relative to each other.
import { passes } from './integers.ts';
import { numberAt, underMask } from './numbers-in.ts';
import { findBytes } from './find-bytes.ts';
import { MAX_VARIABLES } from './rule-texts.ts';
import type {
  Base64Step,
  ByteExtractStep,
  ByteJumpStep,
  ByteMathStep,
  ByteTestStep,
  ContentStep,
  NumberPlace,
  PcreStep,
  Step,
  Value,
} from './signature.ts';
import { base64Decoded } from './transforms.ts';

/** How often one buffer may be tried again at another place of an earlier pattern. */
const MAX_TRIES = 3_000;
/** Bytes that a regular expression or base64 is given count as a try: 12 MB of them are the most for one buffer. */
const TRY_BITS = 12;
/**
 * Bytes that patterns may be looked for in, over all tries of one buffer: a pattern that is not there is looked for to the
 * buffer's end at each place of the one before it. Beside them four times the buffer's own.
 */
const MAX_LOOKED = 1_048_576;

const NOTHING = new Uint8Array(0);

/** Sets that rules look buffers up in and put them into. */
export interface Sets {
  has(set: string, bytes: Uint8Array): boolean;
  change(set: string, bytes: Uint8Array, there: boolean): void;
  /** @returns null where the set does not hold the bytes */
  reputation(set: string, bytes: Uint8Array): number | null;
}

/** Where a rule matched: bytes of a buffer, for those who want to see why. */
export interface Span {
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

/** The place before each step and behind the last one: of the try that is under way, and of the one that came furthest. */
export interface Trail {
  now: number[];
  furthest: number[];
}

/** One look at one buffer. The object is used again. */
export class Inspection {
  private readonly variables = new BigUint64Array(MAX_VARIABLES);
  readonly sets: Sets;
  private bytes: Uint8Array = NOTHING;
  private steps: readonly Step[] = [];
  private tries = 0;
  private looked = 0;
  /** Byte order of the DCE/RPC data that is looked at. */
  littleEndian = false;
  /** Kept where somebody wants to know. */
  spans: Span[] | null = null;
  /** Kept where somebody wants to know; of what passes, `now` is the way. */
  trail: Trail | null = null;
  /** The furthest step that was reached, -1 without steps, and whether looking ended because it was tried too often. */
  furthest = -1;
  gaveUp = false;

  constructor(sets: Sets) {
    this.sets = sets;
  }

  /** Forgets variables: a rule begins. */
  begin(): void {
    this.variables.fill(0n);
  }

  /** Whether all steps pass. Variables that earlier buffers of the rule have filled are known. */
  passes(bytes: Uint8Array, steps: readonly Step[]): boolean {
    this.bytes = bytes;
    this.steps = steps;
    this.tries = 0;
    this.looked = 0;
    this.furthest = -1;
    this.gaveUp = false;
    const passed = this.from(0, 0);
    this.bytes = NOTHING;
    this.steps = [];
    return passed;
  }

  /** Looks at what was decoded in the middle of a look: tries are counted on. */
  private innerPasses(bytes: Uint8Array, steps: readonly Step[]): boolean {
    const { bytes: outer, steps: outerSteps, furthest, trail } = this;
    this.bytes = bytes;
    this.steps = steps;
    this.trail = null;
    this.furthest = -1;
    const passed = this.from(0, 0);
    this.bytes = outer;
    this.steps = outerSteps;
    this.furthest = furthest;
    this.trail = trail;
    return passed;
  }

  /**
   * As `passes`, of bytes of which the first ones were looked at before: what passes must touch a later one.
   * @param known bytes that were looked at before
   */
  passesBeyond(bytes: Uint8Array, steps: readonly Step[], known: number): boolean {
    if (known === 0) return this.passes(bytes, steps);
    this.mustReach = known;
    this.reached = 0;
    const passed = this.passes(bytes, steps);
    this.mustReach = 0;
    return passed;
  }

  /** Bytes that steps are asked of one by one. */
  open(bytes: Uint8Array): void {
    this.bytes = bytes;
  }

  private mustReach = 0;
  private reached = 0;

  /** A number of a rule, or what a variable holds. */
  value(v: Value): number {
    return typeof v === 'number' ? v : Number(this.variables[v.slot]!);
  }

  /** @param at first step to pass @param last end of what was found before */
  private from(at: number, last: number): boolean {
    let here = last;
    for (let i = at; i < this.steps.length; i++) {
      const s = this.steps[i]!;
      if (this.trail !== null) this.trail.now[i] = here;
      if (i > this.furthest) this.reach(i);
      switch (s.step) {
        case 'content': {
          if (s.negated) {
            if (this.search(s, here, -1) >= 0) return false;
            continue;
          }
          if (!isRelative(this.steps[i + 1])) {
            const found = this.latest(s, here);
            if (found < 0) return false;
            here = found + s.bytes.length;
            if (here > this.reached) this.reached = here;
            this.spans?.push({ step: i, from: found, to: here });
            continue;
          }
          return this.tryContent(s, i, here);
        }
        case 'pcre': {
          if (s.negated || !isRelative(this.steps[i + 1])) {
            const from = s.relative ? here : 0;
            this.spend(from, this.bytes.length);
            const isAsked = this.spans === null && this.trail === null && this.mustReach === 0;
            if (s.negated || (isAsked && !this.relativeAfter(i))) {
              if (s.pattern.isIn(this.bytes, from) === s.negated) return false;
              continue;
            }
            const found = s.pattern.find(this.bytes, from);
            if (found === null) return false;
            here = found.to;
            this.spans?.push({ step: i, from: found.from, to: found.to });
            continue;
          }
          return this.tryPcre(s, i, here);
        }
        default: {
          const moved = this.other(s, here);
          if (moved < 0) return false;
          here = moved;
          if (s.step === 'base64_decode' && s.steps.length > 0) return true;
        }
      }
    }
    if (this.trail !== null) this.trail.now[this.steps.length] = here;
    return here > this.mustReach || this.reached > this.mustReach || this.mustReach === 0;
  }

  /** Whether a later step may stand relative to this one. */
  private relativeAfter(at: number): boolean {
    for (let i = at + 1; i < this.steps.length; i++) if (isRelative(this.steps[i])) return true;
    return false;
  }

  private reach(step: number): void {
    this.furthest = step;
    if (this.trail !== null) this.trail.furthest = this.trail.now.slice(0, step + 1);
  }

  /** Later places of a pattern are tried while what follows it, relative to it, does not pass. */
  private tryContent(s: ContentStep, at: number, last: number): boolean {
    let found = this.search(s, last, -1);
    while (found >= 0) {
      const kept = this.spans?.length ?? 0;
      this.spans?.push({ step: at, from: found, to: found + s.bytes.length });
      if (this.from(at + 1, found + s.bytes.length)) return true;
      if (this.spans !== null) this.spans.length = kept;
      if (++this.tries > MAX_TRIES || this.isLong()) {
        this.gaveUp = true;
        return false;
      }
      found = this.search(s, last, found + 1);
    }
    return false;
  }

  private tryPcre(s: PcreStep, at: number, last: number): boolean {
    const from = s.relative ? last : 0;
    let found = s.pattern.find(this.bytes, from);
    while (found !== null) {
      const kept = this.spans?.length ?? 0;
      this.spans?.push({ step: at, from: found.from, to: found.to });
      if (this.from(at + 1, found.to)) return true;
      if (this.spans !== null) this.spans.length = kept;
      const isTooOften = ++this.tries > MAX_TRIES || this.isLong();
      if (isTooOften || found.from + 1 > this.bytes.length) {
        if (isTooOften) this.gaveUp = true;
        return false;
      }
      this.spend(from, this.bytes.length);
      found = s.pattern.find(this.bytes, from, found.from + 1);
    }
    return false;
  }

  private isLong(): boolean {
    return this.looked > MAX_LOOKED + 4 * this.bytes.length;
  }

  private spend(from: number, to: number): void {
    this.tries += (to - from) >>> TRY_BITS;
  }

  /** Where a pattern stands, of several places one that touches what is new. */
  private latest(s: ContentStep, last: number): number {
    const first = this.search(s, last, -1);
    if (this.mustReach === 0 || first < 0 || first + s.bytes.length > this.mustReach) return first;
    const later = this.search(s, last, this.mustReach - s.bytes.length + 1);
    return later < 0 ? first : later;
  }

  /**
   * @param last end of what was found before @param again first place to look at, -1 for the first time
   * @returns where the pattern stands, -1 where it does not
   */
  search(s: ContentStep, last: number, again: number): number {
    const { length } = this.bytes;
    const span = this.span(s, last);
    let { from } = span;
    const { to } = span;
    if (again > from) from = again;
    if (s.endsWith) {
      const only = length - s.bytes.length;
      if (only < from || length > to) return -1;
      from = only;
    }
    const found = findBytes(this.bytes, s.bytes, from, to, s.nocase);
    const end = found < 0 ? Math.min(to, length) : found;
    if (end > from) this.looked += end - from;
    return found;
  }

  /** Where a pattern may stand by what it says of places. @param last end of what was found before */
  span(s: ContentStep, last: number): { readonly from: number; readonly to: number } {
    const { length } = this.bytes;
    let from = 0;
    let to = length;
    if (s.distance !== null || s.within !== null) {
      const distance = s.distance === null ? 0 : this.value(s.distance);
      from = Math.max(0, last + distance);
      if (s.within !== null) to = Math.min(length, last + distance + this.value(s.within));
    } else {
      const offset = s.offset === null ? 0 : this.value(s.offset);
      from = offset;
      if (s.depth !== null) to = Math.min(length, offset + this.value(s.depth));
    }
    if (s.startsWith) to = Math.min(to, from + s.bytes.length);
    return { from, to };
  }

  /** @returns the place after the step, -1 where it does not pass */
  other(s: Exclude<Step, ContentStep | PcreStep>, here: number): number {
    switch (s.step) {
      case 'byte_test':
        return this.byteTest(s, here) ? here : -1;
      case 'byte_jump':
        return this.jump(s, here);
      case 'byte_extract':
        return this.extract(s, here);
      case 'byte_math':
        return this.compute(s, here);
      case 'isdataat': {
        const at = this.value(s.at);
        const there = s.relative ? here + at <= this.bytes.length : at < this.bytes.length;
        return there !== s.negated ? here : -1;
      }
      case 'bsize':
        return passes(s.test, this.bytes.length) ? here : -1;
      case 'entropy': {
        const end = s.bytes === 0 ? this.bytes.length : s.offset + s.bytes;
        return s.passes(entropyOf(this.bytes.subarray(s.offset, end))) ? here : -1;
      }
      case 'base64_decode':
        return this.decode(s, here) ? here : -1;
      case 'dataset': {
        if (s.operation === 'set' || s.operation === 'unset') {
          // What changes nothing does not pass: a rule with `set` tells of the first time.
          const known = this.sets.has(s.set, this.bytes);
          if (known === (s.operation === 'set')) return -1;
          this.sets.change(s.set, this.bytes, s.operation === 'set');
          return here;
        }
        return this.sets.has(s.set, this.bytes) === (s.operation === 'isset') ? here : -1;
      }
      case 'datarep': {
        const said = this.sets.reputation(s.set, this.bytes);
        return said !== null && passes(s.test, said) ? here : -1;
      }
    }
  }

  /** The number of a step, null where its bytes are not there. */
  read(s: NumberPlace, here: number): { readonly value: bigint; readonly end: number } | null {
    const at = (s.relative ? here : 0) + this.value(s.offset);
    const bytes = this.value(s.bytes);
    const told = this.littleEndian ? 'little' : 'big';
    const endian = s.endian === 'dce' ? told : s.endian;
    const value = numberAt(this.bytes, at, bytes, endian, s.text);
    return value === null ? null : { value, end: at + bytes };
  }

  /** As `value`, of 64 bits. */
  big(v: Value): bigint {
    return typeof v === 'number' ? BigInt.asUintN(64, BigInt(v)) : this.variables[v.slot]!;
  }

  private byteTest(s: ByteTestStep, here: number): boolean {
    const read = this.read(s, here);
    if (read === null) return false;
    const value = underMask(read.value, s.mask);
    const other = this.big(s.value);
    return compared(value, s.operator, other) !== s.negated;
  }

  private jump(s: ByteJumpStep, here: number): number {
    const read = this.read(s, here);
    if (read === null) return -1;
    let by = Number(underMask(read.value, s.mask)) * s.multiplier;
    if (s.align) by = Math.ceil(by / 4) * 4;
    by += this.value(s.postOffset);
    const from = { here: read.end, beginning: 0, end: this.bytes.length }[s.from];
    const to = Math.max(0, from + by);
    return to < this.bytes.length ? to : -1;
  }

  private extract(s: ByteExtractStep, here: number): number {
    const read = this.read(s, here);
    if (read === null) return -1;
    let value = underMask(read.value, s.mask) * BigInt(s.multiplier);
    if (s.align > 0) {
      const align = BigInt(s.align);
      value = ((value + align - 1n) / align) * align;
    }
    this.variables[s.into] = value;
    return read.end;
  }

  private compute(s: ByteMathStep, here: number): number {
    const read = this.read(s, here);
    if (read === null) return -1;
    const operand = this.big(s.operand);
    if (s.operator === '/' && operand === 0n) return -1;
    const value = BigInt.asUintN(64, computed(read.value, s.operator, operand));
    this.variables[s.into] = underMask(value, s.mask);
    return read.end;
  }

  private decode(s: Base64Step, here: number): boolean {
    const from = (s.relative ? here : 0) + s.offset;
    if (from >= this.bytes.length) return false;
    const to = s.bytes === null ? this.bytes.length : Math.min(this.bytes.length, from + s.bytes);
    this.spend(from, to);
    const decoded = base64Decoded(this.bytes.subarray(from, to), 'rfc4648');
    if (decoded.length === 0) return false;
    return s.steps.length === 0 || this.innerPasses(decoded, s.steps);
  }
}

function compared(a: bigint, operator: ByteTestStep['operator'], b: bigint): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '=':
      return a === b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    case '&':
      return (a & b) !== 0n;
    case '^':
      return (a ^ b) !== 0n;
  }
}

function computed(a: bigint, operator: ByteMathStep['operator'], b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '<<':
      return b > 63n ? 0n : a << b;
    case '>>':
      return b > 63n ? 0n : a >> b;
  }
}

/** Whether a step stands relative to the one before it. */
export function isRelative(s: Step | undefined): boolean {
  if (s === undefined) return false;
  switch (s.step) {
    case 'content':
      return s.distance !== null || s.within !== null;
    case 'pcre':
    case 'isdataat':
    case 'byte_test':
    case 'byte_jump':
    case 'byte_extract':
    case 'byte_math':
    case 'base64_decode':
      return s.relative;
    default:
      return false;
  }
}

/** Shannon's entropy of bytes, in bits a byte. */
export function entropyOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const counts = new Uint32Array(256);
  for (const b of bytes) counts[b]!++;
  let sum = 0;
  for (const n of counts) if (n > 0) sum -= (n / bytes.length) * Math.log2(n / bytes.length);
  return sum;
}
