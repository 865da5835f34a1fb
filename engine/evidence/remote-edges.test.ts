// Remote calls, shares and Kerberos at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, PROGRAM, type Turn } from '../testing/evidence-kit.ts';
import {
  AS_REQUEST,
  kerberosError,
  rpcBytes,
  smbOpen,
  smbReadAnswer,
  smbWrite,
  treeConnect,
  trans2,
} from '../testing/remote-calls.ts';
import { REMOTE_TOOLS } from './data/remote-tools.ts';
import { ACTIVATOR, DRSUAPI, NETLOGON, RPC_INTERFACES, type RpcInterface, SVCCTL } from './data/rpc-interfaces.ts';

const INSIDE = '10.0.0.9';
const OTHER = '10.0.0.8';
const CALLS: MadeFlow = { to: INSIDE, port: 49_668 };

const says = (dir: 0 | 1, data: string | Uint8Array): Turn => ({ dir, data });
const uuidOf = (name: string): string => [...RPC_INTERFACES].find(([, i]) => i.name === name)![0];

/** One connection that binds an interface and calls its operations. */
function called(uuid: string, operations: readonly number[], flow: MadeFlow = {}, made = new MadeCapture()) {
  return made.connection([says(0, rpcBytes(uuid, operations))], { ...CALLS, ...flow });
}

/** Interfaces of which something holds, and all others. */
function edgesOfInterfaces(rule: string, belongs: (known: RpcInterface | undefined) => boolean): void {
  const uuids = ['00000000-0000-0000-0000-000000000000', ...RPC_INTERFACES.keys()];
  const raises = uuids.filter((uuid) => belongs(RPC_INTERFACES.get(uuid)));
  const not = uuids.filter((uuid) => !raises.includes(uuid));
  edge(rule, 'its interfaces', (uuid: string) => called(uuid, []), { raises, not });
}

edgesOfInterfaces('rpc-remote-administration', (known) => known?.remote === true);
edgesOfInterfaces('rpc-wmi', (known) => known?.group === 'wmi');
edgesOfInterfaces('rpc-service-or-task', (known) => known?.group === 'service-or-task');
edgesOfInterfaces('rpc-coercion-interfaces', (known) => known?.group === 'coercion');
edgesOfInterfaces('rpc-dcom', (known) => known?.group === 'dcom');
edgesOfInterfaces('rpc-enumeration', (known) => known?.group === 'enumeration');

edge('rpc-sharp-operation', 'the number of an operation', (n: number) => called(SVCCTL, [n]), {
  raises: [12, 24, 44, 45, 60],
  not: [10, 13, 25, 43, 46, 59, 61],
});
edge('dcom-activation', 'the number of an operation', (n: number) => called(ACTIVATOR, [n]), {
  raises: [3, 4],
  not: [2, 5],
});
edge('dcom-activation', 'the interface', (uuid: string) => called(uuid, [4]), { raises: [ACTIVATOR], not: [SVCCTL] });
edge('rpc-lesser-operation', 'the number of an operation', (n: number) => called(uuidOf('IWbemLevel1Login'), [n]), {
  raises: [6],
  not: [5, 7],
});
edge('rpc-opening-operation', 'the number of an operation', (n: number) => called(uuidOf('samr'), [n]), {
  raises: [54, 55, 64],
  not: [53, 56, 63, 65],
});

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

/** A share is connected to, and things are opened, written or read there. */
interface Shared {
  readonly share?: string;
  readonly names?: readonly string[];
  readonly written?: string;
  readonly read?: string;
}

function shared({ share = 'ADMIN$', names = [], written, read }: Shared): MadeCapture {
  const { asked, given } = treeConnect(share);
  const turns = [says(0, asked), says(1, given), ...names.map((name) => says(0, smbOpen(name)))];
  if (written !== undefined) turns.push(says(0, smbWrite(Buffer.from(written, 'latin1'))));
  if (read !== undefined) turns.push(says(1, smbReadAnswer(Buffer.from(read, 'latin1'))));
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}

edge('smb-program-to-admin-share', 'the ending of a program', (name: string) => shared({ names: [name] }), {
  raises: ['a.exe', 'dir\\a.BAT', 'a.ps1', 'a.hta', 'a.vbs'],
  not: ['a.docx', 'a.exe.txt', 'exe'],
});
edge('smb-program-to-admin-share', 'an administrative share', (share: string) => shared({ share, names: ['a.exe'] }), {
  raises: ['ADMIN$', 'admin$', 'C$', 'z$'],
  not: ['IPC$', 'Public', 'PRINT$', 'CD$', 'C', 'MYADMIN$', '1$'],
});
edge('smb-program-to-admin-share', 'a library on ADMIN$', (share: string) => shared({ share, names: ['a.dll'] }), {
  raises: ['ADMIN$'],
  not: ['C$', 'Public'],
});

/** A file on ADMIN$, and a pipe of IPC$ opened beside it. */
function beside(pipe: string, file: string): MadeCapture {
  const [ipc, admin] = [treeConnect('IPC$', 6), treeConnect('ADMIN$', 5)];
  const connects = [says(0, ipc.asked), says(1, ipc.given), says(0, admin.asked), says(1, admin.given)];
  const turns = [...connects, says(0, smbOpen(pipe, 6)), says(0, smbOpen(file, 5))];
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}
edge('smb-program-to-admin-share', 'a library, but no printer driver’s', (pipe: string) => beside(pipe, 'a.dll'), {
  raises: ['lsarpc', 'srvsvc2'],
  not: ['srvsvc', 'PIPE\\SRVSVC'],
});
edge('smb-program-to-admin-share', 'a driver’s pipe, and no file', (o: Shared) => shared(o), {
  raises: [{ names: ['srvsvc', 'a.dll'] }],
  not: [{ share: 'Public', names: ['srvsvc', 'a.dll'] }],
});
edge('smb-program-to-admin-share', 'a file and no pipe', (file: string) => beside('a.exe', file), {
  raises: ['b.exe'],
  not: ['b.txt'],
});
edge(
  'smb-program-to-admin-share',
  'a share of that name',
  (o: Shared) => shared({ names: ['ADMIN$', 'a.exe'], ...o }),
  { raises: [{}], not: [{ share: 'Public' }] },
);
edge('smb-program-to-admin-share', 'a program’s bytes', (written: string) => shared({ names: ['a.tmp'], written }), {
  raises: [PROGRAM],
  not: ['MZ, as this text begins'],
});
edge(
  'smb-program-to-admin-share',
  'bytes to an administrative share',
  (share: string) => shared({ share, written: PROGRAM }),
  { raises: ['C$'], not: ['Public', 'IPC$'] },
);

/** A program whose stub stands so many bytes behind MZ. */
const stub = (between: number, says = 'cannot be run'): string => `MZ${'\0'.repeat(between)}This program ${says}`;
function edgesOfPrograms(rule: string, made: (bytes: string) => MadeCapture): void {
  edge(rule, 'MZ, and 50 to 400 bytes behind it a stub', made, {
    raises: [stub(50), stub(400), stub(50, 'must be run')],
    not: [stub(49), stub(401), stub(50, 'should be run'), stub(50).slice(1)],
  });
}
edgesOfPrograms('program-written-by-smb', (written) => shared({ share: 'Public', written }));
edgesOfPrograms('program-read-by-smb', (read) => shared({ share: 'Public', read }));

edge('smb-remote-execution', 'the name of a tool', (name: string) => shared({ share: 'IPC$', names: [name] }), {
  raises: ['PSEXESVC', 'psexesvc-HOST-1-stdin', ...REMOTE_TOOLS],
  not: ['PSEXE', 'lsarpc'],
});
edge('smb-remote-execution', 'of a pipe or file', (o: Shared) => shared(o), {
  raises: [
    { share: 'IPC$', names: ['PSEXESVC'] },
    { share: 'Public', names: ['dir\\__output'] },
  ],
  not: [{ share: 'PSEXESVC' }],
});
edge('smb-svcctl', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['svcctl'], ...o }), {
  raises: [{}, { names: ['\\PIPE\\SVCCTL'] }],
  not: [{ share: 'Public' }, { names: ['srvsvc'] }, { names: ['svcctl2'] }],
});
edge('smb-winreg', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['winreg'], ...o }), {
  raises: [{}],
  not: [{ share: 'Public' }, { names: ['svcctl'] }],
});
edge('smb-atsvc', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['atsvc'], ...o }), {
  raises: [{}],
  not: [{ share: 'Public' }, { names: ['winreg'] }],
});

/** TRANS2 of SMB 1 and its answer. */
function setup({ subcommand = 14, mid = 81, status = 0xc0000002 }): MadeCapture {
  const turns = [says(0, trans2(subcommand, 65)), says(1, trans2(0, mid, status))];
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}
edge('smb1-trans2-setup', 'the subcommand', (subcommand: number) => setup({ subcommand }), {
  raises: [14],
  not: [13, 15],
});
edge('smb1-doublepulsar', 'another Multiplex ID, and not implemented', setup, {
  raises: [{}, { mid: 66 }],
  not: [{ mid: 65 }, { status: 0 }, { status: 0xc0000001 }, { subcommand: 13 }],
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
