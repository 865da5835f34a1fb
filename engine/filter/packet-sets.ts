// Sets of packets that the host keeps by a name: rows of statistics whose packets are too many to be written out
// (`frame.set == "expert-1a2b3c4d"`). The name follows from what the set is of, so that it never means another one.
import { type PacketRow, say } from '../../contract/index.ts';
import type { CompiledFilter, ListName, ListRows } from './compile.ts';
import { FilterError } from './lexer.ts';
import type { Subject } from './subject.ts';

export interface PacketSets {
  /** Rows, ascending; null where no set has that name. */
  rowsOf(name: string): Uint32Array | null;
}

const FIELD = /^[\s(]*frame\.set(?![\w.])/;
/** A leaf comes with the parentheses that stand around it. */
const LEAF = /^[\s(]*frame\.set\s*(?:==|\beq\b)\s*"([\w-]{1,64})"[\s)]*$/;

export function namesSet(leaf: string): boolean {
  return FIELD.test(leaf);
}

/** The filter of a set that is kept. */
export function setFilter(name: string): string {
  return `frame.set == "${name}"`;
}

/** @param at where the leaf stands in the filter @throws FilterError where no such set is kept */
export function compileSet<L extends ListName>(
  leaf: string,
  at: number,
  over: L,
  sets: PacketSets | undefined,
): CompiledFilter<ListRows[L]> {
  const name = LEAF.exec(leaf)?.[1];
  if (name === undefined) throw new FilterError(at, leaf.length, say('set-equals', { example: setFilter('…') }));
  const rows = sets?.rowsOf(name) ?? null;
  if (rows === null) throw new FilterError(at, leaf.length, say('no-such-set', { name }));
  const bind = (s: Subject): ((row: number) => boolean) => {
    const within = over === 'packets' ? bytesOf(rows) : flowsOf(rows, s);
    return (row) => within[row] === 1;
  };
  return { features: [], changes: false, special: [], bind: bind as CompiledFilter<ListRows[L]>['bind'] };
}

/** A byte a packet up to the last of the set. */
function bytesOf(rows: Uint32Array): Uint8Array {
  const out = new Uint8Array((rows.at(-1) ?? -1) + 1);
  for (const row of rows) out[row] = 1;
  return out;
}

/** A byte a flow: 1 where it has a packet of the set. */
export function flowsOf(rows: Uint32Array, s: Subject): Uint8Array {
  const { packets, flows } = s.analysis;
  const out = new Uint8Array(flows.columns.count);
  for (const row of rows as Iterable<PacketRow>) {
    const flow = packets.flowOf(row);
    if (flow !== null) out[flow] = 1;
  }
  return out;
}
