// How a filter is answered. Its skeleton's leaves are ours (flows, verdicts, marks), or Wireshark's and known of the
// columns, or known to Wireshark's engine alone. A leaf says yes, no, or that the engine has to be asked; the engine is
// asked the largest parts of the filter that are Wireshark's, in their own words.
import { type Message, type PacketRow, type Row, say } from '../../contract/index.ts';
import { inChunk, MARK_HEADER, MARK_LAYERS } from '../decode/index.ts';
import type { Answers, Asker } from './asker.ts';
import { compileFilter, type CompiledFilter, type ListName, type ListRows } from './compile.ts';
import { FilterError } from './lexer.ts';
import { expandMacros, NO_MACROS } from './macros.ts';
import { mistakeOf } from './mistake.ts';
import { mayHoldOthers } from './embedded.ts';
import type { Special } from './field.ts';
import { cannotCarry } from './needs.ts';
import { compileSet, namesSet } from './packet-sets.ts';
import { NoSkeleton, type Skeleton, skeletonOf } from './scan.ts';
import type { Subject } from './subject.ts';
import type { Predicate } from './tests.ts';

/** No, yes, or: ask the engine. */
export const NO = 0;
export const YES = 1;
export const ASK = 2;
export type Three<R extends Row> = (row: R) => 0 | 1 | 2;

export interface FilterPlan<R extends Row> {
  /** The filter with its macros written out. */
  readonly text: string;
  /** Features whose columns must be there before it is bound. */
  readonly features: readonly string[];
  /** It names fields that are ours. */
  readonly ours: boolean;
  /** Its answer for a row may change while the capture is read. */
  readonly changes: boolean;
  /** The largest parts that are Wireshark's alone: what an engine is asked that has the whole capture. */
  readonly parts: readonly string[];
  /** Leaves of which columns know nothing: what an engine is asked that has some packets; of flows, packets are asked. */
  readonly leaves: readonly string[];
  /** Fields of the columns that need work first or leave something open. */
  readonly special: readonly Special[];
  /** As far as the columns tell. @param whole the engine takes the capture whole and is asked when in doubt */
  columns(s: Subject, whole: boolean): Three<R>;
  /** With the answers to `parts`, or else to `leaves`: for each a byte a row. */
  answered(s: Subject, answers: Answers['rows'], whole: boolean): Predicate<R>;
}

type Part = { readonly asked: number } & (
  | { readonly kind: 'or' | 'xor' | 'and'; readonly left: Part; readonly right: Part }
  | { readonly kind: 'not'; readonly inner: Part }
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
);

interface Leaf {
  readonly text: string;
  /** What columns tell of it, null for nothing. */
  readonly compiled: CompiledFilter<Row> | null;
  readonly ours: boolean;
  /** Its place among the leaves that the engine is asked. */
  readonly asked: number;
}

const OURS = /^(?:flow|feature|incident|rule|indicator)\.|^frame\.(?:marked|ignored|ref_time|comment|set)$|^_ws\.col\./;
const WORDS = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[\w.\u0080-\uffff-]+/g;

/** Whether a text names a field that is no field of Wireshark's, or one of which its engine knows nothing. */
function hasOurs(text: string): boolean {
  return (text.match(WORDS) ?? []).some((word) => OURS.test(word));
}

/**
 * @returns null for an empty filter
 * @throws FilterError with the place of the mistake
 */
export async function planFilter<L extends ListName>(
  source: string,
  over: L,
  asker: Asker,
): Promise<FilterPlan<ListRows[L]> | null> {
  const expanded = expandMacros(source, asker.macros ?? NO_MACROS);
  try {
    refuseReferences(expanded.text);
    const skeleton = wholeSkeleton(expanded.text);
    return skeleton === null ? null : await new Planner(expanded.text, over, asker).plan(skeleton);
  } catch (error) {
    throw error instanceof FilterError ? expanded.placed(error) : error;
  }
}

const QUOTED_OR_REFERENCE = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\$(?:\{[^}]*\}?|@?[\w.-]+)/g;

/** The engine knows of no packet that is selected: it would take a field of it as one without values, and find nothing. */
function refuseReferences(text: string): void {
  for (const { 0: found, index } of text.matchAll(QUOTED_OR_REFERENCE))
    if (found.startsWith('$')) throw new FilterError(index, found.length, lonely(found));
}

function lonely(found: string): Message {
  const [name] = /\w*$/.exec(found)!;
  return found === `$${name}`
    ? say('macro-without-brackets', { braces: `\${${name}}`, brackets: `$${name}(…)` })
    : say('field-reference', { text: found });
}

function wholeSkeleton(text: string): Skeleton | null {
  try {
    return skeletonOf(text);
  } catch (error) {
    if (error instanceof NoSkeleton) return { kind: 'leaf', from: 0, to: text.length };
    throw error;
  }
}

class Planner<L extends ListName> {
  private readonly source: string;
  private readonly over: L;
  private readonly asker: Asker;
  private readonly features = new Set<string>();
  private changes = false;
  private readonly parts: string[] = [];
  private readonly leaves: string[] = [];
  private readonly special: Special[] = [];

  constructor(source: string, over: L, asker: Asker) {
    this.source = source;
    this.over = over;
    this.asker = asker;
  }

  async plan(skeleton: Skeleton): Promise<FilterPlan<ListRows[L]>> {
    const { features, parts, leaves, special } = this;
    const root = await this.part(skeleton, true);
    return {
      text: this.source,
      features: [...features],
      ours: hasOurs(this.source),
      changes: this.changes || leaves.length > 0,
      parts,
      leaves,
      special,
      columns: (s, whole) => columnsOf(root, s, whole) as Three<ListRows[L]>,
      answered: (s, answers, whole) => answeredBy(root, s, answers, whole) as Predicate<ListRows[L]>,
    };
  }

  /** @param top no part around it is Wireshark's alone, so that this one is asked if it is */
  private async part(node: Skeleton, top: boolean): Promise<Part> {
    const text = this.source.slice(node.from, node.to);
    const pure = top && !hasOurs(text) && !hasXor(node) && (await this.check(node));
    const asked = pure ? this.parts.push(text) - 1 : -1;
    const within = top && !pure;
    if (node.kind === 'leaf') return { kind: 'leaf', leaf: this.leaf(node), asked };
    if (node.kind === 'not') return { kind: 'not', inner: await this.part(node.inner, within), asked };
    const left = await this.part(node.left, within);
    return { kind: node.kind, left, right: await this.part(node.right, within), asked };
  }

  private leaf(node: Skeleton): Leaf {
    const text = this.source.slice(node.from, node.to);
    const ours = hasOurs(text);
    if (namesSet(text)) return { text, compiled: this.setOf(text, node.from), ours, asked: -1 };
    try {
      const compiled = compileFilter(text, this.over);
      for (const feature of compiled?.features ?? []) this.features.add(feature);
      if (compiled?.changes === true) this.changes = true;
      this.special.push(...(compiled?.special ?? []));
      return { text, compiled: compiled as CompiledFilter<Row> | null, ours, asked: -1 };
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      if (ours) throw new FilterError(error.at + node.from, error.length, error.said);
      return { text, compiled: null, ours, asked: this.leaves.push(text) - 1 };
    }
  }

  private setOf(text: string, at: number): CompiledFilter<Row> {
    return compileSet(text, at, this.over, this.asker.sets) as CompiledFilter<Row>;
  }

  /**
   * The engine says whether a part is a filter; of a mistake we say the place.
   * @returns false where the engine cannot say so of the whole part: its leaves are asked then
   */
  private async check(node: Skeleton): Promise<boolean> {
    const text = this.source.slice(node.from, node.to);
    const checked = await this.asker.check(text);
    if (checked.kind === 'mistake') throw await this.mistake(node, checked.text);
    if (checked.kind === 'filter') return true;
    if (node.kind !== 'leaf') return false;
    try {
      compileFilter(text, 'packets');
      return true;
    } catch {
      throw new FilterError(node.from, node.to - node.from, say('engine-not-there'));
    }
  }

  /** The leaf that is wrong by itself has the mistake; if none is, the part has. */
  private async mistake(node: Skeleton, said: string): Promise<FilterError> {
    for (const leaf of leavesOf(node)) {
      const text = this.source.slice(leaf.from, leaf.to);
      const checked = leaf === node ? ({ kind: 'mistake', text: said } as const) : await this.asker.check(text);
      if (checked.kind === 'mistake') return mistakeOf(text, leaf.from, checked.text);
    }
    return mistakeOf(this.source.slice(node.from, node.to), node.from, said);
  }
}

/** The bundled engine aborts on a set within xor, so that xor is always ours. */
function hasXor(node: Skeleton): boolean {
  if (node.kind === 'leaf') return false;
  if (node.kind === 'not') return hasXor(node.inner);
  return node.kind === 'xor' || hasXor(node.left) || hasXor(node.right);
}

function leavesOf(node: Skeleton): Skeleton[] {
  if (node.kind === 'leaf') return [node];
  return node.kind === 'not' ? leavesOf(node.inner) : [...leavesOf(node.left), ...leavesOf(node.right)];
}

function columnsOf(part: Part, s: Subject, whole: boolean): Three<Row> {
  if (part.kind === 'leaf') return leafOf(part.leaf, s, whole);
  if (part.kind === 'not') {
    const inner = columnsOf(part.inner, s, whole);
    return (row) => OTHER[inner(row)]!;
  }
  return joined(part.kind, columnsOf(part.left, s, whole), columnsOf(part.right, s, whole));
}

const OTHER = [YES, NO, ASK] as const;

function joined(kind: 'or' | 'xor' | 'and', left: Three<Row>, right: Three<Row>): Three<Row> {
  if (kind === 'xor') {
    return (row) => {
      const l = left(row);
      const r = right(row);
      if (l === ASK || r === ASK) return ASK;
      return l === r ? NO : YES;
    };
  }
  const settles = kind === 'or' ? YES : NO;
  return (row) => {
    const l = left(row);
    if (l === settles) return settles;
    const r = right(row);
    if (r === settles) return settles;
    return l === ASK ? ASK : r;
  };
}

/**
 * Rows that have more than one IP header right behind the link's are told by a walk over the packet. Where the engine
 * takes the capture whole it is asked about them instead: it is the authority.
 */
function leafOf({ compiled, ours, text }: Leaf, s: Subject, whole: boolean): Three<Row> {
  const { packets } = s.analysis;
  const plain = (row: Row): boolean =>
    (packets.chunk(row as PacketRow).marks[inChunk(row as PacketRow)]! & MARK_LAYERS) === 0 &&
    !mayHoldOthers(s.analysis, row as PacketRow);
  if (compiled === null) {
    const impossible = cannotCarry(text, s);
    const toldWhole = (row: Row): boolean =>
      (packets.chunk(row as PacketRow).marks[inChunk(row as PacketRow)]! & (MARK_LAYERS | MARK_HEADER)) !==
        MARK_LAYERS && !mayHoldOthers(s.analysis, row as PacketRow);
    return impossible === null ? () => ASK : (row) => (toldWhole(row) && impossible(row as PacketRow) ? NO : ASK);
  }
  const is = compiled.bind(s);
  if (whole && compiled.special.some((field) => field.engineFirst === true)) return () => ASK;
  if (ours || !whole || FRAMES.test(text)) return (row) => (is(row) ? YES : NO);
  return (row) => {
    if (!plain(row)) return ASK;
    return is(row) ? YES : NO;
  };
}

/** What a record says of a frame, and its bytes, are the same whatever is in it. */
const FRAMES = /^frame(?:\.\w+)?\s/;

function answeredBy(part: Part, s: Subject, answers: Answers['rows'], whole: boolean): Predicate<Row> {
  const asLeaf = part.kind === 'leaf' ? part.leaf.asked : -1;
  const given = whole ? part.asked : asLeaf;
  if (given >= 0) {
    const rows = answers[given]!;
    return (row) => rows[row] === 1;
  }
  if (part.kind === 'leaf') return part.leaf.compiled!.bind(s);
  if (part.kind === 'not') {
    const inner = answeredBy(part.inner, s, answers, whole);
    return (row) => !inner(row);
  }
  const left = answeredBy(part.left, s, answers, whole);
  const right = answeredBy(part.right, s, answers, whole);
  if (part.kind === 'xor') return (row) => left(row) !== right(row);
  return part.kind === 'or' ? (row) => left(row) || right(row) : (row) => left(row) && right(row);
}
