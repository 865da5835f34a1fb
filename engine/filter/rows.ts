// The rows that a filter lets through: first as far as the columns tell, then with the engine's answers for the rest.
import { type Message, packetRow, type Row } from '../../contract/index.ts';
import { type Answers, type Asker, NotWhole, type Turns } from './asker.ts';
import type { ListName, ListRows } from './compile.ts';
import { type FoundSoFar, SoFar } from './found-so-far.ts';
import { flowsOf } from './packet-sets.ts';
import { ASK, type FilterPlan, planFilter, YES } from './plan.ts';
import type { Subject } from './subject.ts';

export interface Matching {
  /** Rows, ascending. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** What the answer leaves open, null for nothing. */
  readonly partial: Message | null;
}

/** Rows between two looks at the clock. */
const STEP = 256;

export interface Extent {
  /** The first row that is asked about. */
  readonly from?: number;
  /** Hears of packets that are found while the engine still answers, all of them each time, ascending. */
  readonly soFar?: FoundSoFar | null;
}

/**
 * Rows that a plan lets through.
 * @throws SaidError where the engine is needed and cannot answer
 */
export async function matching<L extends ListName>(
  plan: FilterPlan<ListRows[L]>,
  over: L,
  s: Subject,
  asker: Asker,
  turns: Turns,
  extent: Extent = {},
): Promise<Matching> {
  return over === 'packets'
    ? ofPackets(plan as FilterPlan<ListRows['packets']>, s, asker, turns, extent)
    : ofFlows(plan as FilterPlan<ListRows['flows']>, s, asker, turns, extent.from ?? 0);
}

async function ofPackets(
  plan: FilterPlan<ListRows['packets']>,
  s: Subject,
  asker: Asker,
  turns: Turns,
  extent: Extent,
): Promise<Matching> {
  const { from = 0, soFar = null } = extent;
  const { whole } = asker;
  // An engine that has the whole capture is asked where columns leave something open.
  const needed = whole ? [] : plan.special;
  for (const field of needed) await field.prepare?.(s, turns);
  const doubt = needed.map((field) => field.doubt?.(s) ?? null).find((said) => said !== null) ?? null;
  const total = s.analysis.packets.count;
  const found = new Rows();
  const told = plan.columns(s, whole);
  let wanted: Uint8Array | null = null;
  // Rows before the first that the engine is asked about are known already.
  for (let row = packetRow(from); row < total; row++) {
    const is = told(row);
    if (is === YES) found.add(row);
    else if (is === ASK) (wanted ??= new Uint8Array(total))[row] = 1;
    if ((row & (STEP - 1)) === 0 && turns.due) {
      turns.done = (0.5 * (row - from)) / (total - from);
      await turns.rest();
    }
  }
  if (wanted === null) return { rows: found.all(), partial: doubt };
  let answers: Answers;
  const shown = soFar === null || whole ? null : new SoFar(found.all(), wanted, soFar);
  try {
    answers = await asker.ask(whole ? plan.parts : plan.leaves, wanted, s, turns, (rows, of) =>
      shown?.answered(of, plan.answered(s, rows, whole)),
    );
  } catch (error) {
    if (error instanceof NotWhole && !asker.whole) return ofPackets(plan, s, asker, turns, extent);
    throw error;
  }
  const { rows, partial } = answers;
  const lets = plan.answered(s, rows, whole);
  const all = new Rows();
  const yes = found.all();
  let next = 0;
  for (let row = packetRow(from); row < total; row++) {
    if (yes[next] === row) {
      next++;
      all.add(row);
    } else if (wanted[row] === 1 && lets(row)) all.add(row);
    if ((row & (STEP - 1)) === 0 && turns.due) await turns.rest();
  }
  return { rows: all.all(), partial: partial ?? doubt };
}

/** What the engine says of the flows that a plan asks it about: for each leaf a byte a flow. */
export async function flowAnswers(
  plan: FilterPlan<ListRows['flows']>,
  s: Subject,
  asker: Asker,
  turns: Turns,
): Promise<{ readonly answers: readonly Uint8Array[]; readonly partial: Message | null }> {
  let partial: Message | null = null;
  const answers: Uint8Array[] = [];
  for (const leaf of plan.leaves) {
    const asked = await planFilter(leaf, 'packets', asker);
    const answer = await ofPackets(asked!, s, asker, turns, {});
    partial ??= answer.partial;
    answers.push(flowsOf(answer.rows, s));
  }
  return { answers, partial };
}

/** A flow is let through by a part that asks for packets when it has such a packet. */
async function ofFlows(
  plan: FilterPlan<ListRows['flows']>,
  s: Subject,
  asker: Asker,
  turns: Turns,
  from: number,
): Promise<Matching> {
  const { answers, partial } = await flowAnswers(plan, s, asker, turns);
  const total = s.analysis.flows.columns.count;
  const lets = plan.answered(s, answers, false);
  const found = new Rows();
  for (let row = from as ListRows['flows']; row < total; row++) {
    if (lets(row)) found.add(row);
    if ((row & (STEP - 1)) === 0 && turns.due) await turns.rest();
  }
  return { rows: found.all(), partial };
}

/** Rows that grow. */
class Rows {
  private found = new Uint32Array(4096);
  private count = 0;

  add(row: Row): void {
    if (this.count === this.found.length) {
      const larger = new Uint32Array(this.count * 2);
      larger.set(this.found);
      this.found = larger;
    }
    this.found[this.count++] = row;
  }

  all(): Uint32Array<ArrayBuffer> {
    return this.found.slice(0, this.count);
  }
}

/** Without an engine: what the columns do not tell cannot be asked. */
export const NO_ENGINE: Asker = {
  whole: false,
  check: () => Promise.resolve({ kind: 'unknown' }),
  ask: (): Promise<Answers> => Promise.reject(new Error('no engine was given')),
};
