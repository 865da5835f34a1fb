// Why the steps of a rule pass or do not pass the bytes of one buffer: where each was found, and what came nearest.
import { type Message, type RuleStep, say } from '../../contract/index.ts';
import { findBytes, small } from './find-bytes.ts';
import { entropyOf, type Inspection } from './inspect.ts';
import { underMask } from './numbers-in.ts';
import type { Base64Step, ContentStep, NumberPlace, PcreStep, Step, Value } from './signature.ts';
import { bytesText, stepText } from './step-text.ts';
import { base64Decoded } from './transforms.ts';

/** Places of a pattern that are compared when the nearest one is wanted. */
const MAX_PLACES = 10_000;
/** Bytes of other buffers that are looked through. */
const MAX_ELSEWHERE = 4_194_304;

/** Bytes that a pattern may be found in instead: of another buffer, or of the other side. */
export interface Elsewhere {
  readonly name: string;
  readonly otherSide: boolean;
  readonly bytes: Uint8Array;
}

/** What is known of the bytes. */
export interface StepsAsked {
  readonly bytes: Uint8Array;
  readonly steps: readonly Step[];
  /** Bytes that were looked at before: what passes must touch a later one. */
  readonly known: number;
  readonly elsewhere: () => Iterable<Elsewhere>;
}

export interface StepsExplained {
  readonly passed: boolean;
  readonly steps: readonly RuleStep[];
}

/** @param inspection that this is asked with; its variables are changed, its sets must not be */
export function explainSteps(inspection: Inspection, asked: StepsAsked): StepsExplained {
  const { bytes, steps, known } = asked;
  inspection.trail = { now: [], furthest: [] };
  const passed = inspection.passesBeyond(bytes, steps, known);
  const { now, furthest } = inspection.trail;
  const { gaveUp } = inspection;
  inspection.trail = null;
  if (passed) return { passed, steps: alongTrail(inspection, asked, now, steps.length) };
  const old = oldTrail(inspection, asked);
  if (old !== null) {
    const told = alongTrail(inspection, asked, old, steps.length);
    return { passed, steps: [...told, { step: 'stream', passed, why: say('explain-stream-old') }] };
  }
  const reached = furthest.length - 1;
  const told = alongTrail(inspection, asked, furthest, reached);
  const failed = steps[reached]!;
  const why = gaveUp ? say('explain-gave-up') : whyNot(inspection, asked, failed, furthest[reached]!);
  told.push({ step: stepText(failed), passed: false, why });
  for (const s of steps.slice(reached + 1)) told.push({ step: stepText(s), passed: false, why: NOT_REACHED });
  return { passed: false, steps: told };
}

const NOT_REACHED = say('explain-not-reached');

/** The way through bytes that were looked at before, where all steps pass there and no later ones are touched. */
function oldTrail(inspection: Inspection, { bytes, steps, known }: StepsAsked): readonly number[] | null {
  if (known === 0) return null;
  inspection.trail = { now: [], furthest: [] };
  const passed = inspection.passes(bytes, steps);
  const { now } = inspection.trail;
  inspection.trail = null;
  return passed ? now : null;
}

/** What came of the first steps. @param trail the place before each of them and after the last */
function alongTrail(inspection: Inspection, asked: StepsAsked, trail: readonly number[], count: number): RuleStep[] {
  inspection.open(asked.bytes);
  return asked.steps.slice(0, count).map((s, i) => {
    const here = trail[i]!;
    // Variables are filled again on the way.
    const why = whyPassed(inspection, asked, s, here, trail[i + 1] ?? here);
    return { step: stepText(s), passed: true, why };
  });
}

function whyPassed(inspection: Inspection, asked: StepsAsked, s: Step, here: number, next: number): Message {
  const { bytes } = asked;
  switch (s.step) {
    case 'content':
      return s.negated
        ? say('explain-is-not-there')
        : say('explain-found', {
            from: next - s.bytes.length,
            n: s.bytes.length,
            held: bytesText(bytes.subarray(next - s.bytes.length, next)),
          });
    case 'pcre': {
      if (s.negated) return say('explain-is-not-there');
      const from = s.pattern.find(bytes, s.relative ? here : 0);
      const at = from !== null && from.to === next ? from.from : null;
      return at === null
        ? say('explain-found-until', { to: next })
        : say('explain-found', { from: at, n: next - at, held: bytesText(bytes.subarray(at, next)) });
    }
    case 'byte_jump':
      return say('explain-jumped', { value: numberOf(inspection, s, here), to: next });
    case 'byte_extract':
    case 'byte_math':
      inspection.other(s, here);
      return say('explain-computed', {
        value: numberOf(inspection, s, here),
        result: String(inspection.big({ slot: s.into })),
      });
    case 'base64_decode':
      return say('explain-decoded', { held: bytesText(decodedAt(s, bytes, here)) });
    default:
      return factOf(inspection, asked, s, here);
  }
}

/** What a step that has no other place is about, whether it passes or not. */
function factOf(inspection: Inspection, { bytes }: StepsAsked, s: Step, here: number): Message {
  switch (s.step) {
    case 'byte_test':
      return say('explain-read', { value: numberOf(inspection, s, here), other: valueText(inspection, s.value) });
    case 'isdataat':
      return say('explain-length', { bytes: bytes.length, at: (s.relative ? here : 0) + inspection.value(s.at) });
    case 'dataset':
      return inspection.sets.has(s.set, bytes)
        ? say('explain-in-set', { set: s.set })
        : say('explain-not-in-set', { set: s.set });
    case 'datarep': {
      const said = inspection.sets.reputation(s.set, bytes);
      return said === null ? say('explain-not-in-set', { set: s.set }) : say('explain-value', { value: said });
    }
    case 'entropy': {
      const entropy = entropyOf(bytes.subarray(s.offset, s.bytes === 0 ? bytes.length : s.offset + s.bytes));
      return say('explain-entropy', { value: entropy.toFixed(3) });
    }
    default:
      return say('explain-bytes', { bytes: bytes.length });
  }
}

function whyNot(inspection: Inspection, asked: StepsAsked, s: Step, here: number): Message {
  const { bytes } = asked;
  inspection.open(bytes);
  switch (s.step) {
    case 'content':
      return contentMissed(inspection, asked, s, here);
    case 'pcre':
      return pcreMissed(asked, s, here);
    case 'byte_test':
    case 'byte_jump':
    case 'byte_extract':
    case 'byte_math': {
      const read = inspection.read(s, here);
      if (read === null) return unread(inspection, s, here, bytes.length);
      if (s.step === 'byte_jump')
        return say('explain-jump-beyond', { value: String(underMask(read.value, s.mask)), bytes: bytes.length });
      if (s.step === 'byte_math') return say('explain-by-nothing');
      return factOf(inspection, asked, s, here);
    }
    case 'base64_decode': {
      const decoded = decodedAt(s, bytes, here);
      if (decoded.length === 0) return say('explain-not-decoded');
      const inner = s.steps.find(
        (step) => step.step === 'content' && findBytes(decoded, step.bytes, 0, decoded.length, step.nocase) < 0,
      );
      return say('explain-decoded-not', { held: bytesText(decoded), step: stepText(inner ?? s.steps.at(-1) ?? s) });
    }
    default:
      return factOf(inspection, asked, s, here);
  }
}

function contentMissed(inspection: Inspection, asked: StepsAsked, s: ContentStep, here: number): Message {
  const { bytes, elsewhere } = asked;
  if (s.negated) return say('explain-must-not', { at: inspection.search(s, here, -1) });
  const { from, to } = inspection.span(s, here);
  const at = nearest(bytes, s.bytes, s.nocase, from, to - s.bytes.length);
  if (at >= 0) {
    if (s.endsWith && at >= from && at + s.bytes.length <= to)
      return say('explain-not-at-end', { at, bytes: bytes.length });
    return say('explain-outside', { at, from: Math.max(0, from), to: Math.max(0, Math.min(to, bytes.length)) });
  }
  if (!s.nocase) {
    const other = findBytes(bytes, s.bytes.map(small), 0, bytes.length, true);
    if (other >= 0)
      return say('explain-other-case', { at: other, held: bytesText(bytes.subarray(other, other + s.bytes.length)) });
  }
  return (
    foundElsewhere(elsewhere(), (b) => findBytes(b, s.bytes, 0, b.length, s.nocase)) ??
    say('explain-nowhere', { bytes: bytes.length, held: bytesText(bytes) })
  );
}

/** @returns where the pattern stands with the least distance to places `low` to `high`, -1 where it stands nowhere */
function nearest(bytes: Uint8Array, pattern: Uint8Array, nocase: boolean, low: number, high: number): number {
  let best = -1;
  let distance = Infinity;
  let at = findBytes(bytes, pattern, 0, bytes.length, nocase);
  for (let n = 0; at >= 0 && n < MAX_PLACES; n++) {
    const off = at < low ? low - at : Math.max(0, at - high);
    if (off < distance) [best, distance] = [at, off];
    at = findBytes(bytes, pattern, at + 1, bytes.length, nocase);
  }
  return best;
}

function pcreMissed({ bytes, elsewhere }: StepsAsked, s: PcreStep, here: number): Message {
  const from = s.relative ? here : 0;
  if (s.negated) return say('explain-must-not', { at: s.pattern.find(bytes, from)?.from ?? from });
  const before = s.relative ? s.pattern.find(bytes, 0) : null;
  if (before !== null) return say('explain-outside', { at: before.from, from, to: bytes.length });
  return (
    foundElsewhere(elsewhere(), (b) => s.pattern.find(b, 0)?.from ?? -1) ??
    say('explain-nowhere', { bytes: bytes.length, held: bytesText(bytes) })
  );
}

/** Where else it stands: of the same side before the other one, and there in the shortest buffer. */
function foundElsewhere(all: Iterable<Elsewhere>, find: (bytes: Uint8Array) => number): Message | null {
  let best: { readonly where: Elsewhere; readonly at: number; readonly rank: number } | null = null;
  let looked = 0;
  for (const where of all) {
    const rank = where.bytes.length + (where.otherSide ? 2 ** 40 : 0);
    if (looked > MAX_ELSEWHERE || (best !== null && best.rank <= rank)) continue;
    looked += where.bytes.length;
    const at = find(where.bytes);
    if (at >= 0) best = { where, at, rank };
  }
  if (best === null) return null;
  const { where, at } = best;
  const values = { name: where.name, at };
  return where.otherSide ? say('explain-other-side', values) : say('explain-elsewhere', values);
}

function numberOf(inspection: Inspection, s: NumberPlace, here: number): string {
  const read = inspection.read(s, here);
  return read === null ? '' : String(underMask(read.value, s.mask));
}

function unread(inspection: Inspection, s: NumberPlace, here: number, length: number): Message {
  const at = (s.relative ? here : 0) + inspection.value(s.offset);
  const until = at + inspection.value(s.bytes);
  return at < 0 || until > length
    ? say('explain-beyond', { from: at, to: until - 1, bytes: length })
    : say('explain-no-number', { at });
}

function valueText(inspection: Inspection, v: Value): string {
  return String(inspection.big(v));
}

function decodedAt(s: Base64Step, bytes: Uint8Array, here: number): Uint8Array {
  const from = (s.relative ? here : 0) + s.offset;
  if (from >= bytes.length) return new Uint8Array(0);
  const to = s.bytes === null ? bytes.length : Math.min(bytes.length, from + s.bytes);
  return base64Decoded(bytes.subarray(from, to), 'rfc4648');
}
