// Remote calls, WinRM and Kerberos at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, type Turn } from '../testing/evidence-kit.ts';
import { AS_REQUEST, kerberosError, rpcBytes } from '../testing/remote-calls.ts';
import { ACTIVATOR, DRSUAPI, NETLOGON, RPC_INTERFACES, SVCCTL } from './data/rpc-interfaces.ts';

const INSIDE = '10.0.0.9';
const OTHER = '10.0.0.8';
const CALLS: MadeFlow = { to: INSIDE, port: 49_668 };

const says = (dir: 0 | 1, data: string | Uint8Array): Turn => ({ dir, data });
const uuidOf = (name: string): string => [...RPC_INTERFACES].find(([, i]) => i.name === name)![0];

/** One connection that binds an interface and calls its operations. */
function called(uuid: string, operations: readonly number[], flow: MadeFlow = {}, made = new MadeCapture()) {
  return made.connection([says(0, rpcBytes(uuid, operations))], { ...CALLS, ...flow });
}

/** Interfaces that a rule is about, by their names, and all others. */
function edgesOfInterfaces(rule: string, names: string): void {
  const uuids = ['00000000-0000-0000-0000-000000000000', ...RPC_INTERFACES.keys()];
  const raises = uuids.filter((uuid) => names.split(' ').includes(RPC_INTERFACES.get(uuid)?.name ?? ''));
  const not = uuids.filter((uuid) => !raises.includes(uuid));
  edge(rule, 'its interfaces', (uuid: string) => called(uuid, []), { raises, not });
}

edgesOfInterfaces(
  'rpc-remote-administration',
  `svcctl IWbemLevel1Login IWbemServices spoolss drsuapi MS-EFSR MS-PAR winreg eventlog MS-EVEN6 BackupKey atsvc
  ITaskSchedulerService`.replaceAll(/\s+/g, ' '),
);
edgesOfInterfaces('rpc-wmi', 'IWbemLevel1Login IWbemServices');
edgesOfInterfaces('rpc-service-or-task', 'svcctl atsvc ITaskSchedulerService');
edgesOfInterfaces('rpc-coercion-interfaces', 'spoolss MS-PAR MS-EFSR');
edgesOfInterfaces('rpc-dcom', 'ISystemActivator IRemUnknown2');
edgesOfInterfaces('rpc-enumeration', 'samr srvsvc dssetup');

/** Operations of an interface that a rule is about, and others of it. */
function edgesOfOperations(rule: string, name: string, raises: readonly number[], not: readonly number[]): void {
  for (const [uuid, known] of RPC_INTERFACES)
    if (known.name === name) edge(rule, `operations of ${name}`, (n: number) => called(uuid, [n]), { raises, not });
}

edgesOfOperations('rpc-sharp-operation', 'IWbemServices', [14, 15, 24, 25], [13, 16, 23, 26]);
edgesOfOperations('rpc-sharp-operation', 'svcctl', [11, 12, 23, 24, 44, 45, 60], [10, 13, 19, 22, 25, 31, 43, 46, 59]);
edgesOfOperations('rpc-sharp-operation', 'ITaskSchedulerService', [1], [0, 2]);
edgesOfOperations('rpc-sharp-operation', 'atsvc', [0], [1]);
edgesOfOperations('rpc-sharp-operation', 'drsuapi', [3, 5], [2, 4, 6]);
edgesOfOperations('rpc-sharp-operation', 'spoolss', [9, 62, 89], [8, 10, 61, 63, 65, 88, 90]);
edgesOfOperations('rpc-sharp-operation', 'MS-PAR', [39], [8, 38, 40]);
edgesOfOperations('rpc-sharp-operation', 'MS-EFSR', [0, 4], [1, 3, 6]);
edgesOfOperations('rpc-sharp-operation', 'samr', [37, 58], [36, 38, 57, 59, 64]);
edgesOfOperations('rpc-lesser-operation', 'IWbemLevel1Login', [6], [5, 7]);
edgesOfOperations('rpc-lesser-operation', 'svcctl', [19, 31], [12, 18, 20, 30, 32]);
edgesOfOperations('rpc-lesser-operation', 'spoolss', [65], [62, 64, 66]);
edgesOfOperations('rpc-lesser-operation', 'BackupKey', [0], [1]);
edgesOfOperations('rpc-opening-operation', 'samr', [54, 55, 64], [37, 53, 56, 63, 65]);
edgesOfOperations('rpc-opening-operation', 'netlogon', [30], [15, 29, 31]);

const [EFSR, EFSR_PIPE] = [...RPC_INTERFACES.keys()].filter((uuid) => RPC_INTERFACES.get(uuid)!.name === 'MS-EFSR');
edge('rpc-sharp-operation', 'decryption, by one of two interfaces', (uuid: string) => called(uuid, [5]), {
  raises: [EFSR!],
  not: [EFSR_PIPE!],
});
edge('dcom-activation', 'the number of an operation', (n: number) => called(ACTIVATOR, [n]), {
  raises: [3, 4],
  not: [2, 5],
});
edge('dcom-activation', 'the interface', (uuid: string) => called(uuid, [4]), { raises: [ACTIVATOR], not: [SVCCTL] });

/** A service is started on a host after an operation on another or the same one. */
const started = (first: number, to: string, uuid = SVCCTL): string[] =>
  called(SVCCTL, [19], { at: 60 }, called(uuid, [first], { to })).lastRules();
edge('rpc-sharp-operation', 'a start counts after a creation', (first: number) => started(first, INSIDE), {
  raises: [12, 24, 44, 45, 60],
  not: [11, 13],
});
edge('rpc-sharp-operation', 'a start counts on the host of the creation', (to: string) => started(12, to), {
  raises: [INSIDE],
  not: [OTHER],
});
edge('rpc-sharp-operation', 'a start counts after a service', (uuid: string) => started(12, INSIDE, uuid), {
  raises: [SVCCTL],
  not: [uuidOf('samr')],
});
edge('rpc-lesser-operation', 'a start counts less without a creation', (to: string) => started(12, to), {
  raises: [OTHER],
  not: [INSIDE],
});

/** Replication is asked for by a host that another one was answered by before. */
function replicated(o: { port?: number; answer?: string; operation?: number }): string[] {
  const { port = 88, answer = 'yes', operation = 3 } = o;
  const turns = [says(0, 'asked'), ...(answer === '' ? [] : [says(1, answer)])];
  const made = new MadeCapture().connection(turns, { from: '10.0.0.7', to: '10.0.0.5', port });
  return called(DRSUAPI, [operation], { at: 60 }, made).lastRules();
}
edge('rpc-sharp-operation', 'replication, but of controllers', replicated, {
  raises: [{ port: 87 }, { port: 3_269 }, { port: 390 }, { port: 637 }],
  not: [{}, { port: 389 }, { port: 636 }, { port: 3_268 }],
});
edge('rpc-sharp-operation', 'a controller answers', replicated, { raises: [{ answer: '' }], not: [{ answer: 'y' }] });
edge('rpc-sharp-operation', 'operations of replication', (operation: number) => replicated({ port: 80, operation }), {
  raises: [3, 5],
  not: [2, 4, 6],
});

/** A machine's password is set after logons, in its own connection or in connections of their own. */
function passwordSet({ calls = 0, by = 15, flows = 0, to = INSIDE }): string[] {
  const made = new MadeCapture();
  for (let i = 0; i < flows; i++) called(NETLOGON, [], { to, at: i }, made);
  const logons = new Array<number>(calls).fill(by);
  return called(NETLOGON, [...logons, 30], { at: 30 }, made).lastRules();
}
edge('rpc-sharp-operation', 'a machine password after five logons', passwordSet, {
  raises: [{ calls: 5 }, { calls: 5, by: 26 }, { flows: 5 }],
  not: [{ calls: 4 }, { calls: 5, by: 4 }, { flows: 4 }, { flows: 5, to: OTHER }],
});
edge('rpc-opening-operation', 'a machine password after few logons', passwordSet, {
  raises: [{}, { calls: 4 }, { flows: 4 }],
  not: [{ calls: 5 }, { flows: 5 }],
});

edge('netlogon-storm', '15 logons in one connection', (n: number) => called(NETLOGON, new Array<number>(n).fill(15)), {
  raises: [15],
  not: [14],
});
edge('netlogon-storm', 'challenges are no logons', (by: number) => called(NETLOGON, new Array<number>(40).fill(by)), {
  raises: [15, 26],
  not: [4, 14, 16, 25, 27],
});

/** A bind of the domain logon, and calls of an interface. */
function logons(uuid: string): MadeCapture {
  const calls = rpcBytes(uuid, new Array<number>(40).fill(15));
  const turns = [says(0, rpcBytes(NETLOGON)), says(0, calls)];
  return new MadeCapture().connection(turns, CALLS);
}
edge('netlogon-storm', 'logons to the domain', logons, { raises: [NETLOGON], not: [uuidOf('samr')] });

/** Connections with so many seconds between the first and the last. */
function storm({ n, seconds, uuid = SVCCTL, to = () => INSIDE }: Storm): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) called(uuid, [], { at: (i * seconds) / (n - 1), to: to(i) }, made);
  return made;
}

interface Storm {
  readonly n: number;
  readonly seconds: number;
  readonly uuid?: string;
  readonly to?: (i: number) => string;
}
const spread = (i: number): string => (i % 2 === 0 ? INSIDE : OTHER);

edge('netlogon-storm', '15 connections within a minute', (o: Partial<Storm>) => storm({ n: 15, seconds: 60, ...o }), {
  raises: [{ uuid: NETLOGON }],
  not: [{ uuid: NETLOGON, n: 14 }, { uuid: NETLOGON, seconds: 61 }, { uuid: NETLOGON, to: spread }, { uuid: SVCCTL }],
});
edge('rpc-storm', '20 connections, less than 3 s each', (o: Partial<Storm>) => storm({ n: 20, seconds: 59, ...o }), {
  raises: [{}, { uuid: NETLOGON }],
  not: [{ n: 19 }, { seconds: 60 }, { to: spread }],
});

const administered = (target: string): MadeCapture => new MadeCapture().http([{ target }], { to: INSIDE, port: 5_985 });
edge('winrm', 'the path, but no forwarding of events', administered, {
  raises: ['/wsman', '/WSMAN?PSVersion=5.1', 'http://10.0.0.9:5985/wsman', '/wsman/subscribe'],
  not: ['/', '/x/wsman', '/wsma', '/wsman/SubscriptionManager/WEC', '/wsman/subscriptions/0A1B/1'],
});

/** Requests that a controller refuses, each a flow. */
function refused({ n = 8, seconds = 60, code = 6, to = () => INSIDE }: Refused): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) {
    const at = (i * seconds) / (n - 1);
    made.udp(AS_REQUEST, { to: to(i), port: 88, at, answer: kerberosError(code) });
  }
  return made;
}

interface Refused {
  readonly n?: number;
  readonly seconds?: number;
  readonly code?: number;
  readonly to?: (i: number) => string;
}
edge('kerberos-guessing', '8 failures within a minute, by one controller', refused, {
  raises: [{}],
  not: [{ n: 7 }, { seconds: 61 }, { to: spread }],
});
edge('kerberos-guessing', 'unknown, locked out or a wrong password', (code: number) => refused({ n: 20, code }), {
  raises: [6, 18, 24],
  not: [5, 7, 17, 19, 23, 25],
});
