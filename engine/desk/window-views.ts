// The lists of one window.
import type { ViewStates } from '../../contract/index.ts';
import type { Asker, ListName } from '../filter/index.ts';
import { ListView } from '../view/index.ts';
import { HostList } from './host-list.ts';
import { IncidentList } from './incident-list.ts';
import type { Alert, CaptureSession } from './session.ts';

/** They outlive the window: a page that is loaded again finds them by its client name. */
export type WindowViews = { readonly [L in ListName]: ListView<L> } & {
  readonly incidents: IncidentList;
  readonly hosts: HostList;
};

/** What lists ask beside the capture. */
interface Around {
  /** Wireshark's engine. */
  readonly filters: Asker;
  /** Whether the user allowed an alert. */
  readonly allowed: (alert: Alert) => boolean;
}

export function windowViews(s: CaptureSession, { filters, allowed }: Around): WindowViews {
  return {
    packets: new ListView('packets', s, filters),
    flows: new ListView('flows', s, filters),
    incidents: new IncidentList(s, filters, allowed),
    hosts: new HostList(s, filters),
  };
}

export function statesOf({ packets, flows, incidents, hosts }: WindowViews): ViewStates {
  return { packets: packets.state(), flows: flows.state(), incidents: incidents.state(), hosts: hosts.state() };
}
