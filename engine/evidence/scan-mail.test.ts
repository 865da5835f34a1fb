// Evidence of scans, guessing, mail, FTP and pings: each rule at its boundary, and every exemption.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EchoFacts, TextCommand } from '../observe/index.ts';
import { Looks, type MadeLook, rulesOf } from '../testing/looks.ts';
import { LOGIN_PORTS } from './data/login-ports.ts';
import { guessingJudge } from './guessing.ts';
import { mailJudge } from './mail.ts';
import { scanJudge } from './scan.ts';
import { tunnelJudge } from './tunnel.ts';

/** What the last of so many flows raised. */
function last(looks: Looks, n: number, flow: (i: number) => MadeLook): string[] {
  let rules: string[] = [];
  for (let i = 0; i < n; i++) rules = looks.rules(flow(i));
  return rules;
}

test('12 ports of one host within a minute, or 8 within 5 seconds, are a scan', () => {
  const scan = (n: number, gap: number, more: MadeLook = {}): string[] =>
    last(new Looks(scanJudge()), n, (i) => ({ port: 1000 + i, start: i * gap, refused: true, ...more }));
  assert.deepEqual(scan(11, 1), []);
  assert.deepEqual(scan(12, 1), ['port-scan']);
  assert.deepEqual(scan(12, 6), [], '66 s');
  assert.deepEqual(scan(12, 5.4), ['port-scan'], '59.4 s');
  assert.deepEqual(scan(7, 0.1), []);
  assert.deepEqual(scan(8, 0.7), ['port-scan'], '8 within 4.9 s');
  assert.deepEqual(scan(8, 0.8), [], '8 within 5.6 s');
  assert.deepEqual(scan(40, 1, { port: 80 }), [], 'the same port');
  assert.deepEqual(scan(40, 1, { refused: false }), []);
  assert.deepEqual(scan(40, 1, { over: false }), []);
});

test('one port of 8 hosts within a minute, or of 20 within an hour, is a scan', () => {
  const scan = (n: number, gap: number, more: MadeLook = {}): string[] =>
    last(new Looks(scanJudge()), n, (i) => ({ to: `10.0.1.${i}`, port: 445, start: i * gap, refused: true, ...more }));
  assert.deepEqual(scan(7, 1), []);
  assert.deepEqual(scan(8, 1), ['host-scan']);
  assert.deepEqual(scan(8, 9), [], '63 s');
  assert.deepEqual(scan(19, 100), []);
  assert.deepEqual(scan(20, 100), ['host-scan']);
  assert.deepEqual(scan(20, 200), [], 'more than an hour');
  assert.deepEqual(scan(40, 1, { to: '10.0.1.1' }), []);
  for (const payload of [[1, 0] as [number, number], [0, 1] as [number, number]])
    assert.deepEqual(scan(40, 1, { observed: { payload } }), [], 'single packets of connections that were answered');
});

test('20 hosts pinged within an hour are a sweep', () => {
  const sweep = (n: number, gap: number, requests = 1): string[] =>
    last(new Looks(scanJudge()), n, (i) => ({
      transport: 'icmp',
      to: `10.0.1.${i}`,
      start: i * gap,
      observed: { echo: echo({ requests }) },
    }));
  assert.deepEqual(sweep(19, 1), []);
  assert.deepEqual(sweep(20, 1), ['icmp-sweep']);
  assert.deepEqual(sweep(20, 200), []);
  assert.deepEqual(sweep(20, 1, 0), [], 'no requests');
});

test('SSH: 6 short connections, less than 20 s apart on average', () => {
  const ssh = (n: number, gap: number, back = 4_000, more: MadeLook = {}): string[] =>
    last(new Looks(guessingJudge()), n, (i) => ({
      port: 2222,
      app: 'SSH',
      start: i * gap,
      observed: { payload: [2_000, back] },
      ...more,
    }));
  assert.deepEqual(ssh(5, 1), []);
  assert.deepEqual(ssh(6, 1), ['ssh-brute-force']);
  assert.deepEqual(ssh(6, 25), []);
  assert.deepEqual(ssh(6, 1, 5_000), [], 'copies');
  assert.deepEqual(ssh(6, 1, 4_000, { refused: true }), []);
  assert.deepEqual(ssh(6, 1, 4_000, { over: false }), []);
});

test('other services: 8 connections, short in bytes and time, less than 3 s each', () => {
  for (const [port, { most }] of LOGIN_PORTS) {
    const guess = (n: number, gap: number, back = most, more: MadeLook = {}): boolean =>
      last(new Looks(guessingJudge()), n, (i) => ({
        port,
        start: i * gap,
        observed: { payload: [200, back] },
        ...more,
      })).includes('brute-force');
    assert.ok(!guess(7, 1), `${port}`);
    assert.ok(guess(8, 1), `${port}`);
    assert.ok(guess(8, 3.4), `${port}: 23.8 s`);
    assert.ok(!guess(8, 3.5), `${port}: as slow as somebody types`);
    assert.ok(!guess(8, 1, most + 1), `${port}: let in`);
    assert.ok(!guess(8, 1, most, { end: 1e9 }), `${port}: a pool that stays open`);
    assert.ok(!guess(8, 1, most, { transport: 'udp' }), `${port}: no connections`);
    const lasting = (seconds: number): string[] =>
      last(new Looks(guessingJudge()), 8, () => ({ port, start: 0, end: seconds }));
    assert.ok(lasting(30).includes('brute-force'), `${port}: 30 s`);
    assert.ok(!lasting(30.001).includes('brute-force'), `${port}: longer`);
  }
  const looks = new Looks(guessingJudge());
  const said = Array.from({ length: 8 }, () => looks.see({ port: 21, to: '10.0.0.9' })).at(-1)?.[0]?.said;
  assert.equal(
    said,
    '10.0.0.5 made at least 8 short connections to FTP of 10.0.0.9 within 1 s, as when passwords are tried.',
  );
  assert.deepEqual(
    last(new Looks(guessingJudge()), 20, (i) => ({ port: 80, start: i })),
    [],
  );
});

const command = (verb: string, argument = ''): TextCommand => ({ packet: 4, verb, argument });
const commands = (all: TextCommand[], made: MadeLook = {}): string[] =>
  rulesOf(mailJudge, { port: 587, observed: { commands: all }, ...made });

test('mail in clear from an ordinary host to a public server', () => {
  for (const port of [25, 587, 465, 26, 2525])
    assert.deepEqual(commands([command('AUTH', 'LOGIN')], { port }), ['smtp-login-in-clear']);
  assert.deepEqual(commands([command('AUTH', 'TLS')], { port: 21 }), [], 'FTP');
  assert.deepEqual(commands([command('AUTH')], { to: '10.0.0.9' }), []);
  assert.deepEqual(commands([command('AUTH')], { from: '8.8.8.8' }), []);
  assert.deepEqual(commands([command('EHLO', 'DESKTOP-1')]), ['smtp-ehlo-bare-host']);
  for (const name of ['host.test', '[10.0.0.5]', '']) assert.deepEqual(commands([command('EHLO', name)]), [], name);
  assert.deepEqual(commands([command('MAIL', 'FROM:<a@b>'), command('MAIL', 'FROM:<a@b>')]), ['smtp-from-client']);
});

test('a host that answers on port 25 is a mail server', () => {
  const looks = new Looks(mailJudge());
  const login: MadeLook = { port: 25, observed: { commands: [command('AUTH')] } };
  looks.see({ from: '10.0.0.8', to: '10.0.0.5', port: 25, observed: { payload: [5, 0] } });
  assert.deepEqual(looks.rules(login), ['smtp-login-in-clear'], 'it did not answer');
  looks.see({ from: '10.0.0.8', to: '10.0.0.5', port: 25, observed: { payload: [5, 1] } });
  assert.deepEqual(looks.rules(login), []);
  assert.deepEqual(commands([command('AUTH')], { transport: 'udp' }), []);
});

test('an upload by FTP counts one', () => {
  assert.deepEqual(commands([command('STOR', 'a.zip')], { port: 21 }), ['ftp-upload']);
  assert.deepEqual(commands([command('RETR', 'a.zip')], { port: 21 }), []);
  assert.deepEqual(commands([command('STOR', 'a.zip')], { port: 21, to: '10.0.0.9' }), []);
});

function echo(o: Partial<EchoFacts>): EchoFacts {
  const first = new Uint8Array(0);
  return { requests: 10, replies: 10, starts: 4, lengthClasses: 4, longestRequest: 200, first, ...o };
}

test('a tunnel in pings changes contents and lengths', () => {
  const tunnel = (o: Partial<EchoFacts>, made: MadeLook = {}): string[] =>
    rulesOf(tunnelJudge, { transport: 'icmp', port: 0, observed: { echo: echo(o) }, ...made });
  assert.deepEqual(tunnel({}), ['icmp-tunnel']);
  assert.deepEqual(tunnel({ starts: 3 }), []);
  assert.deepEqual(tunnel({ lengthClasses: 3 }), []);
  assert.deepEqual(tunnel({ requests: 9 }), [], '19 packets');
  assert.deepEqual(tunnel({ longestRequest: 1_400 }), []);
  assert.deepEqual(tunnel({ requests: 2, replies: 2, lengthClasses: 2, longestRequest: 300 }), ['icmp-tunnel']);
  assert.deepEqual(tunnel({ requests: 2, replies: 2, lengthClasses: 2, longestRequest: 299 }), []);
  assert.deepEqual(tunnel({ requests: 2, replies: 2, lengthClasses: 1, longestRequest: 300 }), []);
  assert.deepEqual(tunnel({ requests: 1, replies: 40 }), []);
  assert.deepEqual(tunnel({ replies: 1, requests: 40 }), []);
  assert.deepEqual(tunnel({}, { transport: 'other' }), [], 'not ICMP over IPv4');
});
