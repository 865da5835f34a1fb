// Entries of lists that were met in one capture, each once for a flow, within bounds.
import { type FlowRow, type MetIndicator, type PacketRow, packetRow } from '../../contract/index.ts';
import type { Met } from '../evidence/index.ts';
import type { IndicatorHit } from '../session/index.ts';

const MAX_MET = 250_000;
const NONE = -1;

interface Place {
  readonly met: Met;
  readonly packet: number;
  /** The one of the same flow before it. */
  readonly before: number;
}

export class MetIndicators {
  private readonly all: Place[] = [];
  private readonly last = new Map<FlowRow, number>();

  add({ met, row, packet }: IndicatorHit): void {
    if (this.all.length >= MAX_MET) return;
    if (this.of(row).some((known) => known.value === met.value && known.kind === met.kind)) return;
    this.all.push({ met, packet, before: this.last.get(row) ?? NONE });
    this.last.set(row, this.all.length - 1);
  }

  /** Those of a flow, the newest first. @param packet only those that were met at it */
  of(flow: FlowRow, packet: PacketRow | null = null): readonly Met[] {
    const out: Met[] = [];
    for (let i = this.last.get(flow) ?? NONE; i !== NONE; i = this.all[i]!.before)
      if (packet === null || this.all[i]!.packet === packet) out.push(this.all[i]!.met);
    return out;
  }

  /** The most frequent first. */
  told(most: number): MetIndicator[] {
    const by = new Map<string, { readonly met: Met; flows: number; first: number }>();
    for (const { met, packet } of this.all) {
      const key = `${met.kind} ${met.value}`;
      const known = by.get(key);
      if (known === undefined) by.set(key, { met, flows: 1, first: packet });
      else {
        known.flows++;
        known.first = Math.min(known.first, packet);
      }
    }
    return [...by.values()]
      .sort((a, b) => b.flows - a.flows)
      .slice(0, most)
      .map(({ met, flows, first }) => ({
        list: met.lists.join(', '),
        kind: met.kind,
        value: met.value,
        note: met.note,
        flows,
        first: packetRow(first),
      }));
  }
}
