// Evidence of scans: connections that were refused or never answered, to many ports of one host or to one port of many,
// and echo requests to many. Windows: a minute, or an hour for a higher number of hosts.
//
// Exempt: flows that carried anything (a capture may hold single packets of connections that were answered).
import { say } from '../../contract/index.ts';
import { Distinct } from './recent.ts';
import { RecentBy } from './recent-by.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const MINUTE = 60;
const HOUR = 3_600;
const PORTS = 12;
/** Nobody meets so many closed ports of one host so soon by chance. */
const SOON_PORTS = 8;
const SOON = 5;
const HOSTS = 8;
const HOSTS_IN_AN_HOUR = 20;
const ECHOED = 20;
const MAX_PAIRS = 8_192;
const MAX_HOSTS = 8_192;
/** Ports or peers that one entry counts. */
const MAX_COUNTED = 64;

const PORT_SCAN: Rule = { name: 'port-scan', kind: 'scan', points: 3, title: 'rule-port-scan', technique: 'T1046' };
const HOST_SCAN: Rule = { name: 'host-scan', kind: 'scan', points: 3, title: 'rule-host-scan', technique: 'T1046' };
/** Monitors do it: one point. */
const ICMP_SWEEP: Rule = { name: 'icmp-sweep', kind: 'scan', points: 1, title: 'rule-icmp-sweep', technique: 'T1018' };

export const SCAN_RULES: readonly Rule[] = [PORT_SCAN, HOST_SCAN, ICMP_SWEEP];

export function scanJudge(): Judge {
  const ports = new RecentBy(MAX_PAIRS, () => new Distinct(MAX_COUNTED, HOUR));
  const peers = new RecentBy(MAX_HOSTS, () => new Distinct(MAX_COUNTED, HOUR));
  const echoed = new RecentBy(MAX_HOSTS, () => new Distinct(MAX_COUNTED, HOUR));
  return {
    wants: SHOWS.echo | SHOWS.refused,
    look(flow, found) {
      if (flow.transport === 'icmp') sweep(flow, echoed, found);
      const [there, back] = flow.observed.payload;
      if (!flow.over || !flow.refused || there + back > 0) return;
      portScan(flow, ports, found);
      hostScan(flow, peers, found);
    },
  };
}

function portScan(flow: FlowLook, ports: RecentBy<Distinct>, found: Found): void {
  const tried = ports.recall(flow.initiator, flow.responder);
  tried.add(flow.port, flow.start);
  const soon = tried.near(flow.start, SOON);
  const tries = tried.near(flow.start, MINUTE);
  if (tries < PORTS && soon < SOON_PORTS) return;
  const host = flow.initiatorText;
  const peer = flow.responderText;
  const [amount, seconds] = tries > soon ? [tries, MINUTE] : [soon, SOON];
  found(PORT_SCAN, say('ev-port-scan', { host, peer, ports: amount, seconds }), { amount });
}

function hostScan(flow: FlowLook, peers: RecentBy<Distinct>, found: Found): void {
  const tried = peers.recall(flow.initiator, flow.port);
  tried.add(flow.responder, flow.start);
  const soon = tried.near(flow.start, MINUTE);
  if (soon < HOSTS && tried.size < HOSTS_IN_AN_HOUR) return;
  const host = flow.initiatorText;
  const { port } = flow;
  const [amount, seconds] = soon >= HOSTS ? [soon, MINUTE] : [tried.size, HOUR];
  found(HOST_SCAN, say('ev-host-scan', { host, port, peers: amount, seconds }), { amount });
}

function sweep(flow: FlowLook, echoed: RecentBy<Distinct>, found: Found): void {
  if ((flow.observed.echo?.requests ?? 0) === 0) return;
  const asked = echoed.recall(flow.initiator, 0);
  asked.add(flow.responder, flow.end);
  const { size: amount } = asked;
  if (amount >= ECHOED)
    found(ICMP_SWEEP, say('ev-icmp-sweep', { host: flow.initiatorText, peers: amount }), { amount });
}
