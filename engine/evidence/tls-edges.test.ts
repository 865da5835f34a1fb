// Certificates and TLS contacts at their edges, in captures that the test makes.
import { serverFlight } from '../testing/certificates.ts';
import { edge } from '../testing/edges.ts';
import { MadeCapture, PEER, START, type Turn } from '../testing/evidence-kit.ts';
import { clientHello } from '../testing/packets.ts';

const DAY = 86_400;
const SECOND = 1 / DAY;
const OTHER = '45.79.10.21';
const PRIVATE = '10.0.0.9';
const MAIL_PORTS = [25, 465, 587, 110, 995, 143, 993] as const;

/** A TLS 1.2 connection; what is not said is ordinary: an authority's certificate, a year old, on 443. */
interface Made {
  readonly subject?: string;
  /** '' signs itself. */
  readonly issuer?: string;
  readonly names?: readonly string[];
  /** Age of the certificate at the connection's start. */
  readonly days?: number;
  /** The server name that was sent. */
  readonly name?: string | null;
  readonly to?: string;
  readonly port?: number;
  /** The address that a DNS answer gave before; null without DNS. */
  readonly resolved?: string | null;
  /** What both sides send before the hello. */
  readonly before?: string;
  /** The capture has the client's hello. */
  readonly hello?: boolean;
}

function shown(o: Made): MadeCapture {
  const { subject = 'CN=a.test', issuer = '', names = [], days = 400, name = null, to = PEER, port = 443 } = o;
  const { resolved = null, before = '', hello = true } = o;
  const made = new MadeCapture();
  if (resolved !== null) made.dns('www.somewhere.test', resolved);
  const at = 100;
  const certificate = { subject, issuer: issuer === '' ? subject : issuer, notBefore: START + at - days * DAY, names };
  const turns: Turn[] = [{ dir: 1, data: serverFlight(certificate) }];
  if (hello) turns.unshift({ dir: 0, data: clientHello(name) });
  if (before !== '') turns.unshift({ dir: 0, data: before }, { dir: 1, data: before });
  return made.connection(turns, { to, port, at });
}

const ELSEWHERE = '45.79.99.99';
/** A connection request of X.224 in TPKT (RFC 1006, 6), with which remote desktop begins. */
const TPKT = '\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00';
const UNRESOLVED = { name: null, resolved: ELSEWHERE };

edge('self-signed', 'who signed it', (issuer: string) => shown({ issuer }), {
  raises: ['', 'CN=a.test'],
  not: ['CN=Authority', 'CN=a.test, O=A'],
});
edge('self-signed', 'a public peer', (to: string) => shown({ to }), { raises: [PEER], not: [PRIVATE, '192.168.1.9'] });

edge('self-signed-young', '30 days', (days: number) => shown({ days }), {
  raises: [0, 30],
  not: [-SECOND, 30 + SECOND],
});
edge('self-signed-young', 'who signed it', (issuer: string) => shown({ issuer, days: 5 }), {
  raises: [''],
  not: ['CN=Authority'],
});

edge('self-signed-domain-unnamed', 'a domain', (subject: string) => shown({ subject, ...UNRESOLVED }), {
  raises: ['CN=foreign.test', 'O=Firm, CN=foreign.test'],
  not: ['CN=foreign', 'CN=192.0.2.1', 'O=foreign.test'],
});
edge('self-signed-domain-unnamed', 'no name was asked for', (name: string | null) => shown({ ...UNRESOLVED, name }), {
  raises: [null],
  not: ['a.test'],
});
edge('self-signed-domain-unnamed', 'the hello was seen', (hello: boolean) => shown({ ...UNRESOLVED, hello }), {
  raises: [true],
  not: [false],
});
edge('self-signed-domain-unnamed', 'no answer of DNS', (resolved: string | null) => shown({ resolved }), {
  raises: [ELSEWHERE],
  not: [PEER, null],
});

const asked = (more: Made): MadeCapture => shown({ subject: 'CN=other.test', name: 'www.asked.test', ...more });
edge('self-signed-wrong-name', 'the name that it is for', (subject: string) => asked({ subject }), {
  raises: ['CN=other.test', 'CN=asked.test', 'CN=*.test', 'O=www.asked.test'],
  not: ['CN=www.asked.test', 'CN=WWW.asked.test', 'CN=*.asked.test'],
});
edge('self-signed-wrong-name', 'further names', (names: string[]) => asked({ names }), {
  raises: [['one.test', 'two.test']],
  not: [
    ['one.test', 'www.asked.test'],
    ['*.asked.test', 'two.test'],
  ],
});
edge('self-signed-wrong-name', 'a name was asked for, and no address', (name: string | null) => asked({ name }), {
  raises: ['www.asked.test'],
  not: ['192.0.2.7', 'asked', null],
});
edge('self-signed-wrong-name', 'no port of mail or remote desktop', (port: number) => asked({ port }), {
  raises: [443, 8_443],
  not: [...MAIL_PORTS, 3_389],
});
edge('self-signed-wrong-name', 'no opening of remote desktop', (before: string) => asked({ before }), {
  raises: [''],
  not: [TPKT],
});

const onPort = (more: Made): MadeCapture => shown({ port: 4_443, name: 'a.test', ...more });
edge('self-signed-odd-port', '90 days', (days: number) => onPort({ days }), {
  raises: [0, 90 - SECOND],
  not: [-SECOND, 90],
});
edge('self-signed-odd-port', 'no usual port', (port: number) => onPort({ port, days: 5 }), {
  raises: [4_443, 8_443],
  not: [443, ...MAIL_PORTS, 3_389],
});
edge('self-signed-odd-port', 'no opening of remote desktop', (before: string) => onPort({ before, days: 5 }), {
  raises: [''],
  not: [TPKT],
});
edge('self-signed-odd-port', 'an old one without a name', (name: string | null) => onPort({ ...UNRESOLVED, name }), {
  raises: [null],
  not: ['a.test'],
});
edge(
  'self-signed-odd-port',
  'an old one without an answer of DNS',
  (resolved: string | null) => onPort({ name: null, resolved }),
  { raises: [ELSEWHERE], not: [PEER, null] },
);

edge('default-certificate', 'a whole word', (subject: string) => shown({ subject, issuer: 'CN=A' }), {
  raises: ['O=Internet Widgits Pty Ltd', 'CN=localhost', 'CN=www.example.com', 'O=empire'],
  not: ['O=Empires Ltd', 'CN=notlocalhost', 'CN=Test', 'CN=myexample.com', 'CN=localhost-2'],
});
edge('default-certificate', 'of subject or issuer', (issuer: string) => shown({ subject: 'CN=a.test', issuer }), {
  raises: ['ST=Some-State, O=Firm'],
  not: ['O=Firm'],
});

const DEFAULT = 'O=Internet Widgits Pty Ltd';
edge('default-certificate-young', '30 days', (days: number) => shown({ subject: DEFAULT, days }), {
  raises: [0, 30],
  not: [-SECOND, 30 + SECOND],
});
edge('default-certificate-young', 'a default name', (subject: string) => shown({ subject, days: 5 }), {
  raises: [DEFAULT],
  not: ['O=Firm'],
});
edge('default-certificate-young', 'self-signed', (issuer: string) => shown({ subject: DEFAULT, issuer, days: 5 }), {
  raises: [''],
  not: ['CN=Authority'],
});

edge('self-signed-no-domain', 'a dot in its name', (subject: string) => shown({ subject }), {
  raises: ['CN=server'],
  not: ['CN=server.test', 'O=server'],
});

const COMPANY = 'C=UK, L=London, O=Firm, CN=a.test';
edge('self-signed-many-fields-no-name', 'four fields, a company one of them', (subject: string) => shown({ subject }), {
  raises: [COMPANY],
  not: ['C=UK, O=Firm, CN=a.test', 'C=UK, L=London, OU=Unit, CN=a.test'],
});
edge(
  'self-signed-many-fields-no-name',
  'no name was asked for',
  (name: string | null) => shown({ subject: COMPANY, name }),
  { raises: [null], not: ['a.test'] },
);

const TOR = 'CN=www.abcdefgh234567.com';
const tor = (more: Made): MadeCapture => shown({ subject: 'CN=www.ijklmnop.net', issuer: TOR, ...more });
edge('tor-certificate', '8 to 20 letters and numbers of base32', (subject: string) => tor({ subject }), {
  raises: ['CN=www.ijklmnop.net', 'CN=www.abcdefghij2345672345.com'],
  not: ['CN=www.ijklmno.net', 'CN=www.abcdefghij23456723456.com', 'CN=www.ijklmno1.net', 'CN=www.ijklmnop.org'],
});
edge('tor-certificate', 'the issuer too', (issuer: string) => tor({ issuer }), { raises: [TOR], not: ['CN=A'] });

const contact = (more: Made): MadeCapture => shown({ issuer: 'CN=Authority', ...more });
edge('tls-unnamed-public', 'no server name', (name: string | null) => contact({ name }), {
  raises: [null],
  not: ['a.test'],
});
edge('tls-unnamed-public', 'a public peer', (to: string) => contact({ to }), { raises: [PEER], not: [PRIVATE] });
edge('tls-unnamed-public', 'no relay of Tor', (issuer: string) => tor({ issuer }), { raises: ['CN=A'], not: [TOR] });
edge('dga-name', 'no relay of Tor', (issuer: string) => tor({ issuer, name: 'www.xkqjvbzwpt.com' }), {
  raises: ['CN=A'],
  not: [TOR],
});

edge('tls-no-name-odd-port', 'a port that is not its own', (port: number) => contact({ port }), {
  raises: [442, 444, 8_443],
  not: [443, 3_389],
});
edge('tls-no-name-odd-port', 'no opening of remote desktop', (before: string) => contact({ port: 4_443, before }), {
  raises: [''],
  not: [TPKT],
});
edge('tls-no-name-odd-port', 'no relay of Tor', (issuer: string) => tor({ issuer, port: 9_001 }), {
  raises: ['CN=A'],
  not: [TOR],
});
edge('tls-no-name-odd-port', 'no server name', (name: string | null) => contact({ port: 4_443, name }), {
  raises: [null],
  not: ['a.test'],
});

edge('tls-no-name-no-dns', 'no answer of DNS', (resolved: string | null) => contact({ resolved }), {
  raises: [ELSEWHERE],
  not: [PEER, null],
});
edge('tls-no-name-no-dns', 'no server name', (name: string | null) => contact({ ...UNRESOLVED, name }), {
  raises: [null],
  not: ['a.test'],
});

/** Two TLS connections without a name; the second as the test says. */
interface Second {
  readonly to?: string;
  readonly from?: string;
  /** Seconds after the first. */
  readonly after?: number;
  readonly suites?: readonly number[];
  readonly resolved?: string;
}

function two({ to = OTHER, from, after = 10, suites, resolved = ELSEWHERE }: Second): MadeCapture {
  return new MadeCapture()
    .dns('www.somewhere.test', resolved)
    .dns('www.somewhere.test', ELSEWHERE, 1)
    .connection([{ dir: 0, data: clientHello(null) }], { port: 443, at: 100 })
    .connection([{ dir: 0, data: clientHello(null, suites) }], {
      to,
      port: 443,
      at: 100 + after,
      ...(from === undefined ? {} : { from }),
    });
}

edge('tls-unnamed-many', 'two addresses within an hour', two, {
  raises: [{}, { after: 3_600 }],
  not: [{ to: PEER }, { after: 3_601 }],
});
edge('tls-unnamed-many', 'of one program on one host', two, {
  raises: [{}],
  not: [{ suites: [0xc02f] }, { from: '10.0.0.6' }],
});
edge('tls-unnamed-many', 'no answer of DNS for any', (resolved: string) => two({ resolved }), {
  raises: [ELSEWHERE],
  not: [PEER, OTHER],
});

const sent = (data: string | Uint8Array, o: { to?: string; from?: string; port?: number } = {}): MadeCapture =>
  new MadeCapture().connection([{ dir: 0, data }], { port: 443, ...o });
edge('not-tls-on-443', 'four bytes that open no TLS', sent, {
  raises: ['abcd', '\x18\x03\x01\x00', '\x13\x03\x01\x00', '\x16\x02\x01\x00', '\x70\x46\x01\x03', '\x80\x46\x02\x03'],
  not: [
    'abc',
    clientHello('a.test'),
    '\x14\x03\x01\x00',
    '\x16\x03\x01\x00',
    '\x17\x03\x03\x00',
    '\x80\x46\x01\x03\x01\x00',
    '\x8f\x46\x01\x03\x01\x00',
    '\x80\x2e\x00\x02',
    'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  ],
});
edge('not-tls-on-443', 'the port', (port: number) => sent('abcd', { port }), { raises: [443], not: [442, 444] });
edge('not-tls-on-443', 'from inside to outside', (ends: { to?: string; from?: string }) => sent('abcd', ends), {
  raises: [{}],
  not: [{ to: PRIVATE }, { from: OTHER }],
});
