// What is selected, and the flow that it belongs to. Labels, the flow card and Follow stream mean this flow: it is
// never the flow of an earlier selection. In Packets it is the packet's, whichever way the packet was come by.
import type { FlowRow, PacketRow } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { stays } from './capture-dialogs.ts';
import { NO_REQUESTS, useStore, type State, type View } from './store.ts';

const state = useStore.getState;

/** The packet, or the alert under it, whose flow is known. */
let known: { readonly packet: PacketRow; readonly alert: number | null; readonly flow: FlowRow | null } | null = null;
/** The flow that is being asked for; the newest question counts. */
let asked: Promise<FlowRow | null> | null = null;

/** Whether the user chose what is selected; a file opens with its first packet, which nobody chose. */
let deliberate = false;

/** A packet or an alert of the list whose flow came with its row. */
export function selectRow(packet: PacketRow, alert: number | null, flow: FlowRow | null, byUser = true): void {
  asked = null;
  deliberate = byUser;
  known = { packet, alert, flow };
  state().set({ packet, alert, flow, finding: false });
}

/** A flow of Flows or Alerts. */
export function selectFlow(flow: FlowRow | null): void {
  asked = null;
  deliberate = true;
  state().set({ flow, finding: false });
}

/**
 * A row was chosen that has not arrived: nothing is selected until it has.
 * @param row the row when it comes
 * @param flowOf its flow, which a label key that is pressed meanwhile means
 * @param select called with it, unless something else was chosen since
 */
export function selectLater<T>(
  which: 'packets' | 'flows',
  row: Promise<T>,
  flowOf: (row: T) => FlowRow | null,
  select: (row: T) => void,
): void {
  const mine = row.then(flowOf, () => null);
  asked = mine;
  state().set({ ...(which === 'packets' ? { packet: null, alert: null } : {}), flow: null, finding: true });
  const settle = (): void => {
    if (asked !== mine) return;
    asked = null;
    state().set({ finding: false });
  };
  row
    .then(
      (r) => {
        if (asked === mine) select(r);
      },
      () => undefined,
    )
    .finally(settle);
}

/** Whether the user chose what is selected. */
export function chosenByUser(): boolean {
  return deliberate;
}

/** The flow of what is selected now, waited for where it is on its way; null for none. */
export function selectedFlow(): Promise<FlowRow | null> {
  return asked ?? Promise.resolve(state().flow);
}

/**
 * Another capture, or none: nothing of the one before is selected, typed or asked for, and no dialog is about it.
 * @param rest changes that come with it, in the same step
 */
export function startOver(view: View, rest: Partial<State> = {}): void {
  asked = known = null;
  deliberate = false;
  state().set({
    ...rest,
    view,
    packet: null,
    flow: null,
    alert: null,
    finding: false,
    dialog: stays(state().dialog),
    requests: NO_REQUESTS,
    drafts: filtersOf(rest.views ?? null),
  });
}

/** Texts of the filter bar as the lists are filtered. */
export function filtersOf(views: State['views']): State['drafts'] {
  return {
    packets: views?.packets.filter ?? '',
    flows: views?.flows.filter ?? '',
    incidents: views?.incidents.filter ?? '',
    hosts: views?.hosts.filter ?? '',
  };
}

/** Asks whose packet the selected one is, unless its row has said so. */
function follow(packet: PacketRow, alert: number | null): void {
  if (known?.packet === packet && known.alert === alert) {
    if (asked !== null || state().flow !== known.flow || state().finding)
      selectRow(packet, alert, known.flow, deliberate);
    return;
  }
  known = null;
  const mine: Promise<FlowRow | null> = client.ask('place', { which: 'packets', row: packet }).then(
    (p) => p.flow,
    () => null,
  );
  asked = mine;
  state().set({ flow: null, finding: true });
  void mine.then((flow) => {
    if (asked === mine) selectRow(packet, alert, flow);
  });
}

useStore.subscribe((now, before) => {
  if (now.session?.session !== before.session?.session) known = null;
  if (now.view !== 'packets' || now.packet === null || now.session === null) return;
  if (
    now.view === before.view &&
    now.packet === before.packet &&
    now.alert === before.alert &&
    now.session.session === before.session?.session
  )
    return;
  follow(now.packet, now.alert);
});
