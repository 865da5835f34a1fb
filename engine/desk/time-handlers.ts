// What the desk answers about times of packets that are shifted.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { packetRow, type Replies, type Request, say } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { Handlers } from './asker.ts';
import { type Desk, Refused } from './desk.ts';
import { exportPackets } from './export-packets.ts';
import type { CaptureSession } from './session.ts';
import { type SetTime, type Shift, unshiftable } from './time-shift.ts';
import { parseMoment, parseOffset } from './time-text.ts';

type Asked = Request<'timeShift'>;

export const timeHandlers: Pick<Handlers, 'timeShift'> = {
  timeShift: async (desk, _asker, b, turns) => {
    const s = desk.open();
    const growing = unshiftable(s);
    if (growing !== null) throw new Refused('refused', growing);
    if (b.act === 'look') return { active: s.shift.active };
    if (b.act === 'undo') s.shift.undo(s);
    else await s.shift.apply(s, shiftOf(desk, s, b), turns);
    await copyForEngine(s, turns);
    s.touch();
    desk.statistics.forget();
    desk.askAgain();
    return { active: s.shift.active } satisfies Replies['timeShift'];
  },
};

function shiftOf(desk: Desk, s: CaptureSession, { act, offset, first, second }: Asked): Shift {
  if (act === 'by') {
    const by = parseOffset(offset);
    if (by === null) throw new Refused('refused', say('no-offset', { text: offset }));
    return { kind: 'by', offset: by };
  }
  if (first === null) throw new Refused('refused', say('no-moment', { text: '' }));
  const utc = desk.settings.time.startsWith('utc') || desk.settings.time === 'epoch';
  const set = ({ packet, time }: NonNullable<Asked['first']>): SetTime => {
    const row = packetRow(packet - 1);
    if (row >= s.analysis.packets.count) throw new Refused('not-found', say('no-such-packet', { packet }));
    const was = s.shift.captured(s.analysis, row);
    const becomes = parseMoment(time, was, utc);
    if (becomes === null) throw new Refused('refused', say('no-moment', { text: time }));
    return { was, becomes };
  };
  return { kind: 'set', first: set(first), second: second === null ? null : set(second) };
}

/** Trees and filters of the engine are asked of a file with the new stamps. */
async function copyForEngine(s: CaptureSession, turns: TimeSlices): Promise<void> {
  const path = s.shift.wantsCopy(s);
  if (path === null) return;
  mkdirSync(dirname(path), { recursive: true });
  const rows = Uint32Array.from({ length: s.analysis.packets.count }, (_, row) => row);
  const as = s.meta?.format === 'pcap' ? 'pcap-ns' : 'pcapng';
  await exportPackets(s, rows, path, { as, compression: 'none', secrets: 'keep', keys: null }, turns);
  s.shift.copy = path;
}
