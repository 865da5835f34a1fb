// What a request means: its packet, flow and list in the open capture, refused where they are not there.
import { type FlowRow, type PacketRow, say } from '../../contract/index.ts';
import { type Desk, Refused } from './desk.ts';
import type { Asker } from './asker.ts';
import type { CaptureSession } from './session.ts';
import type { WindowViews } from './window-views.ts';

/**
 * Refuses where a packet's bytes are gone: with their segment of the ring, or from a file that was cut or written over.
 */
export function wantBytes(s: CaptureSession, row: PacketRow): void {
  if (s.readable(row)) return;
  const packet = row + 1;
  if (s.opened.ring) throw new Refused('not-found', say('bytes-left-ring', { packet }));
  const why = s.opened.change?.sentence ?? say('not-in-the-file');
  throw new Refused('not-found', say('bytes-not-readable', { packet, why }));
}

/** Refuses where packets of a flow are gone, since the rest would give wrong reasons. */
export function wantFlow(s: CaptureSession, flow: FlowRow): void {
  const c = s.analysis.flows.columns;
  if (s.opened.ring) {
    if (!s.readable(c.firstPacketOf(flow))) throw new Refused('not-found', say('flow-left-ring'));
    return;
  }
  const { change } = s.opened;
  if (change?.kind !== 'cut' && change?.kind !== 'overwritten') return;
  let missing = 0;
  let all = 0;
  for (let row = c.firstPacketOf(flow); row <= c.lastPacketOf(flow); row++) {
    if (s.analysis.packets.flowOf(row) !== flow) continue;
    all++;
    if (!s.readable(row)) missing++;
  }
  if (missing > 0) throw new Refused('not-found', say('flow-not-readable', { missing, all, why: change.sentence }));
}

export function viewOf<L extends keyof WindowViews>(desk: Desk, asker: Asker, which: L): WindowViews[L] {
  const views = desk.views(asker.client);
  if (views === null) throw new Refused('no-capture', say('no-capture'));
  return views[which];
}

export function packetOf(desk: Desk, row: PacketRow): CaptureSession {
  const s = desk.open();
  if (row >= s.analysis.packets.count) throw new Refused('not-found', say('no-such-packet', { packet: row + 1 }));
  return s;
}

export function flowSession(desk: Desk, flow: FlowRow): CaptureSession {
  const s = desk.open();
  if (flow >= s.analysis.flows.columns.count) throw new Refused('not-found', say('no-such-flow'));
  return s;
}
