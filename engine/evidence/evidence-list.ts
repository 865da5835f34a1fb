// What rules showed of one incident: each rule once, within bounds, in texts that keep nothing else.
import type { Message, MessageValue } from '../../contract/index.ts';
import { ownText } from '../decode/index.ts';
import type { Evidence, Rule } from './rule.ts';
import { added, NONE } from '../observe/index.ts';

/** What one rule showed of an incident. */
export interface IncidentEvidence {
  readonly rule: Rule;
  /** Of the flow with the highest amount, the first of them. */
  said: Message;
  amount: number;
  /** Bytes or text that show it, of the first flow. */
  readonly shows: string | null;
  /** Seconds since the epoch, by packet time. */
  first: number;
  last: number;
  flows: number;
  /** The first flows that carry it, and packets that show it. */
  rows: readonly number[];
  packets: readonly number[];
}

/** Rows and packets that are kept of a rule, at most. */
interface Most {
  readonly rows: number;
  readonly packets: number;
}

export const MOST: Most = { rows: 100, packets: 64 };
/** Where all incidents together keep much. */
export const LITTLE: Most = { rows: 8, packets: 8 };

/** What each rule showed of an incident, in the order in which it came: a few. */
export class EvidenceList {
  private all: readonly IncidentEvidence[] = NONE;
  /** Rows and packets that are kept of all rules. */
  entries = 0;

  get size(): number {
    return this.all.length;
  }

  get(rule: string): IncidentEvidence | undefined {
    for (let i = 0; i < this.all.length; i++) if (this.all[i]!.rule.name === rule) return this.all[i];
    return undefined;
  }

  values(): readonly IncidentEvidence[] {
    return this.all;
  }

  /** The piece that was found last, of equal ones the one that came later; an incident has one at least. */
  get latest(): IncidentEvidence {
    return this.all.reduce((a, b) => (b.last >= a.last ? b : a));
  }

  /** Names of the rules. */
  keys(): readonly string[] {
    return this.all.map((e) => e.rule.name);
  }

  /** Adds what was found in a flow. @param seconds since the epoch @param most of what is kept of its rule */
  note(e: Evidence, seconds: number, most: Most): void {
    const known = this.get(e.rule.name) ?? this.begin(e, seconds);
    const before = known.rows.length + known.packets.length;
    // What is counted is told as it is at its most: the first flow that is too much says least.
    if (e.amount > known.amount) {
      known.said = ownMessage(e.said);
      known.amount = e.amount;
    }
    known.first = Math.min(known.first, seconds);
    known.last = Math.max(known.last, seconds);
    if (known.rows.at(-1) !== e.row && !(known.flows <= MOST.rows && known.rows.includes(e.row))) {
      known.flows++;
      if (known.rows.length < most.rows) known.rows = added(known.rows, e.row);
    }
    for (const packet of e.packets) {
      if (known.packets.length < most.packets && !known.packets.includes(packet))
        known.packets = added(known.packets, packet);
    }
    this.entries += known.rows.length + known.packets.length - before;
  }

  private begin({ rule, said, amount, shows }: Evidence, seconds: number): IncidentEvidence {
    const evidence: IncidentEvidence = {
      rule,
      said: ownMessage(said),
      amount,
      shows: shows === null ? null : ownText(shows),
      first: seconds,
      last: seconds,
      flows: 0,
      rows: NONE,
      packets: NONE,
    };
    this.all = added(this.all, evidence);
    return evidence;
  }
}

/** A message whose texts keep nothing else: what was cut from a request would keep the whole of its head. */
function ownMessage({ say, values }: Message): Message {
  if (values === undefined) return { say };
  const own: Record<string, MessageValue> = { ...values };
  for (const name in own) {
    const value = own[name]!;
    if (typeof value === 'string') own[name] = ownText(value);
  }
  return { say, values: own };
}
