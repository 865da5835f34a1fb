// Flows of each host as chains through columns: what is asked of one host goes through its own flows alone, however many
// the capture has. Chains grow with the capture; each flow is entered once.
import { type FlowRow, flowRow } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** The columns that chains are made of. */
export interface FlowEnds {
  readonly count: number;
  /** Ids of addresses, by flow row. */
  readonly initiator: Readonly<Record<number, number>>;
  readonly responder: Readonly<Record<number, number>>;
}

/** Flows between looks at the clock. */
const AT_ONCE = 4_096;
const LEAST = 1_024;

export class HostFlows {
  /** By address id: a link (twice the flow row, and 1 for its responder's side) and 1, 0 without. */
  private first = new Uint32Array(LEAST);
  private last = new Uint32Array(LEAST);
  /** By link: the next one of the same host and 1, 0 at the end. */
  private next = new Uint32Array(LEAST);
  private entered = 0;

  /** Enters the flows that came since. */
  async follow(c: FlowEnds, hosts: number, turns: TimeSlices): Promise<void> {
    const { count } = c;
    this.first = grown(this.first, hosts);
    this.last = grown(this.last, hosts);
    this.next = grown(this.next, 2 * count);
    // Another request may follow while this one rests: a flow is entered by whoever comes to it first.
    while (this.entered < count) {
      const row = this.entered++;
      const a = c.initiator[row]!;
      const b = c.responder[row]!;
      this.add(a, 2 * row);
      if (b !== a) this.add(b, 2 * row + 1);
      if (row % AT_ONCE === 0 && turns.due) await turns.rest();
    }
  }

  private add(host: number, link: number): void {
    const before = this.last[host]!;
    if (before === 0) this.first[host] = link + 1;
    else this.next[before - 1] = link + 1;
    this.last[host] = link + 1;
  }

  /** Flows of a host, ascending. */
  *of(host: number): Generator<FlowRow> {
    for (let link = this.first[host] ?? 0; link !== 0; link = this.next[link - 1]!) yield flowRow((link - 1) >>> 1);
  }
}

/** Twice as long as before at least, so that growing costs little each flow. */
function grown(column: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= column.length) return column;
  const larger = new Uint32Array(Math.max(length, 2 * column.length));
  larger.set(column);
  return larger;
}

const known = new WeakMap<object, HostFlows>();

/** The chains of a capture. @param of what lives as long as the capture */
export function hostFlowsOf(of: object): HostFlows {
  let chains = known.get(of);
  if (chains === undefined) known.set(of, (chains = new HostFlows()));
  return chains;
}
