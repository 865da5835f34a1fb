// Packets over time, with those of malicious flows among them, for the time strip.
import { VERDICTS, type PacketRow, type StripPage } from '../../contract/index.ts';
import { CHUNK_ROWS, NO_FLOW } from '../decode/index.ts';
import type { Subject } from '../filter/index.ts';
import { Turns } from './turns.ts';

const MALICIOUS = VERDICTS.indexOf('malicious');

export async function timeStrip(s: Subject, buckets: number): Promise<StripPage> {
  const { packets } = s.analysis;
  const total = packets.count;
  const page = { packets: new Uint32Array(buckets), malicious: new Uint32Array(buckets) };
  if (total === 0) return { from: 0, to: 0, ...page };
  const turns = new Turns();
  let from = Infinity;
  let to = -Infinity;
  // Captures are nearly in order; the true ends are found anyway, a merged file may start anywhere.
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const { seconds } = packets.chunk(base as PacketRow);
    for (let i = 0; i < Math.min(CHUNK_ROWS, total - base); i++) {
      const t = seconds[i]!;
      if (t < from) from = t;
      if (t > to) to = t;
    }
    if (turns.due) await turns.rest();
  }
  to += 1;
  const scale = buckets / (to - from);
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const { seconds, nanoseconds, owner } = packets.chunk(base as PacketRow);
    for (let i = 0; i < Math.min(CHUNK_ROWS, total - base); i++) {
      const bucket = Math.min(buckets - 1, Math.floor((seconds[i]! - from + nanoseconds[i]! / 1e9) * scale));
      page.packets[bucket]!++;
      const flow = owner[i]!;
      if (flow < NO_FLOW && s.verdict[flow] === MALICIOUS) page.malicious[bucket]!++;
    }
    if (turns.due) await turns.rest();
  }
  return { from, to, ...page };
}
