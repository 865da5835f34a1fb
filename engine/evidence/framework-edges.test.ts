// Paths and queries of command servers at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, type MadeRequest, PEER } from '../testing/evidence-kit.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';
const INSIDE = '10.0.0.9';
const STRANGER = 'www.somewhere.test';
const POPULAR = 'download.microsoft.com';

const asked = (request: MadeRequest, flow: MadeFlow = {}): MadeCapture => new MadeCapture().http([request], flow);

/** A default path of Empire, and another request a while later. */
interface Second {
  readonly target?: string;
  readonly at?: number;
  readonly fields?: readonly string[];
  readonly to?: string;
  readonly from?: string;
}

function twoPaths({ target = '/news.php', at = 60, fields = [], ...ends }: Second): MadeCapture {
  return new MadeCapture().http([{ target: '/admin/get.php' }]).http([{ target, fields }], { at, ...ends });
}
edge('framework-default-path', 'two paths of one framework within an hour', twoPaths, {
  raises: [{}, { target: '/login/process.php' }, { at: 3_600 }],
  not: [{ target: '/admin/get.php' }, { target: '/en-us/docs.html' }, { target: '/old/news.php' }, { at: 3_601 }],
});
edge('framework-default-path', 'of one pair', twoPaths, {
  raises: [{}],
  not: [{ to: '45.79.10.21' }, { from: '10.0.0.6' }],
});
edge('framework-default-path', 'that no page led to', twoPaths, { raises: [{}], not: [{ fields: [REFERER] }] });
edge('framework-path-alone', 'a whole path', (target: string) => asked({ target }), {
  raises: [
    '/admin/get.php',
    '/news.php?x=1',
    '/login/process.php',
    '/en-us/docs.html',
    '/en-us/index.html',
    '/en-us/test.html',
  ],
  not: ['/old/news.php', '/news.php5', '/News.php'],
});
edge('framework-path-alone', 'that no page led to', (fields: string[]) => asked({ target: '/news.php', fields }), {
  raises: [[]],
  not: [[REFERER]],
});

/** A target that a rule is about, and others that are not. */
function edgesOfPanels(rule: string, target: string, others: readonly string[]): void {
  edge(rule, 'the path', (text: string) => asked({ target: text }), { raises: [target], not: others });
  edge(rule, 'a host that is not well known', (host: string) => asked({ target, host }), {
    raises: [STRANGER, ''],
    not: [POPULAR, 'ocsp.somewhere.test'],
  });
  edge(rule, 'outside', (to: string) => asked({ target }, { to }), { raises: [PEER], not: [INSIDE] });
}
edgesOfPanels('c2-uri', '/gate.php', ['/gate.php.html', '/gate.ph', '/x?/gate.php']);
edgesOfPanels('c2-uri-encoded', `/${'aB3'.repeat(27)}`, [`/${'aB3'.repeat(27)}=`, `/${'words/'.repeat(20)}`]);
edgesOfPanels('c2-uri-generic', '/api/v1/bot', ['/api/v1/bottle', '/api/bo']);
edge('c2-uri', 'ends of paths', (target: string) => asked({ target }), {
  raises: ['/five/fre.php', '/GATE.php?id=1'],
  not: ['/fre.php/x', '/fre.php5'],
});
const encoded = (n: number, from = 'aB3'): string => `/${from.repeat(n).slice(0, n)}`;
edge('c2-uri-encoded', '80 characters', (n: number) => asked({ target: encoded(n) }), { raises: [80], not: [79] });
edge('c2-uri-encoded', 'letters of both cases and numbers', (from: string) => asked({ target: encoded(90, from) }), {
  raises: ['aB3', 'aB3/', 'aB3+'],
  not: ['ab3', 'AB3', 'aB', 'aB3-', 'aB3.'],
});
edge('c2-uri-generic', 'paths that malware uses too', (target: string) => asked({ target }), {
  raises: [
    '/x/__utm.gif',
    '/pixel.gif',
    '/dpixel',
    '/ga.js',
    '/cm',
    '/load',
    '/submit.php?id=77',
    '/updates.rss',
    '/jquery-3.3.1.min.js',
    '/jquery-3.3.2.slim.min.js',
    '/panel',
    '/stealer/x',
    '/bot.php',
    '/config.php',
    '/collect.php',
    '/c2',
    '/config.txt',
    '/api/bot',
    '/api/v2/client/3',
    '/api/add_file',
  ],
  not: ['/pixel.gif/x', '/dpixels', '/mega.js', '/download', '/submit.php5', '/jquery-3.3.3.min.js', '/panels', '/c21'],
});
edge('c2-uri-generic', 'that no page led to', (fields: string[]) => asked({ target: '/submit.php', fields }), {
  raises: [[]],
  not: [[REFERER]],
});

const queried = (request: MadeRequest, n = 80, path = '/index.php'): MadeCapture =>
  asked({ host: PEER, target: `${path}?${'x'.repeat(n)}`, ...request });
edge('opaque-query-to-address', '80 characters', (n: number) => queried({}, n), { raises: [80], not: [79] });
edge('opaque-query-to-address', 'two paths', (path: string) => queried({}, 80, path), {
  raises: ['/', '/index.php'],
  not: ['/index', '/x/index.php', '/index.html'],
});
edge('opaque-query-to-address', 'a public address for a host', (host: string) => queried({ host }), {
  raises: [PEER, `${PEER}:8080`],
  not: [STRANGER, INSIDE, '192.0.2.1', ''],
});
edge('opaque-query-to-address', 'no part of a film', (request: MadeRequest) => queried(request), {
  raises: [{}, { response: { type: 'application/octet-stream' } }],
  not: [{ fields: ['Range: bytes=0-9'] }, { response: { type: 'video/mp4' } }, { response: { type: 'audio/mpeg' } }],
});
const large = (bytes: number, type: string): MadeCapture =>
  queried({ response: { type, body: new Uint8Array(bytes) } });
edge(
  'opaque-query-to-address',
  'no answer of more than 300,000 bytes',
  (n: number) => large(n, 'application/octet-stream'),
  { raises: [300_000], not: [300_001] },
);
edge('opaque-query-to-address', 'of data', (type: string) => large(300_001, type), {
  raises: ['text/html', 'application/zip'],
  not: ['application/octet-stream', 'application/octet'],
});
