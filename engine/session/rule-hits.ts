// Matches of threat rules come to the flows and incidents that they belong to.
import type { AddressId, FlowRow } from '../../contract/index.ts';
import { NET_IP4, NET_IP6 } from '../decode/index.ts';
import {
  type Evidence,
  type EvidencePeer,
  registeredName,
  type Rule,
  signatureEvidence,
  signatureRule,
} from '../evidence/index.ts';
import { FileLists, type IndicatorSet } from '../indicators/index.ts';
import { placeBytes, type RuleFacts } from '../rules/index.ts';
import type { RuleFeed, RuleHit } from '../workers/index.ts';
import type { Analysis } from './analysis.ts';
import type { IncidentFlows } from './incident-flows.ts';

/** Rows before a flow's own that are looked at: so many flows do not begin with waiting fragments one after the other. */
const ROWS_BEFORE = 64;

/** A match, with the rule itself and the flow of its packet; without a flow where the packet has none. */
export interface FlowHit {
  readonly hit: RuleHit;
  readonly rule: RuleFacts;
  readonly row: FlowRow | null;
}

/** Hears of matches, and of files that lists have, in the order of packets. */
export interface HitsHeard {
  rule(hit: FlowHit, found: Evidence | null): void;
  file(hit: RuleHit, found: Evidence): void;
}

export class RuleHits {
  private readonly analysis: Analysis;
  private readonly flows: IncidentFlows;
  private readonly feed: RuleFeed;
  private readonly heard: HitsHeard;
  private readonly files: FileLists | null;
  /** By place of the rule. */
  private readonly rules: (Rule | undefined)[] = [];

  /** @param indicators whose hashes of files are looked for; null without */
  constructor(
    analysis: Analysis,
    flows: IncidentFlows,
    feed: RuleFeed,
    heard: HitsHeard,
    indicators: IndicatorSet | null,
  ) {
    this.analysis = analysis;
    this.flows = flows;
    this.feed = feed;
    this.heard = heard;
    this.files = indicators === null ? null : new FileLists(indicators);
  }

  /** Whether all matches up to a packet are known. @param packet row, from 0 */
  knows(packet: number): boolean {
    return this.feed.reached > packet;
  }

  /** Tells of the matches up to a packet that nobody was told of yet. */
  upTo(packet: number): void {
    const { feed } = this;
    for (let hit = feed.peek(); hit !== null && hit.packet <= packet; hit = feed.peek()) {
      feed.take();
      this.tell(hit);
    }
  }

  private tell(hit: RuleHit): void {
    if (hit.file !== undefined) {
      const row = this.files === null ? null : this.rowOf(hit);
      const found = row === null ? null : this.files!.evidence(hit, row, this.peerOf(hit, row));
      if (found !== null) this.heard.file(hit, found);
      return;
    }
    const rule = this.feed.rules[hit.rule]!;
    const row = this.rowOf(hit);
    const found = row === null ? null : this.evidenceOf(hit, rule, row);
    this.heard.rule({ hit, rule, row }, found);
  }

  private evidenceOf(hit: RuleHit, facts: RuleFacts, row: FlowRow): Evidence {
    const rule = (this.rules[hit.rule] ??= signatureRule(facts));
    return signatureEvidence(rule, facts, row, hit.packet, this.peerOf(hit, row));
  }

  /** What a flow of DNS is about is the name, not the resolver. */
  private peerOf({ name }: RuleHit, row: FlowRow): EvidencePeer {
    const asked = this.flows.namesOf(row);
    const registered = name === null ? '' : registeredName(name.toLowerCase());
    if (registered !== '') return { name: registered };
    return asked === undefined ? 'peer' : { name: asked[0]! };
  }

  private rowOf(hit: RuleHit): FlowRow | null {
    const from = this.idOf(hit.source);
    const to = this.idOf(hit.destination);
    if (from === null || to === null) return null;
    return (
      this.rowBetween(hit, from, to, hit.sourcePort, hit.destinationPort) ??
      this.rowBetween(hit, to, from, hit.destinationPort, hit.sourcePort)
    );
  }

  private rowBetween(
    { packet, transport }: RuleHit,
    initiator: AddressId,
    responder: AddressId,
    fromPort: number,
    toPort: number,
  ): FlowRow | null {
    const c = this.analysis.flows.columns;
    const fits = (row: FlowRow): boolean =>
      c.initiator[row] === initiator &&
      c.responder[row] === responder &&
      c.ipProtocol[row] === transport &&
      (c.hasPorts[row] !== 1 || (c.initiatorPort[row] === fromPort && c.responderPort[row] === toPort)) &&
      this.wasThere(row, packet);
    return this.flows.latestBetween(initiator, responder, fits);
  }

  /**
   * Whether a flow had begun by a packet. Rows begin in the order of packets, but a flow whose fragments waited for their
   * first one says the number of the fragment: its row did not stand before the rows beside it.
   */
  private wasThere(row: FlowRow, packet: number): boolean {
    const { firstPacket } = this.analysis.flows.columns;
    for (let r = row as number; r >= 0 && r > row - ROWS_BEFORE; r--) if (firstPacket[r]! > packet) return false;
    return true;
  }

  private idOf(address: bigint): AddressId | null {
    const bytes = placeBytes(address);
    return this.analysis.addresses.find(bytes.length === 4 ? NET_IP4 : NET_IP6, bytes);
  }
}
