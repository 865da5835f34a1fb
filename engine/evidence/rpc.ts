// Evidence of DCERPC, over TCP and in SMB pipes: what one host does to another from afar. An interface that is opened
// counts 1, a deed 3 (kind rpc: the highest counts). Storms of calls are a kind of their own.
//
// Exempt: a controller that replicates with another (a host that answers Kerberos, LDAP or replication itself). A
// service that is only started, and a machine password that is set without many logons before it, count less.
import { say } from '../../contract/index.ts';
import {
  ACTIVATOR,
  NETLOGON,
  RPC_INTERFACES,
  RPC_OPERATIONS,
  type RpcInterface,
  type RpcOperation,
  SVCCTL,
} from './data/rpc-interfaces.ts';
import { Recent, Starts } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const STORM_FLOWS = 20;
const STORM_SPACING = 3;
const NETLOGON_FLOWS = 15;
const NETLOGON_SECONDS = 60;
/** Logons in one connection; a member needs one or two. */
const NETLOGON_CALLS = 15;
/** Logons before a machine password is set that tell of guessing (Zerologon needs 256 on average). */
const FAILED_LOGONS = 5;
/** RemoteGetClassObject and RemoteCreateInstance (MS-DCOM, 3.1.2.5.2.3). */
const ACTIVATE: ReadonlySet<number> = new Set([3, 4]);
const AUTHENTICATE: ReadonlySet<number> = new Set([15, 26]);
const CREATE_SERVICE: ReadonlySet<number> = new Set([12, 24, 44, 45, 60]);
const CONTROLLER_PORTS: ReadonlySet<number> = new Set([88, 389, 636, 3268]);
const MAX_PAIRS = 8_192;
const MAX_HOSTS = 8_192;

const SHARP: Rule = {
  name: 'rpc-sharp-operation',
  kind: 'rpc',
  points: 3,
  title: 'rule-rpc-sharp-operation',
  technique: 'T1021',
};
const LESSER: Rule = { name: 'rpc-lesser-operation', kind: 'rpc', points: 2, title: 'rule-rpc-lesser-operation' };
const OPENING: Rule = { name: 'rpc-opening-operation', kind: 'rpc', points: 1, title: 'rule-rpc-opening-operation' };
const ACTIVATION: Rule = {
  name: 'dcom-activation',
  kind: 'rpc',
  points: 2,
  title: 'rule-dcom-activation',
  technique: 'T1021.003',
};
const WMI: Rule = { name: 'rpc-wmi', kind: 'rpc', points: 1, title: 'rule-rpc-wmi', technique: 'T1047' };
const SERVICE: Rule = { name: 'rpc-service-or-task', kind: 'rpc', points: 1, title: 'rule-rpc-service-or-task' };
const COERCION: Rule = {
  name: 'rpc-coercion-interfaces',
  kind: 'rpc',
  points: 1,
  title: 'rule-rpc-coercion-interfaces',
};
const REMOTE: Rule = {
  name: 'rpc-remote-administration',
  kind: 'rpc',
  points: 1,
  title: 'rule-rpc-remote-administration',
};
const DCOM: Rule = { name: 'rpc-dcom', kind: 'rpc', points: 1, title: 'rule-rpc-dcom' };
const ENUMERATION: Rule = { name: 'rpc-enumeration', kind: 'rpc', points: 1, title: 'rule-rpc-enumeration' };
const STORM: Rule = { name: 'rpc-storm', kind: 'rpc-storm', points: 3, title: 'rule-rpc-storm' };
const NETLOGON_STORM: Rule = {
  name: 'netlogon-storm',
  kind: 'rpc-storm',
  points: 3,
  title: 'rule-netlogon-storm',
  technique: 'T1210',
};

export const RPC_RULES: readonly Rule[] = [
  SHARP,
  LESSER,
  OPENING,
  ACTIVATION,
  WMI,
  SERVICE,
  COERCION,
  REMOTE,
  DCOM,
  ENUMERATION,
  STORM,
  NETLOGON_STORM,
];

const BY_POINTS = [OPENING, OPENING, LESSER, SHARP] as const;

export function rpcJudge(): Judge {
  return new RpcJudge();
}

class RpcJudge implements Judge {
  readonly wants = SHOWS.answered | SHOWS.rpc;
  private readonly storms = new Recent<Starts>(MAX_PAIRS);
  private readonly netlogons = new Recent<Starts>(MAX_PAIRS);
  private readonly controllers = new Recent<true>(MAX_HOSTS);
  /** Pairs of which one created a service on the other. */
  private readonly created = new Recent<true>(MAX_PAIRS);

  look(flow: FlowLook, found: Found): void {
    const { rpc, payload } = flow.observed;
    if (flow.transport === 'tcp' && payload[1] > 0 && CONTROLLER_PORTS.has(flow.port))
      this.controllers.set(flow.responder, true);
    if (flow.over && flow.app === 'DCERPC') this.storm(flow, found);
    if (rpc.length === 0) return;
    this.interfaces(flow, found);
    this.operations(flow, found);
    if (rpc.some((c) => c.uuid === NETLOGON)) this.netlogon(flow, found);
  }

  private interfaces(flow: FlowLook, found: Found): void {
    const told = new Set<Rule>();
    const peer = flow.responderText;
    for (const call of flow.observed.rpc) {
      const known = RPC_INTERFACES.get(call.uuid);
      if (known === undefined) continue;
      for (const rule of rulesOf(known)) {
        if (told.has(rule)) continue;
        told.add(rule);
        const said = say('ev-rpc-interface', { host: flow.initiatorText, peer, interface: known.name });
        found(rule, said, { packets: [call.packet] });
      }
    }
  }

  private operations(flow: FlowLook, found: Found): void {
    const { rpc } = flow.observed;
    const host = flow.initiatorText;
    const peer = flow.responderText;
    for (const { uuid, operation, packet } of rpc) {
      if (uuid === SVCCTL && CREATE_SERVICE.has(operation)) this.created.set(pairOf(flow), true);
      if (uuid === ACTIVATOR && ACTIVATE.has(operation))
        found(ACTIVATION, say('ev-dcom-activation', { host, peer }), { packets: [packet] });
      const known = RPC_OPERATIONS.get(`${uuid}/${operation}`);
      if (known === undefined) continue;
      const points = this.pointsOf(known, flow);
      if (points === 0) continue;
      const said = say('ev-rpc-operation', { host, peer, does: say(known.does), operation: known.name });
      found(BY_POINTS[points], said, { packets: [packet] });
    }
  }

  private pointsOf(known: RpcOperation, flow: FlowLook): 0 | 1 | 2 | 3 {
    switch (known.condition) {
      case 'always':
        return known.points;
      case 'not-a-controller':
        return this.controllers.known(flow.initiator) === null ? known.points : 0;
      case 'after-a-creation':
        return this.created.known(pairOf(flow)) === null ? 2 : known.points;
      case 'after-failed-logons': {
        const here = logonsOf(flow).count;
        const before = this.netlogons.known(pairOf(flow))?.size ?? 0;
        return here >= FAILED_LOGONS || before >= FAILED_LOGONS ? known.points : 1;
      }
    }
  }

  private storm(flow: FlowLook, found: Found): void {
    const starts = this.storms.recall(pairOf(flow), () => new Starts(STORM_FLOWS, STORM_FLOWS * STORM_SPACING));
    if (starts.add(flow.start) < STORM_FLOWS || starts.span / STORM_FLOWS >= STORM_SPACING) return;
    const seconds = Math.max(1, Math.round(starts.span));
    const said = say('ev-rpc-storm', {
      host: flow.initiatorText,
      peer: flow.responderText,
      flows: starts.size,
      seconds,
    });
    found(STORM, said);
  }

  private netlogon(flow: FlowLook, found: Found): void {
    const logons = logonsOf(flow);
    if (logons.count >= NETLOGON_CALLS) {
      const said = say('ev-netlogon-tries', {
        host: flow.initiatorText,
        peer: flow.responderText,
        calls: logons.count,
      });
      found(NETLOGON_STORM, said, { packets: logons.packets, amount: logons.count });
    }
    if (!flow.over) return;
    const starts = this.netlogons.recall(pairOf(flow), () => new Starts(NETLOGON_FLOWS, NETLOGON_SECONDS));
    if (starts.add(flow.start) < NETLOGON_FLOWS) return;
    const seconds = Math.max(1, Math.round(starts.span));
    found(
      NETLOGON_STORM,
      say('ev-netlogon-storm', { host: flow.initiatorText, peer: flow.responderText, flows: starts.size, seconds }),
    );
  }
}

/** Logons of a flow to the domain: how many, and the packets of the first of each form. */
function logonsOf(flow: FlowLook): { readonly count: number; readonly packets: readonly number[] } {
  const calls = flow.observed.rpc.filter((c) => c.uuid === NETLOGON && AUTHENTICATE.has(c.operation));
  return { count: calls.reduce((n, c) => n + c.times, 0), packets: calls.map((c) => c.packet) };
}

function rulesOf(known: RpcInterface): readonly Rule[] {
  const rules: Rule[] = known.remote ? [REMOTE] : [];
  if (known.group === 'wmi') rules.push(WMI);
  if (known.group === 'service-or-task') rules.push(SERVICE);
  if (known.group === 'coercion') rules.push(COERCION);
  if (known.group === 'dcom') rules.push(DCOM);
  if (known.group === 'enumeration') rules.push(ENUMERATION);
  return rules;
}

function pairOf(flow: FlowLook): string {
  return `${flow.initiator} ${flow.responder}`;
}
