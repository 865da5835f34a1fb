// Programs and other bodies of HTTP at their edges, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { edge } from '../testing/edges.ts';
import {
  MadeCapture,
  type MadeFlow,
  type MadeRequest,
  type MadeResponse,
  PEER,
  PROGRAM,
} from '../testing/evidence-kit.ts';
import { testRandom } from '../testing/packets.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';
const INSIDE = '10.0.0.9';
const STRANGER = 'www.somewhere.test';
const POPULAR = 'download.microsoft.com';
/** Where anybody may store files. */
const STORE = 'x.s3.amazonaws.com';

const asked = (request: MadeRequest, flow: MadeFlow = {}): MadeCapture => new MadeCapture().http([request], flow);
const answered = (response: MadeResponse, request: MadeRequest = {}, flow: MadeFlow = {}): MadeCapture =>
  asked({ ...request, response }, flow);

test('an ordinary page, inside and outside, is no evidence', () => {
  for (const to of [PEER, INSIDE]) assert.deepEqual(asked({ fields: [REFERER] }, { to }).rules(), []);
});

const ELF = '\x7fELF\x02\x01\x01';
const OF_NO_TYPE = { type: '' };

edge('exe-over-http', 'what a program holds', (body: string) => answered({ ...OF_NO_TYPE, body }), {
  raises: [PROGRAM, ELF, 'MZ.... PE\0\0', 'MZ.... This program'],
  not: ['MZ is how this text begins', `x${PROGRAM}`, 'xELF', `MZ${' '.repeat(510)}This program`],
});
edge(
  'exe-over-http',
  'a host that is not well known for its own',
  (host: string) => answered({ body: PROGRAM }, { host }),
  { raises: [STRANGER, STORE, '', PEER], not: [POPULAR] },
);
edge('exe-over-http', 'devices’ firmware from a store', (body: string) => answered({ body }, { host: STORE }), {
  raises: [PROGRAM],
  not: [ELF],
});
edge('exe-over-http', 'inside as well', (body: string) => answered({ body }, {}, { to: INSIDE }), {
  raises: [PROGRAM],
  not: ['words'],
});
edge('elf-from-store', 'a store of anybody’s', (host: string) => answered({ ...OF_NO_TYPE, body: ELF }, { host }), {
  raises: [STORE],
  not: [STRANGER, POPULAR, ''],
});
edge('elf-from-store', 'a program of Linux', (body: string) => answered({ body }, { host: STORE }), {
  raises: [ELF],
  not: [PROGRAM, 'words'],
});

test('a program is told inside chunks and gzip, and said with host and path', () => {
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

edge('exe-disguised', 'a type that is no program’s', (type: string) => answered({ body: PROGRAM, type }), {
  raises: ['image/png', 'text/plain', 'audio/mpeg', 'video/mp4'],
  not: ['application/x-msdownload', 'application/octet-stream', 'font/woff', ''],
});
edge('exe-disguised', 'a program, from well known hosts too', (body: string) => answered({ body }, { host: POPULAR }), {
  raises: [PROGRAM, ELF],
  not: ['words', 'MZ is how this text begins'],
});

edge('script-over-http', 'words of a script that hides', (body: string) => answered({ body }), {
  raises: [
    'powershell -w hidden',
    `${' '.repeat(8)}PowerShell`,
    'x=[Convert]::FromBase64String("',
    'new ActiveXObject("WScript.Shell")',
    'run -nop x',
  ],
  not: ['about powershell', `${' '.repeat(9)}powershell`, 'frombase64string', 'wscript.shell', '-NOP'],
});
edge('script-over-http', 'in the first 512 bytes', (n: number) => answered({ body: `${' '.repeat(n)}WScript.Shell` }), {
  raises: [499],
  not: [500],
});

const PROGRAM_ENDINGS = ['exe', 'dll', 'scr', 'ps1', 'vbs', 'hta', 'jar', 'msi', 'bin', 'dat', 'bat'];
edge('http-program-path', 'the end of a path', (target: string) => asked({ target }), {
  raises: ['/a/b.exe?x=.html', '/b.EXE', ...PROGRAM_ENDINGS.map((ending) => `/b.${ending}`)],
  not: ['/b.exe.html', '/b.html?x=b.exe', '/exe', '/b.ex'],
});
edge('http-program-path', 'a host that is not well known', (host: string) => asked({ target: '/b.exe', host }), {
  raises: [STRANGER, ''],
  not: [POPULAR, STORE, 'ocsp.somewhere.test'],
});
edge('http-program-path', 'outside', (to: string) => asked({ target: '/b.exe' }, { to }), {
  raises: [PEER],
  not: [INSIDE],
});

const OLE = '\xd0\xcf\x11\xe0\xa1\xb1';
edge('office-over-http', 'what a document holds', (body: string) => answered({ body }), {
  raises: [OLE, 'PK\x03\x04....word/document.xml', 'PK\x03\x04....[Content_Types].xml'],
  not: ['PK\x03\x04....notes.txt', 'word/document.xml', `x${OLE}`, '\xd0\xcf\x11\xe1'],
});
edge('office-over-http', 'a host that is not well known', (host: string) => answered({ body: OLE }, { host }), {
  raises: [STRANGER],
  not: [POPULAR],
});

const NONE = 'abcdefghijklmnopq';
edge('image-that-is-none', '17 bytes', (n: number) => answered({ body: NONE.slice(0, n), type: 'image/png' }), {
  raises: [17],
  not: [16],
});
edge('image-that-is-none', 'called an image, and given', (o: MadeResponse) => answered({ body: NONE, ...o }), {
  raises: [{ type: 'image/png' }, { type: 'IMAGE/x' }],
  not: [{ type: 'text/plain' }, { type: 'x/image/png' }, { type: 'image/png', status: 404 }],
});
edge('image-that-is-none', 'how images start', (start: string) => answered({ body: start + NONE, type: 'image/x' }), {
  raises: ['', 'x\xff\xd8'],
  not: '\xff\xd8 \xff\x0a \x89PNG GIF8 RIFF BM <?xml <svg <!-- \xef\xbb\xbf<svg II* MM \0\0\0\x0cJXL'.split(' '),
});

/** Bytes of which nobody can tell anything, of the higher or lower entropy. */
function noise(bytes: number, values = 256): Uint8Array {
  const random = testRandom(5);
  return Uint8Array.from({ length: bytes }, (_, i) => (i === 0 ? 0x55 : Math.floor(random() * values)));
}

const opaque = (response: MadeResponse, request: MadeRequest = {}): MadeCapture =>
  answered({ body: noise(3_000), ...response }, request);
edge('opaque-body', '1,500 bytes', (n: number) => opaque({ body: noise(n) }), { raises: [1_500], not: [1_499] });
edge('opaque-body', '7.6 bits a byte', (values: number) => opaque({ body: noise(3_000, values) }), {
  raises: [256, 205],
  not: [206, 203, 64],
});
edge('opaque-body', 'a type that is not opaque by itself', (type: string) => opaque({ type }), {
  raises: ['text/html', 'application/octet-stream', ''],
  not: ['image/png', 'video/mp4', 'audio/mpeg', 'font/woff2'],
});
edge('opaque-body', 'a whole answer as it is', (o: MadeResponse) => opaque(o), {
  raises: [{}],
  not: [{ status: 206 }, { status: 404 }, { fields: ['Content-Encoding: br'] }],
});
edge('opaque-body', 'no page’s request, no part', (fields: string[]) => opaque({}, { fields }), {
  raises: [[]],
  not: [[REFERER], ['Range: bytes=0-5000']],
});
edge('opaque-body', 'a host that is not well known', (host: string) => opaque({}, { host }), {
  raises: [STRANGER, ''],
  not: [POPULAR],
});
const STARTS =
  `MZ PK \x1f\x8b %PDF \xff\xd8 \x89PNG GIF RIFF OggS \0\0\0 ID3 Rar! 7z CWS FWS ZWS \xca\xfe MSCF Cr24 wOF FLV
  BZh \xfd7zXZ \xd0\xcf\x11\xe0 \0\x01\0\0 II* MM\0* BM \x1a\x45\xdf\xa3 0\x82 \xff\xfb \xff\xf3 ftyp \x28\xb5\x2f\xfd \0asm
  \x7fELF BSDIFF PA30`.split(/[ \n]+/);
edge(
  'opaque-body',
  'no known start',
  (start: string) => opaque({ body: Buffer.concat([Buffer.from(start, 'latin1'), noise(3_000)]) }),
  { raises: ['', 'words', 'ftyq', '....ftyq'], not: [...STARTS, '....ftyp'] },
);
/** An opaque answer after so many others of the same connection. */
function later(n: number): MadeCapture {
  const others = Array.from({ length: n }, (_, i) => ({ target: `/${i}`, fields: [REFERER] }));
  return new MadeCapture().http([...others, { response: { body: noise(2_000) } }]);
}
edge('opaque-body', 'one of the first twenty answers', later, { raises: [0, 19], not: [20] });
