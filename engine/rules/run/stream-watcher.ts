// Watches connections for rules that ask what is odd about their segments. Nothing of it is done where no rule asks.
import { IPPROTO_TCP } from '../../decode/index.ts';
import type { Signature } from '../signature.ts';
import { Overlaps } from './overlaps.ts';
import type { RulePacket } from './packet.ts';
import type { RuleFlow } from './rule-flow.ts';
import { segmentOf } from './tcp-segment.ts';
import { TcpWatch } from './tcp-watch.ts';

/** Events that flows tell of by themselves. */
const OF_FLOWS: ReadonlySet<string> = new Set(['stream.reassembly_seq_gap', 'stream.3whs_syn_flood']);
const OVERLAP = 'stream.reassembly_overlap_different_data';
const DEEP = 'stream.reassembly_depth_reached';
/** Connections whose bytes are kept to be compared; the one that was taken first is let go. */
const MAX_OVERLAPS = 512;

interface Watched {
  readonly watch: TcpWatch;
  overlaps: Overlaps | null;
}

export class StreamWatcher {
  private readonly flows = new WeakMap<RuleFlow, Watched>();
  private readonly compared = new Set<Watched>();
  private readonly inline: boolean;
  private readonly compares: boolean;
  private events: Set<string> = new Set();

  private constructor(inline: boolean, compares: boolean) {
    this.inline = inline;
    this.compares = compares;
  }

  /** @returns null where no rule asks */
  static for(rules: readonly Signature[], inline: boolean): StreamWatcher | null {
    const asked = new Set<string>();
    for (const { packetTests } of rules) {
      for (const { ask } of packetTests) {
        if (ask.of === 'event' && ask.event.startsWith('stream.') && !OF_FLOWS.has(ask.event)) asked.add(ask.event);
      }
    }
    return asked.size === 0 && !inline ? null : new StreamWatcher(inline, inline || asked.has(OVERLAP));
  }

  /** Notes what is odd about a packet in its events. */
  segment(p: RulePacket, flow: RuleFlow): void {
    if (p.layers.ipProtocol !== IPPROTO_TCP || flow.midstream) return;
    this.events = p.events;
    const watched = this.watchedOf(flow);
    watched.watch.segment(segmentOf(p));
    if (p.payloadLength === 0) return;
    if (flow.streams[p.dir].next > flow.depth) p.events.add(DEEP);
    if (!this.compares) return;
    const first = this.overlapsOf(watched).told(p.dir, p.layers.tcpSequence, p.payload);
    if (first === null) return;
    p.events.add(OVERLAP);
    // What stands in the line hands on what it let pass before.
    if (this.inline) p.replace(first);
  }

  private watchedOf(flow: RuleFlow): Watched {
    const known = this.flows.get(flow);
    if (known !== undefined) return known;
    const watch = new TcpWatch((event) => this.add(event), this.inline);
    const watched = { watch, overlaps: null };
    this.flows.set(flow, watched);
    return watched;
  }

  /** Two events have a shorter name beside the one that the rules of Suricata itself use. */
  private add(event: string): void {
    this.events.add(`stream.${event}`);
    if (event.endsWith('_different_ack')) this.events.add(`stream.${event.replace('different', 'diff')}`);
  }

  private overlapsOf(watched: Watched): Overlaps {
    if (watched.overlaps !== null) return watched.overlaps;
    watched.overlaps = new Overlaps();
    this.compared.add(watched);
    const [oldest] = this.compared;
    if (this.compared.size > MAX_OVERLAPS && oldest !== undefined) {
      oldest.overlaps = null;
      this.compared.delete(oldest);
    }
    return watched.overlaps;
  }
}
