// Every example that a command's help shows is run, in a folder of small captures, rules and lists that are made here.
// What needs an interface of the machine, or an hour, is named with its reason.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import { httpAnswer, talk } from '../engine/testing/talk.ts';
import { tlsTalk } from '../engine/testing/tls-talk.ts';
import { allCommands } from './commands.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const SAMPLE = fileURLToPath(new URL('../assets/sample.pcapng', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-examples-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** Milliseconds after which an example is ended, and has failed. */
const MOST_TIME = 90_000;

/** Examples that are not run here, and why. */
const LEFT_OUT: readonly (readonly [example: RegExp, why: string])[] = [
  [/^sightline collect .* -i /, 'an interface and the right to capture'],
  [/^sightline capture (?!-i -$)/, 'an interface and the right to capture'],
  [/--watch$/, 'it goes on until somebody ends it'],
  [/^sightline serve --listen /, 'a certificate, and an address that others reach'],
  [/^sightline serve --behind-proxy /, 'a database on another machine'],
  [/^sightline (?:train|evaluate) \.\.\/shared\/data/, 'the corpus, and an hour'],
  [/^sightline release$/, 'a build that was given an address'],
  [/^sightline evaluate labelled\/ --compare/, 'a model for each source that is left out: minutes'],
];

/** What an example needs that others would not bear. */
const FIRST: readonly (readonly [example: RegExp, command: string])[] = [
  [
    /^sightline report .* --incidents 1$/,
    'cp sample.pcapng capture.pcap; trap "cp captures/one.pcap capture.pcap" EXIT',
  ],
  [/^sightline model mine\.onnx$/, 'sightline model shipped --onnx mine.onnx'],
];

/** Two hosts ask and answer, with a question of DNS and a datagram; times of each capture begin apart. */
function frames(host: number): number[][] {
  const question = [
    0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x76, 0x69, 0x6c, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 1, 0, 1,
  ];
  return [
    ...talk(`10.0.0.${host}:40000`, '203.0.113.5:80', [
      [0, 'GET /a.exe HTTP/1.1\r\nHost: evil.test\r\nUser-Agent: Mozilla/5.0\r\n\r\n'],
      [1, httpAnswer([], Buffer.from('MZ a program'))],
    ]),
    ...talk(`10.0.0.${host}:40001`, '203.0.113.5:80', [
      [0, 'GET /none HTTP/1.1\r\nHost: evil.test\r\n\r\n'],
      [1, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    ]),
    udp(`10.0.0.${host}:5353`, '10.0.0.53:53', Buffer.from(question).toString('latin1')),
  ];
}

function capture(host: number): Uint8Array {
  return pcap(packetsOf(frames(host)));
}

/** Twelve flows of lengths that no other host has: what is the same counts once where it is learned from. */
function lessons(host: number): Uint8Array {
  const flows = Array.from({ length: 12 }, (_, i) =>
    talk(`10.0.0.${host}:${41_000 + i}`, '203.0.113.5:80', [
      [0, `GET /${'a'.repeat(host + 7 * i)} HTTP/1.1\r\nHost: evil.test\r\n\r\n`],
      [1, httpAnswer([], Buffer.alloc(host * 11 + i * 17))],
    ]),
  );
  return pcap(packetsOf(flows.flat()));
}

function file(name: string, data: string | Uint8Array): void {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, data);
}

/** Rows of the original project's data: so many pairs of hosts of each kind. */
function originalRows(label: 'good' | 'bad'): string {
  const rows: string[] = [];
  for (let pair = 0; pair < 60; pair++)
    for (let i = 0; i < 4; i++) {
      const [second, port] = [String((pair + i) % 60).padStart(2, '0'), 1_000 + pair];
      const length = (label === 'good' ? 60 : 900) + ((pair * 37 + i * 11) % 50);
      const ends = `192.168.${label === 'good' ? 1 : 2}.${pair + 1},203.0.113.${pair + 1}`;
      const info = `Ether / IP / TCP 192.168.1.1:${port} > 203.0.113.1:https PA / Raw`;
      rows.push(`2020-01-01 00:00:${second},${ends},${length},${info},${port},443,TCP,${label}`);
    }
  return `${rows.join('\n')}\n`;
}

before(async () => {
  for (const name of [
    'capture.pcap',
    'capture.pcapng',
    'client.pcap',
    'captures/one.pcap',
    'last-week.pcapng',
    'monday/a.pcap',
  ])
    file(name, capture(1));
  for (const name of ['captures/two.pcap', 'tuesday/b.pcap', 'good/a.pcap', 'labelled/good.pcap'])
    file(name, capture(2));
  for (let i = 0; i < 6; i++) {
    file(`good/g${i}.pcap`, lessons(10 + i));
    file(`bad/b${i}.pcap`, lessons(30 + i));
    file(`labelled/bad${i}.pcap`, capture(50 + i));
  }
  file(
    'labelled/labels.csv',
    `path,source,label,family\ngood.pcap,one,benign,\n${[0, 1, 2, 3, 4, 5].map((i) => `bad${i}.pcap,two,malicious,thing\n`).join('')}`,
  );
  file('incoming/a.pcap', capture(4));
  file('captures.sha256', `${createHash('sha256').update(capture(1)).digest('hex')}  capture.pcap\n`);
  file('server.pcapng.gz', gzipSync(capture(3)));
  const { keys } = await tlsTalk('GET / HTTP/1.1\r\nHost: h\r\n\r\n', httpAnswer([], Buffer.from('x')));
  file('keys.log', keys);
  const rule = 'alert http any any -> any any (msg:"a program"; http.uri; content:".exe"; sid:1000001; priority:1;)\n';
  file('local.rules', rule);
  file('rules/all.rules', rule);
  file('emerging.rules', rule);
  const signing = generateKeyPairSync('ed25519');
  const days = { released: '2026-11-27', until: '9999-12-31' };
  const notice = { format: 'sightline-release', version: '99.0.0', ...days, page: 'https://example.org/', files: [] };
  file('latest.json', JSON.stringify(notice));
  file('latest.json.sig', sign(null, Buffer.from(JSON.stringify(notice)), signing.privateKey).toString('base64'));
  file('releases.pem', signing.publicKey.export({ type: 'spki', format: 'pem' }));
  copyFileSync(SAMPLE, join(home, 'sample.pcapng'));
  file('disable.conf', '1000002\n');
  for (const name of ['urlhaus.csv', 'feodo.csv', 'feeds/a.txt', 'lists/a.txt'])
    file(name, 'evil.example\n198.51.100.7\n');
  for (const name of ['own.txt', 'own-names.txt']) file(name, 'own.example\n');
  for (const folder of ['', 'original/']) {
    file(`${folder}goodx.csv`, originalRows('good'));
    file(`${folder}badx.csv`, originalRows('bad'));
  }
});

/** Programs that examples are joined to: one that captures, and one that may not be installed. */
const SHELL = `set -o pipefail
sightline() {
  if [ "$1" = serve ]; then set -- "$@" --listen 0; fi
  "$NODE" "$PROGRAM" "$@"
}
tcpdump() { cat capture.pcap; }
jq() { cat; }
`;

interface Done {
  readonly code: number | null;
  readonly said: string;
}

function run(example: string): Promise<Done> {
  const env = {
    ...process.env,
    NODE: process.execPath,
    PROGRAM,
    NO_COLOR: '1',
    SIGHTLINE_CACHE: join(home, '.cache'),
    SIGHTLINE_DATA_HOME: join(home, '.data'),
  };
  return new Promise((resolve) => {
    const first = FIRST.find(([pattern]) => pattern.test(example))?.[1] ?? ':';
    const child = spawn('bash', ['-c', `${SHELL}${first}\n${example}`], {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const end = (signal: NodeJS.Signals): boolean => process.kill(-child.pid!, signal);
    const late = setTimeout(() => end('SIGKILL'), MOST_TIME);
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      // A server goes on until it is ended as people end it.
      if (piece.includes('Sightline serves at ')) end('SIGINT');
    });
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ code, said });
    });
  });
}

test('every example of every command does what it says', async (t) => {
  for (const command of await allCommands()) {
    assert.ok(command.examples.length > 0, `${command.name} has no example`);
    for (const example of command.examples) {
      const reason = LEFT_OUT.find(([pattern]) => pattern.test(example))?.[1];
      await t.test(example, { skip: reason ?? false }, async () => {
        const { code, said } = await run(example);
        // 1 is no mistake: something malicious, or a rule or a line that is refused.
        assert.ok(code === 0 || code === 1, `${code}: ${said}`);
      });
    }
  }
});
