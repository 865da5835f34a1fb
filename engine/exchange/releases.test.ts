// A look for a newer release: what is believed, and what is not.
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lookForRelease, type Running } from './releases.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-releases-'));
after(() => rmSync(folder, { recursive: true }));
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const KEYS = [pem(publicKey)];
const RUNNING: Running = { version: '0.9.12', platform: 'linux', arch: 'x64' };
const NOW = Date.parse('2026-11-27');
const NOTICE = {
  format: 'sightline-release',
  version: '0.10.0',
  released: '2026-11-20',
  until: '2027-05-20',
  page: 'https://example.org/releases/0.10.0',
  files: [
    { name: 'sightline-0.10.0.deb', system: 'linux', arch: 'x64', bytes: 12, sha256: 'a'.repeat(64) },
    { name: 'sightline-0.10.0.exe', system: 'win32', arch: 'x64', bytes: 13, sha256: 'b'.repeat(64) },
  ],
};

/** @returns the notice's path */
function written(text: string, key: KeyObject = privateKey): string {
  const path = join(folder, 'latest.json');
  writeFileSync(path, text);
  writeFileSync(`${path}.sig`, sign(null, Buffer.from(text), key).toString('base64'));
  return path;
}
const notice = (more: object = {}): string => JSON.stringify({ ...NOTICE, ...more });
async function told(address: string, keys = KEYS, now = NOW, running = RUNNING): Promise<string> {
  const answer = await lookForRelease({ address, keys }, running, now);
  return answer.kind === 'unknown' ? answer.said.say! : answer.kind;
}

test('a newer release is told with the files of this system', async () => {
  const answer = await lookForRelease({ address: written(notice()), keys: KEYS }, RUNNING, NOW);
  assert.deepEqual(answer, {
    kind: 'newer',
    version: '0.10.0',
    own: '0.9.12',
    released: '2026-11-20',
    page: NOTICE.page,
    files: [{ name: 'sightline-0.10.0.deb', bytes: 12, sha256: 'a'.repeat(64) }],
  });
  assert.equal(await told(written(notice({ version: '0.9.12' }))), 'newest');
  assert.equal(await told(written(notice({ version: '0.9.9' }))), 'newest', 'nobody is led back to an older one');
});

test('a notice that is not signed with our key is not believed, whatever it says', async () => {
  const path = written(notice());
  writeFileSync(path, notice({ version: '0.10.1' }));
  assert.equal(await told(path), 'release-not-signed');
  assert.equal(await told(written(notice(), generateKeyPairSync('ed25519').privateKey)), 'release-not-signed');
  writeFileSync(`${written(notice())}.sig`, '');
  assert.equal(await told(path), 'release-not-signed');
  // While a key is changed for another, both are taken.
  assert.equal(await told(written(notice()), [pem(generateKeyPairSync('ed25519').publicKey), ...KEYS]), 'newer');
  assert.equal(await told(written(notice()), [pem(generateKeyPairSync('x25519').publicKey)]), 'release-no-key');
});

test('an old notice that is shown for ever, and one that is damaged, are said to be', async () => {
  assert.equal(await told(written(notice()), KEYS, Date.parse('2027-05-20T12:00:00Z')), 'newer');
  assert.equal(await told(written(notice()), KEYS, Date.parse('2027-05-21T00:00:00Z')), 'release-old');
  const damaged = [
    { version: '1.0' },
    { page: 'javascript:alert(1)' },
    { page: 'https://example.org/\u001b[2J' },
    { until: 'for ever' },
    { files: [{ ...NOTICE.files[0], name: '../../bin/sh' }] },
    { files: [null] },
    { files: 'all' },
  ];
  for (const more of damaged) assert.equal(await told(written(notice(more))), 'release-damaged', JSON.stringify(more));
});

test('only https and loopback are asked, answers are bounded, and nothing is asked where nothing was given', async () => {
  assert.equal(await told('http://0.0.0.0:1/latest.json'), 'release-address');
  assert.equal(await told('ftp://127.0.0.1:1/latest.json'), 'release-address');
  assert.equal(await told(join(folder, 'none.json')), 'release-file');
  assert.equal((await lookForRelease({ address: null, keys: KEYS }, RUNNING, NOW)).kind, 'unknown');
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
    if (request.url === '/gone') return response.writeHead(404).end();
    if (request.url === '/away') return response.writeHead(302, { location: 'http://127.0.0.2:1/latest.json' }).end();
    if (request.url === '/moved') return response.writeHead(302, { location: '/latest.json' }).end();
    if (request.url === '/moved.sig') return response.writeHead(301, { location: 'latest.json.sig' }).end();
    if (request.url === '/round') return response.writeHead(307, { location: '/round' }).end();
    if (request.url === '/large') return response.end('x'.repeat(70_000));
    if (request.url === '/latest.json') return response.end(notice());
    return response.end(sign(null, Buffer.from(notice()), privateKey).toString('base64'));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await told(`${at}/latest.json`), 'newer');
  assert.deepEqual(asked, ['GET /latest.json sightline', 'GET /latest.json.sig sightline']);
  assert.equal(await told(`${at}/gone`), 'release-answer');
  assert.equal(await told(`${at}/large`), 'release-large');
  // Each address on the way is one that may be asked.
  assert.equal(await told(`${at}/moved`), 'newer');
  assert.equal(await told(`${at}/away`), 'release-address');
  assert.equal(await told(`${at}/round`), 'release-answer');
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  assert.equal(await told(`${at}/latest.json`), 'release-unreached');
});
