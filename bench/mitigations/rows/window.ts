// The served window: pages of other origins, other servers on loopback, other users of the machine.
import { type Attack, instead, type Mitigation } from '../types.ts';

const ONCE: Attack = {
  stride: 'S',
  threat: 'somebody who sees the link later opens the session',
  test: [
    'web/server.test.ts',
    'the link’s token is behind the #, works once, from our own page only, and gives the secret of no cookie',
  ],
};
const SECRET: Attack = {
  stride: 'S',
  threat: 'another program on the machine attaches',
  test: ['web/server.test.ts', 'the socket takes our own page only'],
};
const SESSION: Attack = {
  stride: 'S',
  threat: 'a cookie or a near secret passes',
  test: ['web/server.test.ts', 'our own files are nobody’s secret; whether the secret is good is said to who shows it'],
};
const HOST: Attack = {
  stride: 'S',
  threat: 'DNS that points at 127.0.0.1 makes a page of the web ours (rebinding)',
  test: ['web/server.test.ts', 'another name for this machine is refused: DNS that points here opens nothing'],
};
const LARGE: Attack = {
  stride: 'D',
  threat: 'a message without end',
  test: ['web/server.test.ts', 'a message of 5 MiB closes its socket as too large, and the next window works'],
};
const MANY: Attack = {
  stride: 'D',
  threat: 'windows without end',
  test: ['web/server.test.ts', '65 windows: the last is refused in words, and let in when one is closed'],
};
const UPLOAD: Attack = {
  stride: 'T',
  threat: 'another page brings a capture, or one under a name that leads elsewhere',
  test: ['web/server.test.ts', 'a capture is brought in by our own page only, under a harmless name'],
};
const LEFT: Attack = {
  stride: 'I',
  threat: 'an upload that broke off stays on the disk',
  test: ['web/server.test.ts', 'an upload that breaks off leaves nothing'],
};
const GONE: Attack = {
  stride: 'I',
  threat: 'captures that were dropped on the page stay for ever',
  test: [
    'web/server.test.ts',
    'what was brought in goes when its capture is closed, another is opened, or Sightline ends',
  ],
};
const RESET: Attack = {
  stride: 'D',
  threat: 'connections that are reset at the wrong moment end the host',
  test: [
    'web/attacks.test.ts',
    '400 connections that begin and end wrongly: the host lives, and nothing went uncaught',
  ],
};
const IDLE: Attack = {
  stride: 'D',
  threat: 'a thousand idle connections keep windows out',
  test: ['web/attacks.test.ts', '1,000 idle connections: the oldest are closed and told why; windows and pages work'],
};
const ARGUMENT: Attack = {
  stride: 'I',
  threat: 'another user reads the link in a list of processes, or in a file',
  test: [
    'web/browser.test.ts',
    'the link stands in no process’s arguments; the page that leads to it is the user’s alone and goes',
  ],
};
const REQUEST: Attack = {
  stride: 'T',
  threat: 'a request of another form than agreed',
  test: ['engine/desk/desk.test.ts', 'what is no request is refused in words, and the desk goes on'],
  isInOrder: true,
};
const PENDING: Attack = {
  stride: 'D',
  threat: 'requests without end, or two of one number',
  test: [
    'engine/desk/desk.test.ts',
    'a request number that is under way is not taken again, and no more requests than the limit are under way',
  ],
};
const WIRE: Attack = {
  stride: 'D',
  threat: 'a message that says it has a gigabyte of columns',
  test: ['contract/wire.test.ts', 'bytes that are no message are nothing, whatever they are'],
};
const STALE: Attack = {
  stride: 'T',
  threat: 'a label meant for one capture lands in another',
  test: [
    'engine/desk/tabs.test.ts',
    'a request that is about a capture is refused where another one is open in the tab by then',
  ],
};

export const WINDOW: readonly Mitigation[] = [
  instead(
    'WIN-01',
    'a link works once',
    'web/guard.ts',
    'this.token = null;\n    return this.secret;',
    'return this.secret;',
    ONCE,
  ),
  instead(
    'WIN-02',
    'only our own page enters',
    'web/server.ts',
    "if (!this.guard.originAllowed(request)) return refuse(response, 403, 'Only the window itself enters.');",
    '',
    ONCE,
  ),
  instead('WIN-03', 'a socket shows the secret', 'web/server.ts', '!this.guard.knownSocket(request) ||', '', SECRET),
  instead(
    'WIN-04',
    'a socket comes from our own page',
    'web/server.ts',
    ' || !this.guard.originAllowed(request))\n      return refuseSocket',
    ')\n      return refuseSocket',
    SECRET,
  ),
  instead(
    'WIN-05',
    'the secret is compared whole',
    'web/guard.ts',
    "return typeof shown === 'string' && same(shown, this.secret);",
    "return typeof shown === 'string' && shown.startsWith(this.secret);",
    SESSION,
  ),
  instead(
    'WIN-06',
    'a session is asked for its secret',
    'web/server.ts',
    'if (!this.guard.known(request))\n      return refuse(',
    "if (request.method === 'PUT')\n      return refuse(",
    SESSION,
  ),
  instead(
    'WIN-07',
    'pages have a policy that runs our own files only',
    'web/guard.ts',
    "'Content-Security-Policy': WINDOW_POLICY,",
    '',
    SESSION,
  ),
  instead(
    'WIN-08',
    'the host is ours',
    'web/server.ts',
    "if (!this.guard.hostAllowed(request)) return refuse(response, 403, 'Sightline answers at 127.0.0.1 only.');",
    '',
    HOST,
  ),
  instead(
    'WIN-10',
    'a message is so large only',
    'web/server.ts',
    'maxPayload: MAX_MESSAGE,',
    'maxPayload: 2 ** 30,',
    LARGE,
  ),
  instead(
    'WIN-11',
    'there are so many windows only',
    'web/connections.ts',
    'export const MAX_WINDOWS = 64;',
    'export const MAX_WINDOWS = 6_400;',
    MANY,
  ),
  instead(
    'WIN-12',
    'only our own page brings a capture',
    'web/server.ts',
    'if (!this.guard.originAllowed(request) || !this.guard.known(request))',
    "if (request.method === 'PUT')",
    UPLOAD,
  ),
  instead(
    'WIN-13',
    'an uploaded name is no path',
    'web/uploads.ts',
    'join(folder, harmlessName(name))',
    'join(folder, name)',
    UPLOAD,
  ),
  instead(
    'WIN-14',
    'an upload is its user’s alone',
    'web/uploads.ts',
    "mode: 0o600, flags: 'wx'",
    "mode: 0o644, flags: 'wx'",
    UPLOAD,
  ),
  instead(
    'WIN-15',
    'an upload that fails is removed',
    'web/uploads.ts',
    'rmSync(folder, { recursive: true, force: true });\n      throw error;',
    'throw error;',
    LEFT,
  ),
  instead(
    'WIN-16',
    'an upload goes with its capture',
    'web/uploads.ts',
    'rmSync(join(this.own, folder!), { recursive: true, force: true });',
    '',
    GONE,
  ),
  instead(
    'WIN-17',
    'errors of each connection are heard',
    'web/connections.ts',
    "socket.on('error', () => socket.destroy());",
    '',
    RESET,
  ),
  instead(
    'WIN-18',
    'strangers have so many connections only',
    'web/connections.ts',
    'export const MAX_STRANGERS = 256;',
    'export const MAX_STRANGERS = 256_000;',
    IDLE,
  ),
  instead(
    'WIN-19',
    'the link is no argument',
    'web/browser.ts',
    'page = this.page(link);',
    'this.page(link);\n      page = link;',
    ARGUMENT,
  ),
  instead(
    'WIN-20',
    'the page that leads to the link is the user’s',
    'web/browser.ts',
    "{ mode: 0o600, flag: 'wx' }",
    "{ mode: 0o644, flag: 'wx' }",
    ARGUMENT,
  ),
  instead(
    'WIN-21',
    'requests are held to their schema',
    'engine/desk/serve.ts',
    'if (problem !== null)\n',
    'if (problem !== null && id < 0)\n',
    REQUEST,
  ),
  instead(
    'WIN-22',
    'a request’s number is taken once',
    'engine/desk/serve.ts',
    'if (asker.jobs.has(id))',
    'if (id < 0)',
    PENDING,
  ),
  instead(
    'WIN-23',
    'so many requests wait only',
    'engine/desk/serve.ts',
    'if (asker.jobs.size >= MAX_PENDING)',
    'if (id < 0)',
    PENDING,
  ),
  instead(
    'WIN-24',
    'a column lies within its message',
    'contract/wire.ts',
    "if (end > bytes.length) throw new RangeError('column past the end');",
    '',
    WIRE,
  ),
  instead('WIN-25', 'a column is of a known kind', 'contract/wire.ts', '!Object.hasOwn(KINDS, name) ||', '', WIRE),
  instead(
    'WIN-26',
    'a request names the capture that it means',
    'engine/desk/serve.ts',
    'open !== session && OF_CAPTURE',
    'open !== session && id < 0 && OF_CAPTURE',
    STALE,
  ),
];
