// Evidence in HTTP: each rule at its boundary, and every exemption, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MadeCapture, type MadeFlow, type MadeRequest, type MadeResponse, PEER } from '../testing/evidence-kit.ts';
import { testRandom } from '../testing/packets.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';
const PRIVATE = { to: '10.0.0.9' };
const POPULAR = 'download.microsoft.com';

function asked(request: MadeRequest, flow: MadeFlow = {}): string[] {
  return new MadeCapture().http([request], flow).rules();
}

function answered(response: MadeResponse, request: MadeRequest = {}, flow: MadeFlow = {}): string[] {
  return asked({ ...request, response }, flow);
}

const PROGRAM = `MZ${'\0'.repeat(76)}This program cannot be run in DOS mode.${'\0'.repeat(40)}PE\0\0`;
const ELF = '\x7fELF\x02\x01\x01';

test('a program over HTTP counts from any host but a well known one of its own', () => {
  assert.deepEqual(answered({ body: PROGRAM, type: 'application/octet-stream' }), ['exe-over-http']);
  assert.deepEqual(answered({ body: ELF, type: 'application/octet-stream' }), ['exe-over-http']);
  assert.deepEqual(answered({ body: ELF, type: '' }, {}, PRIVATE), ['exe-over-http'], 'inside as well');
  const store = { host: 'x.s3.amazonaws.com' };
  assert.deepEqual(answered({ body: PROGRAM, type: '' }, store), ['exe-over-http'], 'a store of anybody’s');
  assert.deepEqual(answered({ body: ELF, type: '' }, store), ['elf-from-store'], 'devices’ firmware is there');
  assert.deepEqual(answered({ body: PROGRAM, type: '' }, { host: POPULAR }), []);
  assert.deepEqual(answered({ body: 'MZ is how this text begins', type: '' }), [], 'two letters are no program');
});

test('a program is told inside chunks and gzip, and said with host and path', async () => {
  const { gzipSync } = await import('node:zlib');
  const body = gzipSync(Buffer.from(PROGRAM, 'latin1'));
  const response = { body, type: 'application/octet-stream', fields: ['Content-Encoding: gzip'] };
  const capture = new MadeCapture().http([{ target: '/a.php?x=1', response }]);
  const [found, ...more] = capture.found();
  assert.deepEqual(more, []);
  assert.equal(found?.rule, 'exe-over-http');
  assert.equal(found.points, 3);
  assert.equal(found.peer, PEER);
  assert.match(found.said, /www\.somewhere\.test .*\/a\.php\?x=1/);
  assert.equal(found.packets.length, 1);
});

test('a program that is called an image, a text, a sound or a film is disguised, from well known hosts too', () => {
  for (const type of ['image/png', 'text/plain', 'audio/mpeg', 'video/mp4'])
    assert.deepEqual(answered({ body: PROGRAM, type }, { host: POPULAR }), ['exe-disguised'], type);
  assert.deepEqual(answered({ body: PROGRAM, type: 'application/x-msdownload' }, { host: POPULAR }), []);
});

test('scripts that hide themselves are told by their first words', () => {
  for (const body of ['powershell -w hidden', 'x=[Convert]::FromBase64String("', 'new ActiveXObject("WScript.Shell")'])
    assert.deepEqual(answered({ body }), ['script-over-http'], body);
  assert.deepEqual(answered({ body: 'about powershell' }), []);
  assert.deepEqual(answered({ body: `${' '.repeat(600)}FromBase64String` }), [], 'beyond the first 512 bytes');
});

test('paths of programs count one point towards strangers outside', () => {
  assert.deepEqual(asked({ target: '/a/b.exe?x=.html' }), ['http-program-path']);
  assert.deepEqual(asked({ target: '/b.JAR' }), ['http-program-path']);
  assert.deepEqual(asked({ target: '/b.exe.html' }), []);
  assert.deepEqual(asked({ target: '/b.html?x=b.exe' }), []);
  assert.deepEqual(asked({ target: '/b.exe', host: POPULAR }), []);
  assert.deepEqual(asked({ target: '/b.exe' }, PRIVATE), []);
});

test('office documents are told by what they hold', () => {
  const ole = '\xd0\xcf\x11\xe0\xa1\xb1';
  assert.deepEqual(answered({ body: ole }), ['office-over-http']);
  assert.deepEqual(answered({ body: 'PK\x03\x04....word/document.xml' }), ['office-over-http']);
  assert.deepEqual(answered({ body: 'PK\x03\x04....notes.txt' }), [], 'an archive of something else');
  assert.deepEqual(answered({ body: ole }, { host: POPULAR }), []);
});

test('an image starts as images do', () => {
  const none = 'abcdefghijklmnopqrst';
  assert.deepEqual(answered({ body: none, type: 'image/png' }), ['image-that-is-none']);
  assert.deepEqual(answered({ body: none.slice(0, 16), type: 'image/png' }), [], '16 bytes');
  assert.deepEqual(answered({ body: none, type: 'image/png', status: 404 }), []);
  assert.deepEqual(answered({ body: none, type: 'text/plain' }), []);
  for (const start of ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'RIFF', '<svg', '\0\0\0\x0cJXL'])
    assert.deepEqual(answered({ body: start + none, type: 'image/x' }), [], start);
});

function noise(bytes: number): Uint8Array {
  const random = testRandom(5);
  return Uint8Array.from({ length: bytes }, (_, i) => (i === 0 ? 0x55 : Math.floor(random() * 256)));
}

test('a body that nobody can read is opaque from 1,500 bytes on', () => {
  const opaque = (response: MadeResponse, request: MadeRequest = {}): boolean =>
    answered({ type: 'text/html', ...response }, request).includes('opaque-body');
  assert.ok(opaque({ body: noise(1_500) }));
  assert.ok(!opaque({ body: noise(1_499) }));
  assert.ok(!opaque({ body: 'plain words '.repeat(200) }), 'low entropy');
  assert.ok(!opaque({ body: noise(3_000), type: 'image/png' }));
  assert.ok(!opaque({ body: noise(3_000), type: 'font/woff2' }));
  assert.ok(!opaque({ body: noise(3_000), status: 206 }));
  assert.ok(!opaque({ body: noise(3_000), fields: ['Content-Encoding: br'] }));
  assert.ok(!opaque({ body: noise(3_000) }, { fields: [REFERER] }));
  assert.ok(!opaque({ body: noise(3_000) }, { fields: ['Range: bytes=0-5000'] }));
  assert.ok(!opaque({ body: noise(3_000) }, { host: POPULAR }));
  assert.ok(!opaque({ body: Buffer.concat([Buffer.from('Rar!'), noise(3_000)]) }), 'an archive');
});

test('after twenty answers of a connection none is opaque', () => {
  const at = (n: number): string[] =>
    new MadeCapture()
      .http([
        ...Array.from({ length: n }, (_, i) => ({ target: `/${i}`, fields: [REFERER] })),
        { response: { body: noise(2_000) } },
      ])
      .rules();
  assert.ok(at(19).includes('opaque-body'));
  assert.ok(!at(20).includes('opaque-body'));
});

test('two default paths of one framework are sure, one alone is a point', () => {
  const one = new MadeCapture().http([{ target: '/admin/get.php' }]);
  assert.deepEqual(one.rules(), ['framework-path-alone']);
  const two = (second: string, at = 60, fields: string[] = []): string[] =>
    new MadeCapture()
      .http([{ target: '/admin/get.php' }])
      .http([{ target: second, fields }], { at })
      .rules();
  assert.ok(two('/news.php').includes('framework-default-path'));
  assert.ok(two('/news.php', 3_500).includes('framework-default-path'), 'within the hour');
  assert.ok(!two('/news.php', 3_700).includes('framework-default-path'), 'after an hour');
  assert.ok(!two('/admin/get.php').includes('framework-default-path'), 'the same again');
  assert.ok(!two('/en-us/docs.html').includes('framework-default-path'), 'another framework');
  assert.ok(!two('/news.php', 60, [REFERER]).includes('framework-default-path'), 'from a page');
  assert.deepEqual(asked({ target: '/news.php', fields: [REFERER] }), []);
  assert.deepEqual(asked({ target: '/old/news.php' }), [], 'the whole path');
});

test('panels of malware are sure, paths that are anybody’s a point', () => {
  assert.deepEqual(asked({ target: '/five/fre.php' }), ['c2-uri']);
  assert.deepEqual(asked({ target: '/gate.php?id=1' }), ['c2-uri']);
  assert.deepEqual(asked({ target: '/gate.php', host: 'www.microsoft.com' }), []);
  assert.deepEqual(asked({ target: '/gate.php' }, PRIVATE), []);
  assert.deepEqual(asked({ target: '/gate.php.html' }), []);
  assert.deepEqual(asked({ target: '/submit.php?id=77' }), ['c2-uri-generic']);
  assert.deepEqual(asked({ target: '/api/v1/bot' }), ['c2-uri-generic']);
  assert.deepEqual(asked({ target: '/api/v1/bottle' }), []);
  assert.deepEqual(asked({ target: '/submit.php', fields: [REFERER] }), []);
});

test('a path of 80 encoded characters is told', () => {
  const path = (n: number): string => `/${'aB3'.repeat(n).slice(0, n)}`;
  assert.deepEqual(asked({ target: path(80) }), ['c2-uri-encoded']);
  assert.deepEqual(asked({ target: path(79) }), []);
  assert.deepEqual(asked({ target: `${path(80)}=` }), []);
  assert.deepEqual(asked({ target: `/${'words/and/more/'.repeat(8)}` }), [], 'words');
});

test('an encoded query to a bare address is told, but no video', () => {
  const target = (n: number): string => `/index.php?${'x'.repeat(n)}`;
  const found = (request: MadeRequest): boolean => asked(request).includes('opaque-query-to-address');
  assert.ok(found({ host: PEER, target: target(80) }));
  assert.ok(!found({ host: PEER, target: target(79) }));
  assert.ok(!found({ host: PEER, target: `/other${target(80)}` }));
  assert.ok(!found({ host: '10.0.0.9', target: target(80) }));
  assert.ok(!found({ target: target(80) }), 'a name');
  assert.ok(!found({ host: PEER, target: target(80), fields: ['Range: bytes=0-9'] }), 'a part');
  const large = { type: 'application/octet-stream', body: new Uint8Array(300_001) };
  assert.ok(!found({ host: PEER, target: target(80), response: large }));
  assert.ok(found({ host: PEER, target: target(80), response: { type: 'application/octet-stream' } }), 'a small one');
  assert.ok(!found({ host: PEER, target: target(80), response: { type: 'video/mp4' } }));
});

test('odd agents are told, plain tools and browsers are not', () => {
  const odd = (agent: string, more: MadeRequest = {}, flow: MadeFlow = {}): boolean =>
    asked({ agent, ...more }, flow).includes('http-odd-agent');
  const agents = [
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)',
    'Mozilla/4.0',
    'Mozilla/4.08 (Charon; Inferno)',
    '"Mozilla/5.0 (Windows NT 6.2) Firefox/50.2"',
    'Mozilla/4.0 (compatible)',
    'WinHTTP Example/1.0',
    'python-requests/2.31',
    'User-Agent: Mozilla/5.0 (Windows)',
    'Hello',
    'test agent 2',
    '-',
    'NSIS_Inetc (Mozilla)',
  ];
  for (const agent of agents) assert.ok(odd(agent), agent);
  const ordinary = [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36',
    'Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1)',
    'Mozilla/5.0',
    'curl/8.5.0',
    'Wget/1.21',
    'Dalvik/2.1.0 (Linux; U; Android 13)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Microsoft-CryptoAPI/10.0',
    'Agentless Monitor/2.0',
  ];
  for (const agent of ordinary) assert.ok(!odd(agent), agent);
  assert.ok(!odd(agents[0]!, { host: POPULAR }));
  assert.ok(!odd(agents[0]!, {}, PRIVATE));
  assert.ok(odd(agents[0]!, { host: 'ocsp.somewhere.test' }), 'a certificate check does not excuse it');
});

test('a request without agent is told, but no check of certificates or of the connection', () => {
  const silent = (more: MadeRequest = {}, flow: MadeFlow = {}): boolean =>
    asked({ agent: '', ...more }, flow).includes('http-no-agent');
  assert.ok(silent());
  assert.ok(silent({ method: 'POST', body: 'x' }));
  assert.ok(!silent({ method: 'HEAD' }));
  assert.ok(!silent({ host: 'ocsp.somewhere.test' }));
  assert.ok(!silent({ method: 'POST', body: 'x', fields: ['Content-Type: application/ocsp-request'] }));
  const checks = `connectivity-check.ubuntu.com captive.apple.com detectportal.firefox.com nmcheck.gnome.org
    connectivitycheck.gstatic.com connectivitycheck.android.com network-test.debian.org clients1.google.com
    clients3.google.com www.msftconnecttest.com ipv6.msftconnecttest.com www.msftncsi.com fedoraproject.org
    ping.archlinux.org`;
  for (const host of checks.split(/\s+/)) assert.ok(!silent({ host }), host);
  assert.ok(!silent({ host: POPULAR }));
  assert.ok(!silent({}, PRIVATE));
});

test('a request without host is told inside as well', () => {
  assert.deepEqual(asked({ host: '' }, PRIVATE), ['http-no-host']);
  assert.deepEqual(asked({ host: '', method: 'HEAD' }, PRIVATE), []);
});

test('a POST without a page is bare, with six fields at most it has few', () => {
  const post = (fields: readonly string[], more: MadeRequest = {}, flow: MadeFlow = {}): string[] =>
    asked({ method: 'POST', body: 'a', fields, ...more }, flow);
  const three = ['Accept: */*', 'Connection: close', 'Content-Type: x/y'];
  assert.deepEqual(post(three), ['http-post-bare', 'http-post-few-headers'], 'Host, agent, length and three: six');
  assert.deepEqual(post([...three, 'X-More: 1']), ['http-post-bare'], 'seven');
  assert.deepEqual(post([...three, 'Accept: again']), ['http-post-bare', 'http-post-few-headers'], 'one twice');
  assert.deepEqual(post([REFERER]), []);
  assert.deepEqual(post(['Origin: http://www.somewhere.test']), []);
  assert.deepEqual(post(three, { host: POPULAR }), []);
  assert.deepEqual(post(three, { host: 'ocsp.somewhere.test' }), []);
  assert.deepEqual(post(three, {}, PRIVATE), []);
});
