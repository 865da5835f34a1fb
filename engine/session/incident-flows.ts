// Flows of incidents: those of a pair, or those of DNS that asked for a name. Found by hash, since a capture may hold as
// many incidents as its author likes, and each that grows is asked for its flows.
import type { FlowRow } from '../../contract/index.ts';
import { type Incident, textHash } from '../evidence/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import { type Asked, AskedNames } from './asked-names.ts';
import { RowChains } from './row-chains.ts';

/** Only flows to it ask for names (askedNames). */
const DNS_PORT = 53;
/** Flows of one pair that are looked through for one of them, from the last one on. */
const MAX_BACK = 20_000;

export class IncidentFlows {
  private readonly columns: FlowColumns;
  /** What flows of DNS asked for: their incidents are with names. */
  private readonly asked = new AskedNames();
  /** By pair, and by initiator and name; null until somebody asks for such flows. */
  private byPair: RowChains | null = null;
  private byName: RowChains | null = null;
  /** Flows that stand in `byPair`. */
  private paired = 0;

  constructor(columns: FlowColumns) {
    this.columns = columns;
  }

  /** Notes what a flow of DNS has asked for by now: the names before, and perhaps more. */
  noteAsked(row: FlowRow, names: readonly string[]): void {
    const before = this.namesOf(row);
    this.asked.set(row, names);
    if (this.byName === null) return;
    const added = before === undefined ? names : names.filter((name) => !before.includes(name));
    this.chainNames(this.byName, row, added);
  }

  /** As `namesOf`; one name stands alone, without a list. */
  asks(row: FlowRow): Asked | undefined {
    return this.columns.responderPort[row] === DNS_PORT ? this.asked.of(row) : undefined;
  }

  /** Names that a flow of DNS asked for; undefined for any other flow, whose incident is with its pair. */
  namesOf(row: FlowRow): readonly string[] | undefined {
    const names = this.asks(row);
    return typeof names === 'string' ? [names] : names;
  }

  /** Flows that are part of an incident, in the order of their rows. */
  of(incident: Incident): FlowRow[] {
    const { initiator, responder, name } = incident;
    const c = this.columns;
    if (name === null) {
      return this.pairs().of(
        pairHash(initiator, responder),
        (row) => c.initiator[row] === initiator && c.responder[row] === responder && this.asked.of(row) === undefined,
      );
    }
    return this.names().of(
      nameHash(initiator, name),
      (row) => c.initiator[row] === initiator && (this.namesOf(row)?.includes(name) ?? false),
    );
  }

  /** The flow of a pair that began last of those for which something holds; null where it is far back, or none is. */
  latestBetween(initiator: number, responder: number, holds: (row: FlowRow) => boolean): FlowRow | null {
    return this.pairs().latest(pairHash(initiator, responder), MAX_BACK, holds);
  }

  /** A flow's pair is known when it begins and stays. */
  private pairs(): RowChains {
    const chains = (this.byPair ??= new RowChains());
    const { count, initiator, responder } = this.columns;
    for (; this.paired < count; this.paired++) {
      chains.add(pairHash(initiator[this.paired]!, responder[this.paired]!), this.paired);
    }
    return chains;
  }

  private names(): RowChains {
    if (this.byName !== null) return this.byName;
    const chains = (this.byName = new RowChains());
    for (const row of this.asked.rows()) this.chainNames(chains, row, this.namesOf(row) ?? []);
    return chains;
  }

  private chainNames(chains: RowChains, row: FlowRow, names: readonly string[]): void {
    for (const name of names) chains.add(nameHash(this.columns.initiator[row]!, name), row);
  }
}

function pairHash(initiator: number, responder: number): number {
  const mixed = Math.imul(initiator, 0x9e3779b1) ^ Math.imul(responder, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function nameHash(initiator: number, name: string): number {
  return pairHash(initiator, textHash(name));
}
