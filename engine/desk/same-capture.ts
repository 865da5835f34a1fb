// One capture that is open in several tabs, or a copy of its file: what is labelled, tagged or noted in one is there in
// the others, since the store has it under one name. They take what the flow is by now, so that the order in which they
// hear of it is of no account.
import { type FlowRow, flowRow } from '../../contract/index.ts';
import { log } from '../log/index.ts';
import { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { labelOf } from './detail.ts';
import { keysOf } from './labels.ts';
import type { CaptureSession } from './session.ts';

/** Labels and tags of flows have changed in a session, and are in the store. */
export function shareFlows(desk: Desk, s: CaptureSession, flows: readonly FlowRow[]): Promise<void> {
  return share(desk, s, async (other) => {
    for (const [from, to] of await samePairs(s, flows, other)) {
      const label = labelOf(s, from);
      if (labelOf(other, to) !== label) other.setLabels([to], label);
      const tags = s.tags.of(from);
      for (const tag of other.tags.of(to)) if (!tags.includes(tag)) other.tags.change(to, tag, false);
      for (const tag of tags) other.tags.change(to, tag, true);
    }
  });
}

/** The journal of incidents has more entries. */
export function shareJournal(desk: Desk, s: CaptureSession): Promise<void> {
  return share(desk, s, (other) => other.work.load(desk.store.journal(s.opened.identity)));
}

/** One that is still being read takes all of it when it has come to its end. */
async function share(
  desk: Desk,
  s: CaptureSession,
  take: (other: CaptureSession) => void | Promise<void>,
): Promise<void> {
  for (const other of desk.tabs.desks) {
    const { session } = other;
    if (session === null || session === s || session.phase !== 'done') continue;
    try {
      if (session.opened.identity !== s.opened.identity) continue;
      await take(session);
      session.touch();
      void other.follow();
    } catch (error) {
      // It is in the store: the next time that the capture is opened it is shown.
      log('desk', () => `tab ${other.tab} does not show what was labelled: ${String(error)}`);
    }
  }
}

/** Flows of a session and the rows that they have in another one, which may part flows by other timeouts. */
async function samePairs(
  s: CaptureSession,
  flows: readonly FlowRow[],
  other: CaptureSession,
): Promise<(readonly [FlowRow, FlowRow])[]> {
  const { count } = other.analysis.flows.columns;
  const pairs: (readonly [FlowRow, FlowRow])[] = [];
  const elsewhere = new Map<string, FlowRow>();
  const turns = new TimeSlices();
  for (const flow of flows) {
    const keys = keysOf(s, flow);
    if (flow < count && keysOf(other, flow)[0] === keys[0]) pairs.push([flow, flow]);
    else for (const key of keys) elsewhere.set(key, flow);
    if (turns.due) await turns.rest();
  }
  if (elsewhere.size === 0) return pairs;
  for (let to = flowRow(0); to < count; to++) {
    const key = keysOf(other, to).find((k) => elsewhere.has(k));
    if (key !== undefined) pairs.push([elsewhere.get(key)!, to]);
    if (turns.due) await turns.rest();
  }
  return pairs;
}
