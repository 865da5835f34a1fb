// Labels and tags on their way between a capture and the store: durable before they are answered, under a name of the capture
// and of the flow that both are there from the first packet on, so that nothing has to be written when a capture ends.
import { flowRow, type FlowRow, type Label, LABELS } from '../../contract/index.ts';
import { flowRecord, stampText } from '../session/index.ts';
import { flowKey, type Store } from '../store/index.ts';
import { TimeSlices } from '../view/index.ts';
import { MAX_TAGS } from './flow-tags.ts';
import type { CaptureSession } from './session.ts';

const SECOND = 1_000_000_000n;

/**
 * The names of a flow in the store: by its earliest stamp, and, where another packet came first, by that one's, which
 * it was called by until then. Both are written, either is found.
 */
function keysOf(s: CaptureSession, flow: FlowRow): string[] {
  const c = s.analysis.flows.columns;
  const record = flowRecord(s.analysis, '', flow);
  // A flow is called by when it was captured, also where its packets are shifted.
  const captured = s.shift.flowStart(flow) ?? {
    seconds: c.startSeconds[flow]!,
    nanoseconds: c.startNanoseconds[flow]!,
  };
  const start = stampText(captured.seconds, captured.nanoseconds);
  const first = s.shift.captured(s.analysis, c.firstPacketOf(flow));
  const began = stampText(Number(first / SECOND), Number(first % SECOND));
  const keys = [flowKey({ ...record, start })];
  if (began !== start) keys.push(flowKey({ ...record, start: began }));
  return keys;
}

/** Labels flows: on the disk first, all or none, then in the capture. @returns how many; rejects with a sentence */
export async function giveLabels(
  store: Store,
  s: CaptureSession,
  flows: readonly FlowRow[],
  label: Label | null,
  turns: TimeSlices,
): Promise<number> {
  const { count } = s.analysis.flows.columns;
  const known = [...new Set(flows)].filter((f) => f < count);
  const rest = async (): Promise<void> => {
    if (turns.due) await turns.rest();
  };
  const capture = s.opened.identity;
  s.labelledAs = capture;
  const keys: string[] = [];
  for (const flow of known) {
    keys.push(...keysOf(s, flow));
    await rest();
  }
  await store.labelInTurns(capture, keys, label, rest);
  s.setLabels(known, label);
  return known.length;
}

/**
 * Tags flows, or takes tags away: on the disk first, all or none, then in the capture.
 * @returns how many flows were changed, and how many have no room for more; rejects with a sentence
 */
export async function tagFlows(
  store: Store,
  s: CaptureSession,
  flows: readonly FlowRow[],
  { tags, present }: { readonly tags: readonly string[]; readonly present: boolean },
  turns: TimeSlices,
): Promise<{ readonly changed: number; readonly full: number }> {
  const { count } = s.analysis.flows.columns;
  const rest = async (): Promise<void> => {
    if (turns.due) await turns.rest();
  };
  const capture = s.opened.identity;
  s.labelledAs = capture;
  const said = tags.map((tag) => s.tags.spelling(tag));
  const keys: string[] = [];
  const changed: FlowRow[] = [];
  let full = 0;
  for (const flow of new Set(flows)) {
    if (flow >= count) continue;
    const missing = said.filter((tag) => !s.tags.of(flow).includes(tag));
    await rest();
    if (missing.length === (present ? 0 : said.length)) continue;
    if (present && s.tags.of(flow).length + missing.length > MAX_TAGS) {
      full++;
      continue;
    }
    changed.push(flow);
    keys.push(...keysOf(s, flow));
  }
  const change = present ? { add: said, remove: [] } : { add: [], remove: said };
  await store.tagInTurns(capture, keys, change, rest);
  for (const flow of changed) for (const tag of said) s.tags[present ? 'add' : 'remove'](flow, tag);
  for (const flow of changed) s.tags.changedMeanwhile.add(flow);
  if (changed.length > 0) s.touch();
  return { changed: changed.length, full };
}

/** Shows what the store holds for a capture that was read. Flows that are labelled meanwhile keep that label. */
export async function takeLabels(store: Store, s: CaptureSession): Promise<void> {
  const capture = s.opened.identity;
  await store.settled();
  for (const earlier of [s.labelledAs, s.opened.earlierIdentity])
    if (earlier !== null) await store.moveLabels(earlier, capture);
  s.work.load(store.journal(capture));
  const said = store.labels(capture);
  const tags = Map.groupBy(store.tags(capture), (row) => row.flow);
  if (said.size === 0 && tags.size === 0) return;
  const turns = new TimeSlices();
  const found = new Map<Label, FlowRow[]>(LABELS.map((l) => [l, []]));
  s.labelledMeanwhile = new Set();
  s.tags.changedMeanwhile = new Set();
  const tagged: (readonly [FlowRow, string])[] = [];
  for (let flow = flowRow(0); flow < s.analysis.flows.columns.count; flow++) {
    const keys = keysOf(s, flow);
    const key = keys.find((k) => said.has(k));
    if (key !== undefined) found.get(said.get(key)!)?.push(flow);
    for (const k of keys) for (const { tag } of tags.get(k) ?? []) tagged.push([flow, tag]);
    if (turns.due) await turns.rest();
  }
  const meanwhile = s.labelledMeanwhile;
  for (const [flow, tag] of tagged) if (!s.tags.changedMeanwhile.has(flow)) s.tags.add(flow, tag);
  for (const [label, flows] of found)
    s.setLabels(
      flows.filter((f) => !meanwhile.has(f)),
      label,
    );
}
