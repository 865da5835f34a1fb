// Evidence of DCERPC and SMB: each rule at its boundary, and every exemption.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RpcCall, Sight, SmbName } from '../observe/index.ts';
import { Looks, type MadeLook, rulesOf, type Seen } from '../testing/looks.ts';
import { ACTIVATOR, DRSUAPI, NETLOGON, RPC_INTERFACES, RPC_OPERATIONS, SVCCTL } from './data/rpc-interfaces.ts';
import { REMOTE_TOOLS } from './data/remote-tools.ts';
import { rpcJudge } from './rpc.ts';
import { smbJudge } from './smb.ts';

const call = (uuid: string, operation = -1, times = 1): RpcCall => ({ packet: 3, uuid, operation, times });
const LAN: MadeLook = { from: '10.0.0.5', to: '10.0.0.9', port: 445, app: 'SMB' };
const calls = (...rpc: RpcCall[]): MadeLook => ({ ...LAN, observed: { rpc } });
const uuidOf = (name: string): string => [...RPC_INTERFACES].find(([, i]) => i.name === name)![0];

function pointsOf(seen: readonly Seen[]): number {
  return Math.max(0, ...seen.map((s) => s.points));
}

test('an interface that is opened counts one, and netlogon nothing', () => {
  for (const [uuid, known] of RPC_INTERFACES) {
    const seen = new Looks(rpcJudge()).see(calls(call(uuid)));
    assert.equal(pointsOf(seen), known.group === 'logon' ? 0 : 1, known.name);
    assert.equal(
      seen.some((s) => s.rule === 'rpc-remote-administration'),
      known.remote,
      known.name,
    );
  }
  assert.deepEqual(rulesOf(rpcJudge, calls(call(uuidOf('IWbemServices')))), ['rpc-remote-administration', 'rpc-wmi']);
  assert.deepEqual(rulesOf(rpcJudge, calls(call(uuidOf('spoolss')))), [
    'rpc-remote-administration',
    'rpc-coercion-interfaces',
  ]);
  const both = calls(call(uuidOf('IWbemServices')), call(uuidOf('IWbemLevel1Login')));
  assert.deepEqual(rulesOf(rpcJudge, both), ['rpc-remote-administration', 'rpc-wmi'], 'each once');
  assert.deepEqual(rulesOf(rpcJudge, calls(call('00000000-0000-0000-0000-000000000000'))), []);
});

test('a deed has its points, its packet and its words; the number beside it has none', () => {
  for (const [key, known] of RPC_OPERATIONS) {
    if (known.condition !== 'always') continue;
    const [uuid = '', number] = key.split('/');
    const seen = new Looks(rpcJudge()).see(calls(call(uuid, Number(number))));
    const deed = seen.find((s) => s.said.includes(known.name));
    assert.equal(deed?.points, known.points, known.name);
    assert.deepEqual(deed?.packets, [3]);
  }
  assert.ok(pointsOf(new Looks(rpcJudge()).see(calls(call(SVCCTL, 13)))) < 2);
  const [, , deed] = new Looks(rpcJudge()).see(calls(call(SVCCTL, 12)));
  assert.equal(deed?.said, '10.0.0.5 created a service on 10.0.0.9 (CreateServiceW).');
});

test('a start counts 3 after a creation only', () => {
  assert.equal(pointsOf(new Looks(rpcJudge()).see(calls(call(SVCCTL, 19)))), 2);
  const looks = new Looks(rpcJudge());
  looks.see(calls(call(SVCCTL, 12)));
  const seen = looks.see(calls(call(SVCCTL, 19)));
  assert.ok(seen.some((s) => s.rule === 'rpc-sharp-operation' && s.said.includes('StartServiceW')));
  assert.ok(
    !looks.rules({ ...calls(call(SVCCTL, 19)), to: '10.0.0.8' }).includes('rpc-sharp-operation'),
    'another host',
  );
});

test('replication counts unless a controller asks', () => {
  const looks = new Looks(rpcJudge());
  const answers: MadeLook = { from: '10.0.0.7', to: '10.0.0.5', port: 88, observed: { payload: [200, 300] } };
  looks.see({ ...answers, transport: 'udp' });
  assert.ok(looks.rules(calls(call(DRSUAPI, 3))).includes('rpc-sharp-operation'));
  looks.see(answers);
  assert.deepEqual(looks.rules(calls(call(DRSUAPI, 3))), ['rpc-remote-administration']);
  assert.ok(looks.rules({ ...calls(call(DRSUAPI, 3)), from: '10.0.0.6' }).includes('rpc-sharp-operation'));
});

test('a machine password counts 3 after five logons, else 1', () => {
  const set = (times: number): MadeLook => calls(call(NETLOGON, 26, times), call(NETLOGON, 30));
  assert.deepEqual(rulesOf(rpcJudge, set(4)), ['rpc-opening-operation']);
  assert.deepEqual(rulesOf(rpcJudge, set(5)), ['rpc-sharp-operation']);
});

test('15 logons to the domain in one connection are a storm', () => {
  const tried = (more: number): MadeLook => calls(call(NETLOGON, 15, 10), call(NETLOGON, 26, more));
  assert.deepEqual(rulesOf(rpcJudge, tried(4)), []);
  assert.deepEqual(rulesOf(rpcJudge, { ...tried(5), over: false }), ['netlogon-storm']);
  assert.deepEqual(rulesOf(rpcJudge, calls(call(NETLOGON, 4, 100))), [], 'challenges are no logons');
});

test('DCOM: operations 3 and 4 of the activator', () => {
  for (const operation of [3, 4])
    assert.deepEqual(rulesOf(rpcJudge, calls(call(ACTIVATOR, operation))), ['rpc-dcom', 'dcom-activation']);
  assert.deepEqual(rulesOf(rpcJudge, calls(call(ACTIVATOR, 5))), ['rpc-dcom']);
});

test('storms: 20 flows within a minute, 15 of netlogon within a minute', () => {
  const storm = (n: number, gap: number): string[] => {
    const looks = new Looks(rpcJudge());
    let last: string[] = [];
    for (let i = 0; i < n; i++) last = looks.rules({ ...LAN, app: 'DCERPC', start: i * gap });
    return last;
  };
  assert.deepEqual(storm(19, 1), []);
  assert.deepEqual(storm(20, 1), ['rpc-storm']);
  assert.deepEqual(storm(20, 3.2), []);
  const netlogon = (n: number, gap: number): string[] => {
    const looks = new Looks(rpcJudge());
    let last: string[] = [];
    for (let i = 0; i < n; i++) last = looks.rules({ ...calls(call(NETLOGON)), start: i * gap });
    return last;
  };
  assert.deepEqual(netlogon(14, 1), []);
  assert.deepEqual(netlogon(15, 1), ['netlogon-storm']);
  assert.deepEqual(netlogon(15, 5), []);
  const open = new Looks(rpcJudge());
  for (let i = 0; i < 30; i++) {
    assert.deepEqual(open.rules({ ...LAN, app: 'DCERPC', over: false }), [], 'not over yet');
    assert.deepEqual(open.rules({ ...calls(call(NETLOGON)), over: false }), [], 'not over yet');
  }
  const said = (made: MadeLook, n: number, gap: number): string | undefined => {
    const looks = new Looks(rpcJudge());
    return Array.from({ length: n }, (_, i) => looks.see({ ...made, start: i * gap }))[n - 1]?.[0]?.said;
  };
  for (const [made, n] of [
    [{ ...LAN, app: 'DCERPC' }, 20],
    [calls(call(NETLOGON)), 15],
  ] as const) {
    assert.match(said(made, n, 0) ?? '', / 1 s\.$/, 'at once');
    assert.match(said(made, n, 2) ?? '', new RegExp(` ${2 * (n - 1)} s\\.$`));
  }
});

const smb = (what: SmbName['what'], name: string): SmbName => ({ packet: 5, what, name });
const sight = (pattern: string, dir = 0): Sight => ({ pattern, packet: 6, dir, text: '' });
const smbRules = (names: readonly SmbName[], sights: readonly Sight[] = []): string[] =>
  rulesOf(smbJudge, { ...LAN, observed: { smb: [...names], sights: [...sights] } });

test('a program on an administrative share', () => {
  const rule = ['smb-program-to-admin-share'];
  for (const file of ['a.exe', 'a.BAT', 'dir\\a.ps1', 'a.hta', 'a.vbs'])
    assert.deepEqual(smbRules([smb('share', 'ADMIN$'), smb('file', file)]), rule, file);
  assert.deepEqual(smbRules([smb('share', 'c$'), smb('file', 'a.exe')]), rule);
  assert.deepEqual(smbRules([smb('share', 'IPC$'), smb('file', 'a.exe')]), [], 'IPC$ is no C$');
  assert.deepEqual(smbRules([smb('share', 'Public'), smb('file', 'a.exe')]), []);
  assert.deepEqual(smbRules([smb('share', 'C$'), smb('file', 'a.txt')]), []);
  assert.deepEqual(smbRules([smb('share', 'ADMIN$'), smb('file', 'a.dll')]), rule);
  assert.deepEqual(smbRules([smb('share', 'ADMIN$'), smb('file', 'a.dll'), smb('pipe', 'srvsvc')]), [], 'a driver');
  assert.deepEqual(smbRules([smb('share', 'C$'), smb('file', 'a.dll')]), []);
  assert.deepEqual(smbRules([smb('share', 'C$'), smb('file', 'a.tmp')], [sight('program-written')]), [
    'smb-program-to-admin-share',
    'program-written-by-smb',
  ]);
});

test('programs on other shares, tools and pipes', () => {
  assert.deepEqual(smbRules([], [sight('program-written')]), ['program-written-by-smb']);
  assert.deepEqual(smbRules([], [sight('program-read', 1)]), ['program-read-by-smb']);
  const smb2 = { ...LAN, app: 'SMB2', observed: { sights: [sight('program-written')] } };
  assert.deepEqual(rulesOf(smbJudge, smb2), ['program-written-by-smb'], 'version 2 has a name of its own');
  assert.deepEqual(smbRules([], [sight('program-raw', 1)]), [], 'a program that no share brought');
  for (const tool of REMOTE_TOOLS)
    assert.deepEqual(smbRules([smb('pipe', `${tool}-1`)]), ['smb-remote-execution'], tool);
  assert.deepEqual(smbRules([smb('share', 'PSEXESVC')]), [], 'a share of that name');
  for (const pipe of ['svcctl', 'winreg', 'atsvc'])
    assert.deepEqual(smbRules([smb('pipe', `\\${pipe}`)]), [`smb-${pipe}`]);
  assert.deepEqual(smbRules([smb('pipe', 'svcctl'), smb('pipe', 'PIPE\\svcctl')]), ['smb-svcctl'], 'once');
  assert.deepEqual(smbRules([smb('pipe', 'srvsvc'), smb('pipe', 'lsarpc'), smb('file', 'svcctl')]), []);
});

test('SMB 1: the question counts 2, the back door’s answer 3', () => {
  const seen = (s: Sight[]): Seen[] => new Looks(smbJudge()).see({ ...LAN, observed: { sights: s } });
  assert.equal(pointsOf(seen([sight('smb1-trans2-session-setup')])), 2);
  assert.equal(pointsOf(seen([sight('smb1-trans2-session-setup'), sight('doublepulsar-answer', 1)])), 3);
  assert.deepEqual(seen([sight('jndi')]), []);
});
