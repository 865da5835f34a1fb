// Segments that the ring has let go of: packets of alerted, labelled and tagged flows are copied first.
import { errorText, type FlowRow, type Message, NO_LABEL, say } from '../../contract/index.ts';
import type { KeptPackets, LiveCapture } from '../capture/index.ts';
import { flowOfOwner, inChunk } from '../decode/index.ts';
import { SUSPICIOUS_POINTS } from '../evidence/index.ts';
import type { Subject } from '../filter/index.ts';

/** The session of a ring, as far as it is needed here. */
type RingSession = Pick<Subject, 'analysis' | 'points' | 'label' | 'tagsOf'> & { message: Message | null };

/** Packets copied before others have a turn. */
const KEEP_AT_ONCE = 2_000;

export async function keepTurnedOver(s: RingSession, live: LiveCapture, kept: KeptPackets): Promise<void> {
  const { packets } = s.analysis;
  const wanted = (flow: FlowRow): boolean =>
    s.points(flow) >= SUSPICIOUS_POINTS || s.label[flow] !== NO_LABEL || (s.tagsOf?.(flow).length ?? 0) > 0;
  for (const { from, to } of live.segments.turnedOver()) {
    const end = packets.rowAt(to);
    let offsets: number[] = [];
    for (let row = packets.rowAt(from); row < end; row++) {
      const chunk = packets.chunk(row);
      const i = inChunk(row);
      const flow = flowOfOwner(chunk.owner[i]!);
      if (flow === null || !wanted(flow)) continue;
      offsets.push(chunk.offset[i]!);
      if (offsets.length < KEEP_AT_ONCE) continue;
      keep(s, kept, offsets);
      offsets = [];
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    keep(s, kept, offsets);
  }
}

/** What could not be copied is said, the first time that there is no room as well. */
function keep(s: RingSession, kept: KeptPackets, offsets: readonly number[]): void {
  const before = kept.refused;
  try {
    kept.keep(offsets);
  } catch (error) {
    s.message = say('packets-not-kept', { why: errorText(error) });
  }
  if (before === 0 && kept.refused > 0) s.message = say('kept-file-full');
}
