// In which order rules are asked of one packet: what passes first, and what sets a bit before what asks for it.
import type { Signature } from '../signature.ts';

const ACTIONS: readonly string[] = [
  'pass',
  'drop',
  'reject',
  'rejectsrc',
  'rejectdst',
  'rejectboth',
  'alert',
  'config',
];

function actionRank(s: Signature): number {
  return ACTIONS.indexOf(s.action);
}

/** Rules that set come first, those that set and ask next, those that ask last; the others between. */
function memoryRank(sets: boolean, asks: boolean): number {
  if (sets) return asks ? 1 : 0;
  return asks ? 3 : 2;
}

function bitRank(s: Signature, scope: 'flow' | 'other'): number {
  const of = (x: { readonly scope: string }): boolean => (scope === 'flow') === (x.scope === 'flow');
  return memoryRank(s.bitChanges.some(of), s.bits.some(of));
}

export function inOrder(rules: readonly Signature[]): readonly Signature[] {
  const keys = new Map(
    rules.map((s) => [
      s,
      [
        actionRank(s),
        bitRank(s, 'flow'),
        memoryRank(s.counterChanges.length > 0, s.counters.length > 0),
        bitRank(s, 'other'),
        s.priority,
      ],
    ]),
  );
  return [...rules].sort((a, b) => {
    const [x, y] = [keys.get(a)!, keys.get(b)!];
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return a.sid - b.sid;
  });
}

/** Sorts in place. Few are noted at once, as a rule. */
export function inOrderOfPlaces(places: number[]): void {
  if (places.length > 32) {
    places.sort((a, b) => a - b);
    return;
  }
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!;
    let at = i;
    for (; at > 0 && places[at - 1]! > place; at--) places[at] = places[at - 1]!;
    places[at] = place;
  }
}
