// What rules ask of one transaction of an application: its buffers, numbers and events.
import type { Inspection } from '../inspect.ts';
import { type NumberTest, passes } from '../integers.ts';
import type { BufferTest, FieldTest, PacketAsk, Signature, Step } from '../signature.ts';
import { transformed } from '../transforms.ts';
import { type Transaction, type TransactionSide } from './transaction.ts';

/** Whether one side of a transaction, or both for `=>`, is as a rule wants it. */
export function transactionPasses(inspection: Inspection, rule: Signature, t: Transaction, dir: 0 | 1): boolean {
  const side = t.sides[dir];
  if (rule.transaction) {
    return (
      rule.buffers.every((test) => sidesOf(t, test.side).some((s) => bufferPasses(inspection, test, s))) &&
      rule.fields.every((f) => sidesOf(t, f.side).some((s) => fieldPasses(f, s)))
    );
  }
  if (side.progress === 0) return false;
  if (!rule.packetTests.every((test) => !isOfTransaction(test.ask) || side.events.has(test.ask.event))) return false;
  return (
    rule.buffers.every((test) => bufferPasses(inspection, test, side)) && rule.fields.every((f) => fieldPasses(f, side))
  );
}

function bufferPasses(inspection: Inspection, test: BufferTest, side: TransactionSide): boolean {
  const values = side.values(test.buffer);
  const final = side.isFinal(test.buffer);
  if (values === undefined) return final && test.absent !== 'no';
  if (test.absent === 'yes') return false;
  if (!final && !onlyFinds(test.steps)) return false;
  inspection.littleEndian = side.littleEndian;
  return values.some((v) => inspection.passes(transformed(v, test.transforms), test.steps));
}

/** Sides of a transaction that a test of a rule for whole transactions is about. */
export function sidesOf(t: Transaction, side: BufferTest['side']): readonly TransactionSide[] {
  if (side === 'either') return t.sides;
  return [t.sides[side === 'toServer' ? 0 : 1]];
}

/** Events of applications belong to a transaction. */
export function isOfTransaction(ask: PacketAsk): ask is Extract<PacketAsk, { of: 'event' }> {
  return ask.of === 'event' && ask.event.startsWith('app.');
}

/** Steps that more bytes cannot make untrue. */
export function onlyFinds(steps: readonly Step[]): boolean {
  return steps.every((s) => {
    switch (s.step) {
      case 'content':
        return !s.negated && !s.endsWith;
      case 'pcre':
        return !s.negated;
      case 'isdataat':
        return !s.negated;
      case 'bsize':
      case 'entropy':
      case 'dataset':
      case 'datarep':
        return false;
      default:
        return true;
    }
  });
}

/** Whether a count that passes does so however many come. */
function onlyGrows(test: NumberTest): boolean {
  return test.is === 'more' || test.is === 'atLeast';
}

/** Values of a number that an application told. */
export function fieldPasses(f: FieldTest, side: TransactionSide): boolean {
  const all = side.numbers(f.field) ?? [];
  const values = f.part === null ? all : all.slice(f.part[0], f.part[1]);
  const { of, test } = f;
  switch (of) {
    case 'count':
      return (side.isWhole || onlyGrows(test)) && passes(test, values.length);
    case 'any':
      return values.some((n) => passes(test, n));
    case 'all':
      return side.isWhole && values.length > 0 && values.every((n) => passes(test, n));
    case 'anyOrAbsent':
      return values.length === 0 ? side.isWhole : values.some((n) => passes(test, n));
    case 'allOrAbsent':
      return side.isWhole && values.every((n) => passes(test, n));
    default:
  }
  if ('passing' in of)
    return (side.isWhole || onlyGrows(of.passing)) && passes(of.passing, values.filter((n) => passes(test, n)).length);
  const one = values.at(of.at);
  return one === undefined ? of.orBeyond && side.isWhole : passes(test, one);
}
