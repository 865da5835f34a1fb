// Why what a rule asks of bytes, buffers and numbers fits a packet, a stream or an exchange, or does not.
import { type RuleStep, say } from '../../../contract/index.ts';
import { IPPROTO_TCP } from '../../decode/index.ts';
import { type Elsewhere, explainSteps, type StepsExplained } from '../explain-steps.ts';
import type { Inspection } from '../inspect.ts';
import type { BufferTest, FieldTest, Signature } from '../signature.ts';
import { bytesText, testText } from '../step-text.ts';
import { transformed } from '../transforms.ts';
import type { Look } from './observer.ts';
import { asksOfParts, asksPacket } from './kinds.ts';
import { DONE, type Transaction, type TransactionSide } from './transaction.ts';
import { fieldPasses, isOfTransaction, onlyFinds, sidesOf } from './transaction-tests.ts';

/** Values of one buffer that are looked at one by one. */
const MAX_VALUES = 64;

/** Bytes without a buffer: of the stream, then of the packet, as the runner looks at them. */
export function payloadSteps(inspection: Inspection, rule: Signature, look: Look): RuleStep[] {
  if (rule.payload.length === 0) return [];
  const { p, flow, part } = look;
  const stream =
    rule.transport !== 'tcp-pkt' && rule.flow.stream !== 'no' && flow !== null && flow.transport === IPPROTO_TCP;
  const onlyStream = rule.transport === 'tcp-stream' || rule.flow.stream === 'only';
  let told: RuleStep[] | null = null;
  const ofPacket = asksPacket(rule);
  if (stream && !ofPacket) {
    const window = flow.windows[p.dir];
    const waits = { step: 'stream', passed: false, why: say('explain-stream-waits', { bytes: 2_560 }) };
    if (!window.ready) told = [waits];
    else {
      const { bytes } = window;
      const asked = { bytes, steps: rule.payload, known: window.count - window.fresh };
      const { passed, steps } = explainSteps(inspection, { ...asked, elsewhere: () => streamsOf(look, true) });
      told = [{ step: 'stream', passed: true, why: say('explain-payload-stream', { bytes: bytes.length }) }, ...steps];
      if (passed) return told;
    }
  }
  if (onlyStream) return told ?? [{ step: 'stream', passed: false, why: say('explain-stream-not-asked') }];
  if (stream && part && !ofPacket && !asksOfParts(rule))
    return told ?? [{ step: 'payload', passed: false, why: say('explain-part-of-stream') }];
  if (p.payload.length === 0) return told ?? [{ step: 'payload', passed: false, why: say('explain-payload-none') }];
  const asked = { bytes: p.payload, steps: rule.payload, known: 0, elsewhere: () => streamsOf(look, false) };
  const { steps } = explainSteps(inspection, asked);
  const here = [
    { step: 'payload', passed: true, why: say('explain-payload-packet', { bytes: p.payload.length }) },
    ...steps,
  ];
  return told === null || passedOf(here) >= passedOf(told) ? here : told;
}

function passedOf(steps: readonly RuleStep[]): number {
  return steps.every((s) => s.passed) ? Infinity : steps.filter((s) => s.passed).length;
}

/** @param ofStream whether the stream of this side was looked at already */
function* streamsOf({ p, flow }: Look, ofStream: boolean): Generator<Elsewhere> {
  if (flow === null) return;
  if (!ofStream) yield { name: 'stream', otherSide: false, bytes: flow.windows[p.dir].bytes };
  yield { name: 'stream', otherSide: true, bytes: flow.windows[p.dir === 0 ? 1 : 0].bytes };
  for (const t of flow.application?.transactions ?? []) yield* buffersOf(t, p.dir, null);
}

function* buffersOf(t: Transaction, dir: 0 | 1, but: string | null): Generator<Elsewhere> {
  for (const side of [dir, dir === 0 ? 1 : 0] as const) {
    for (const [name, bytes] of t.sides[side].all()) {
      if (side === dir && name === but) continue;
      yield { name, otherSide: side !== dir, bytes };
    }
  }
}

/** Buffers of a packet's headers. */
export function packetBufferSteps(inspection: Inspection, rule: Signature, { p }: Look): RuleStep[] {
  return rule.buffers.flatMap((test) => {
    const bytes = p.buffer(test.buffer);
    if (bytes === null) return [missing(test, test.absent !== 'no', 'none')];
    if (test.absent === 'yes') return [there(test, bytes)];
    return valueSteps(inspection, test, bytes, () => []).steps;
  });
}

/** What is asked of an exchange: its events, buffers and numbers. */
export function transactionSteps(inspection: Inspection, rule: Signature, t: Transaction, dir: 0 | 1): RuleStep[] {
  const side = t.sides[dir];
  const out: RuleStep[] = [];
  if (!rule.transaction) {
    if (side.progress === 0) out.push({ step: t.application, passed: false, why: say('explain-nothing-yet') });
    for (const { ask, keyword, said } of rule.packetTests) {
      if (!isOfTransaction(ask)) continue;
      const events = [...side.events].map((e) => e.replace(/^app\./, ''));
      const why = events.length === 0 ? say('explain-no-event') : say('explain-event', { events });
      out.push({ step: `${keyword}:${said}`, passed: side.events.has(ask.event), why });
    }
  }
  const sides = (of: BufferTest['side']): readonly TransactionSide[] => (rule.transaction ? sidesOf(t, of) : [side]);
  for (const test of rule.buffers) {
    const tried = sides(test.side).map((s) => bufferSteps(inspection, test, s, t));
    out.push(...(tried.find((e) => e.passed) ?? furthest(tried)).steps);
  }
  for (const f of rule.fields) out.push(fieldStep(f, sides(f.side)));
  return out;
}

function furthest(tried: readonly StepsExplained[]): StepsExplained {
  return tried.reduce((a, b) => (passedOf(b.steps) > passedOf(a.steps) ? b : a));
}

function bufferSteps(inspection: Inspection, test: BufferTest, side: TransactionSide, t: Transaction): StepsExplained {
  const values = side.values(test.buffer);
  const final = side.isFinal(test.buffer);
  if (values === undefined || values.length === 0) {
    const other = t.sides[side === t.sides[0] ? 1 : 0].values(test.buffer)?.[0];
    const passed = values === undefined && final && test.absent !== 'no';
    const step = missing(test, passed, final || test.absent !== 'no' ? 'none' : 'not-yet');
    if (passed || other === undefined) return { passed, steps: [step] };
    const why = say('explain-buffer-other-side', { held: bytesText(other) });
    return { passed, steps: [{ ...step, why }] };
  }
  if (test.absent === 'yes') return { passed: false, steps: [there(test, values[0] ?? new Uint8Array(0))] };
  if (!final && !onlyFinds(test.steps)) {
    const why = say('explain-buffer-growing', { bytes: values[0]?.length ?? 0 });
    return { passed: false, steps: [{ step: bufferName(test), passed: false, why }] };
  }
  inspection.littleEndian = side.littleEndian;
  const dir = side === t.sides[0] ? 0 : 1;
  const tried = values
    .slice(0, MAX_VALUES)
    .map((v) => valueSteps(inspection, test, v, () => buffersOf(t, dir, test.buffer)));
  const first = tried.find((e) => e.passed);
  if (first !== undefined) return first;
  // Of an answer with hundreds of names the later ones are asked, and not told of unless one passes.
  const later = values.slice(MAX_VALUES).find((v) => inspection.passes(transformed(v, test.transforms), test.steps));
  return later === undefined ? furthest(tried) : valueSteps(inspection, test, later, () => []);
}

function valueSteps(
  inspection: Inspection,
  test: BufferTest,
  value: Uint8Array,
  elsewhere: () => Iterable<Elsewhere>,
): StepsExplained {
  const bytes = transformed(value, test.transforms);
  const { passed, steps } = explainSteps(inspection, { bytes, steps: test.steps, known: 0, elsewhere });
  const why = say('explain-buffer', { bytes: bytes.length, held: bytesText(bytes) });
  return { passed, steps: [{ step: bufferName(test), passed: true, why }, ...steps] };
}

/** As a rule writes it: its name and its transforms. */
export function bufferName(test: BufferTest): string {
  return [test.buffer, ...test.transforms.map((t) => t.do)].join('; ');
}

function missing(test: BufferTest, passed: boolean, how: 'none' | 'not-yet'): RuleStep {
  const step = `${bufferName(test)}${test.absent === 'no' ? '' : '; absent'}`;
  if (passed) return { step, passed, why: say('explain-buffer-absent') };
  return { step, passed, why: how === 'none' ? say('explain-buffer-none') : say('explain-buffer-not-yet') };
}

function there(test: BufferTest, bytes: Uint8Array): RuleStep {
  const why = say('explain-buffer-there', { held: bytesText(bytes) });
  return { step: `${bufferName(test)}; absent`, passed: false, why };
}

/** Which of several values are asked, as the rule says it. */
function ofText({ of, part }: FieldTest): string {
  const slice = part === null ? '' : `,${part[0]}:${part[1]}`;
  if (typeof of === 'string') {
    const words = { any: '', all: ',all', count: ',count', anyOrAbsent: ',or_absent', allOrAbsent: ',all_or_absent' };
    return `${words[of]}${slice}`;
  }
  if ('passing' in of) return `,nb${testText(of.passing)}${slice}`;
  return `${of.orBeyond ? ',oob_or ' : ','}${of.at}${slice}`;
}

function fieldStep(f: FieldTest, sides: readonly TransactionSide[]): RuleStep {
  const passed = sides.some((s) => fieldPasses(f, s));
  const values = sides.flatMap((s) => s.numbers(f.field) ?? []);
  const step = `${f.field}:${testText(f.test)}${ofText(f)}`;
  if (f.of === 'count' && !sides.every((s) => s.progress === DONE)) {
    if (!passed) return { step, passed, why: say('explain-buffer-not-yet') };
  }
  if (values.length === 0) return { step, passed, why: say('explain-no-value') };
  return { step, passed, why: say('explain-values', { values: values.slice(0, 16).map(String) }) };
}
