// Every value that flows have of every fact, and how many flows have it: the rarest first, or the most frequent.
import { FACETS, type FacetName, type FactValue, type FactValues } from '../../contract/index.ts';
import type { Subject } from '../filter/index.ts';
import { sortRows, wholeKeys, type TimeSlices } from '../view/index.ts';
import { FacetValues, NO_VALUE } from './facet-values.ts';
import { eachFlow, filterOf } from './flow-groups.ts';

export interface ValuesRequest {
  readonly displayed: Uint8Array | null;
  readonly among: string;
  readonly rare: boolean;
}

/** A fact's values in order. */
export interface OrderedValues {
  readonly facet: FacetName;
  readonly distinct: number;
  readonly flows: number;
  readonly looked: number;
  readonly more: boolean;
  at(place: number): FactValue;
}

/** Facts that some flow has, one after the other; each is dropped when the next is asked for. */
export async function* valuesOfFacts(s: Subject, o: ValuesRequest, turns: TimeSlices): AsyncGenerator<OrderedValues> {
  for (const [k, name] of FACETS.entries()) {
    const facet = new FacetValues(name, s);
    let flows = new Uint32Array(1024);
    let bytes = new Float64Array(1024);
    const c = s.analysis.flows.columns;
    const values: number[] = [];
    const progress = { from: k / FACETS.length, share: 1 / FACETS.length };
    let having = 0;
    const looked = await eachFlow(s, o.displayed, turns, progress, (row) => {
      facet.of(row, values);
      if (values[0] !== NO_VALUE) having++;
      for (const value of values) {
        if (value >= flows.length) {
          flows = widened(flows, new Uint32Array(value * 2));
          bytes = widened(bytes, new Float64Array(value * 2));
        }
        flows[value]!++;
        bytes[value]! += c.bytesForward[row]! + c.bytesReverse[row]!;
      }
    });
    const ids = Uint32Array.from(flows.keys()).filter((id) => id !== NO_VALUE && flows[id]! > 0);
    if (ids.length === 0) continue;
    const keys = [await wholeKeys(ids.length, (i) => flows[ids[i]!]!, turns)];
    const order = await sortRows(Uint32Array.from(ids.keys()), keys, !o.rare, turns, 0);
    yield {
      facet: name,
      distinct: ids.length,
      flows: having,
      looked,
      more: facet.more,
      at: (place) => {
        const id = ids[order[place]!]!;
        return {
          text: facet.text(id),
          flows: flows[id]!,
          bytes: bytes[id]!,
          filter: filterOf(o.among, [facet.filter(id)]),
        };
      },
    };
  }
}

function widened<T extends Uint32Array | Float64Array>(old: T, into: T): T {
  into.set(old);
  return into;
}

/** The first values of a fact. */
export function firstValues(of: OrderedValues, count: number): FactValues {
  const { facet, distinct, flows } = of;
  return {
    facet,
    distinct,
    flows,
    values: Array.from({ length: Math.min(count, distinct) }, (_, place) => of.at(place)),
  };
}
