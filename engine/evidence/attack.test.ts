// Evidence of exploits, shells, malware and mining: each rule at its boundary, and every exemption.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpExchange, Sight } from '../observe/index.ts';
import { askedFor, latin, Looks, type MadeLook, rulesOf } from '../testing/looks.ts';
import { exploitJudge } from './exploit.ts';
import { malwareJudge } from './malware.ts';
import { miningJudge } from './mining.ts';

const sight = (pattern: string, dir = 0, text = 'x'): Sight => ({ pattern, packet: 6, dir, text });
const seen = (sights: Sight[], made: MadeLook = {}): string[] =>
  rulesOf(exploitJudge, { app: 'HTTP', port: 80, observed: { sights, httpRequests: 1 }, ...made });

function asked(target: string): HttpExchange {
  return askedFor({ target, host: 'a.test' });
}

test('patterns in what a client sends by HTTP', () => {
  assert.deepEqual(seen([sight('jndi')]), ['log4shell']);
  assert.deepEqual(seen([sight('scanner')]), ['web-attack', 'web-attack-answered'], 'it says so itself');
  for (const p of ['traversal', 'sqli', 'xss', 'shellshock']) {
    assert.deepEqual(seen([sight(p)]), ['web-attack'], p);
    assert.deepEqual(seen([sight(p, 1)]), [], `${p} from the server`);
    assert.deepEqual(seen([sight(p)], { app: 'TLS' }), [], p);
  }
  assert.deepEqual(seen([sight('jndi', 1)]), []);
  assert.deepEqual(seen([sight('java-class', 1)]), ['java-class-over-http']);
  assert.deepEqual(seen([sight('java-class', 0)]), []);
  assert.deepEqual(seen([sight('shell-output', 1)]), [], 'within a web page');
});

test('commands in targets, and what only looks like them', () => {
  const target = (t: string): string[] => rulesOf(exploitJudge, { app: 'HTTP', observed: { http: [asked(t)] } });
  const attacks = [
    '/a?x=1;wget+http://b',
    '/a?x=%3b%20id',
    '/a?x=`whoami`',
    '/a?x=$(curl+b)',
    '/a?x=%24%28cat+a',
    '/a?x=|bash',
    '/a?x=%7c+wget',
    '/cgi-bin/.%2e/x',
    '/x/bin/sh',
    '/a?getRuntime',
    '/freemarker',
    '/a?%24%7b%22%66%72%65%65%6d%61%72%6b%65%72%2e%74emplate',
    '/a?x=%2fbin%2fsh',
  ];
  for (const t of attacks) assert.deepEqual(target(t), ['web-attack'], t);
  for (const t of [
    '/a?cmd=list',
    '/a?exec=1&command=go',
    '/a;identity=1',
    '/ads;cat=top;id=3',
    '/a?x=%66reely',
    '/a;category',
    '/a|id',
    '/shell',
    '/a?x=catalog',
  ])
    assert.deepEqual(target(t), [], t);
});

test('an attempt that was answered with success counts 3', () => {
  const answered = (status: number, target: string, sights: Sight[] = []): string[] => {
    const response = { packet: 10, seconds: 0, status, contentType: null, contentLength: -1, encoding: null };
    const body = { body: new Uint8Array(0), rawBytes: 0, entropy: 0 };
    const http = [{ ...asked(target), response: { ...response, ...body } }];
    return rulesOf(exploitJudge, { app: 'HTTP', observed: { http, sights, httpRequests: 1 } });
  };
  const later: Sight = { pattern: 'sqli', packet: 9, dir: 0, text: 'x' };
  for (const status of [200, 206, 299]) {
    assert.deepEqual(answered(status, '/a?x=;id'), ['web-attack', 'web-attack-answered'], String(status));
    assert.deepEqual(answered(status, '/a', [later]), ['web-attack', 'web-attack-answered'], String(status));
  }
  for (const status of [199, 300, 403, 500]) {
    assert.deepEqual(answered(status, '/a?x=;id'), ['web-attack'], String(status));
    assert.deepEqual(answered(status, '/a', [later]), ['web-attack'], String(status));
  }
  const unseen = { http: [{ request: null, response: null, done: true }], sights: [later], httpRequests: 1 };
  assert.deepEqual(
    rulesOf(exploitJudge, { app: 'HTTP', observed: unseen }),
    ['web-attack'],
    'its request was not seen',
  );
  assert.deepEqual(
    answered(200, '/a', [{ ...later, packet: 8 }]),
    ['web-attack'],
    'before the request that was answered',
  );
});

test('a shell: commands that the peer sends first, or what a shell answers', () => {
  const shell = (peer: string, made: MadeLook = {}): string[] =>
    rulesOf(exploitJudge, { port: 4444, observed: { first: [latin(''), latin(peer)] }, ...made });
  for (const text of ['id\n', 'whoami\r\n', 'ls -l\n', 'cat /etc/passwd', 'cd /tmp', 'uname -a', 'net user\n', 'dir '])
    assert.deepEqual(shell(text), ['shell-text'], text);
  assert.deepEqual(shell('identity\n'), []);
  assert.deepEqual(shell('220 ready id\n'), [], 'not at the start');
  assert.deepEqual(shell('id'), [], 'nothing follows');
  for (const port of [22, 23, 25, 110, 143, 21, 445, 139]) assert.deepEqual(shell('id\n', { port }), []);
  assert.deepEqual(shell('id\n', { app: 'IRC' }), []);
  assert.deepEqual(shell('id\n', { app: 'HTTP' }), ['shell-text'], 'without a request');
  assert.deepEqual(shell('id\n', { transport: 'udp' }), []);
  const client = { observed: { first: [latin('id\n'), latin('')] as const } };
  assert.deepEqual(shell('', client), [], 'the initiator sent it');
  const answer = (made: MadeLook = {}): string[] =>
    rulesOf(exploitJudge, { port: 4444, observed: { sights: [sight('shell-output')] }, ...made });
  assert.deepEqual(answer(), ['shell-text']);
  assert.deepEqual(answer({ port: 23 }), []);
  assert.deepEqual(answer({ app: 'TLS' }), []);
  assert.deepEqual(answer({ observed: { sights: [sight('shell-output')], httpRequests: 1 }, app: 'HTTP' }), []);
});

const first = (bytes: string, made: MadeLook = {}): string[] =>
  rulesOf(malwareJudge, {
    port: 5555,
    observed: { first: [latin(bytes), latin('')], payload: [bytes.length, 0], firstPacket: [2, -1] },
    ...made,
  });

test('first bytes of programs of remote control', () => {
  const zlib = '\x78\x9c';
  const known = [
    '\x00\xff\x4b\x00\x00\x00\x11',
    `\x41\x00\x00\x00\x03${'k'.repeat(64)}`,
    'ping|STRRAT|1.2',
    'amsBAGLANTI?',
    '149\x00ll|abc',
    "lv|'|'|abc",
    `Gh0st\x2a\x00\x00\x00\x20\x00\x00\x00${zlib}${'d'.repeat(27)}`,
    `aaaaabbbbb\x00\x00\x00\x2a\xe0\x00\x00\x00${zlib}${'d'.repeat(22)}`,
    '[DataStart]',
    '\x24\x04\xff\x00',
  ];
  for (const bytes of known) assert.deepEqual(first(bytes), ['known-rat-bytes'], JSON.stringify(bytes));
  const unknown = [
    '\x00\xff\x4b\x00\x01\x00',
    `\x41\x00\x00\x00\x03${'k'.repeat(63)}`,
    '12345678\x00ll|abc',
    `Gh0st\x2b\x00\x00\x00\x20\x00\x00\x00${zlib}${'d'.repeat(27)}`,
    `aaaaabbbbb\x00\x00\x00\x2b\xe0\x00\x00\x00${zlib}${'d'.repeat(22)}`,
    `ZBXD${"|'|'|"}`,
    'GET / HTTP/1.1',
    'PING\x00',
  ];
  for (const bytes of unknown) assert.deepEqual(first(bytes), [], JSON.stringify(bytes));
  for (const app of ['HTTP', 'HTTP2', 'TLS', 'SMB', 'SMB2', 'SSH', 'DNS'])
    assert.deepEqual(first('[DataStart]', { app }), []);
  assert.deepEqual(first('[DataStart]', { transport: 'udp' }), []);
  const peer: MadeLook = { observed: { first: [latin('abcd'), latin('[DataStart]')] } };
  assert.deepEqual(first('', peer), [], 'what the peer sends is not looked at');
});

test('a program that comes without a protocol counts one', () => {
  const raw = (made: MadeLook = {}): string[] =>
    rulesOf(malwareJudge, { port: 5555, observed: { sights: [sight('program-raw', 1)] }, ...made });
  assert.deepEqual(raw(), ['exe-raw']);
  for (const app of ['HTTP', 'HTTP2', 'TLS', 'SMB', 'SMB2', 'FTP', 'FTP-DATA']) assert.deepEqual(raw({ app }), [], app);
  for (const port of [445, 139, 20]) assert.deepEqual(raw({ port }), [], String(port));
  assert.deepEqual(raw({ to: '10.0.0.9' }), []);
  assert.deepEqual(raw({ observed: { sights: [sight('program-raw', 1)], httpRequests: 1 } }), []);
  assert.deepEqual(raw({ observed: { sights: [sight('program-raw', 0)] } }), [], 'sent, not received');
});

test('mining is told from ordinary JSON-RPC', () => {
  const mining = (text: string, asks = '', answers = ''): string[] =>
    rulesOf(miningJudge, { observed: { sights: [sight('mining', 0, text)], first: [latin(asks), latin(answers)] } });
  for (const text of ['"method": "mining.', '"method":"eth_submit', 'XMRig', 'NiceHash'])
    assert.deepEqual(mining(text), ['mining-protocol'], text);
  assert.deepEqual(mining('"method":"login"'), []);
  assert.deepEqual(mining('"method":"submit"'), []);
  assert.deepEqual(mining('"method":"login"', '{"method":"login","params":{"login":"4abc"}}'), ['mining-protocol']);
  assert.deepEqual(mining('"method":"login"', '{"params":{"user":"a"}}'), []);
  assert.deepEqual(mining('"method":"submit"', '', '{"jsonrpc":"2.0","result":{"job":{'), ['mining-protocol']);
  const answered = new Looks(miningJudge());
  assert.deepEqual(answered.rules({ observed: { sights: [sight('mining', 1, 'XMRig')] } }), [], 'from the responder');
});
