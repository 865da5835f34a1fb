// Scans, guessing, mail, FTP and pings at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { HOST, MadeCapture, type MadeFlow, PEER, type Turn } from '../testing/evidence-kit.ts';

const INSIDE = '10.0.0.9';
const spread = (i: number): string => `10.0.1.${i + 1}`;

/** Connections with so many seconds between the first and the last. */
interface Many {
  readonly n?: number;
  readonly seconds?: number;
  readonly port?: (i: number) => number;
  readonly to?: (i: number) => string;
  readonly from?: (i: number) => string;
  /** What becomes of each; refused where nothing is said. */
  readonly as?: 'refused' | 'unanswered' | 'empty' | 'half seen' | 'lost' | undefined;
}

function tried(o: Many, n: number, seconds: number): MadeCapture {
  const made = new MadeCapture();
  const count = o.n ?? n;
  for (let i = 0; i < count; i++) {
    const at = (i * (o.seconds ?? seconds)) / (count - 1);
    const flow: MadeFlow = { to: o.to?.(i) ?? INSIDE, port: o.port?.(i) ?? 445, from: o.from?.(i) ?? HOST, at };
    if (o.as === 'empty') made.connection([], flow);
    else if (o.as === 'unanswered') made.unanswered(flow);
    else if (o.as === 'half seen') made.halfSeen('words', flow);
    else if (o.as === 'lost') made.halfSeen('', flow);
    else made.refused(flow);
  }
  return made;
}

const ports = (o: Many): MadeCapture => tried({ port: (i) => 1_000 + i, ...o }, 12, 60);
edge('port-scan', '12 ports of one host within a minute', ports, {
  raises: [{}],
  not: [{ n: 11 }, { seconds: 60.1 }, { port: (i) => 1_000 + (i % 11) }, { to: (i) => spread(i % 2) }],
});
edge('port-scan', '8 ports of one host within 5 seconds', (o: Many) => ports({ n: 8, seconds: 5, ...o }), {
  raises: [{}],
  not: [{ n: 7 }, { seconds: 5.1 }],
});
edge('port-scan', 'of one host', ports, { raises: [{}], not: [{ from: (i) => `10.0.2.${i % 2}` }] });
edge('port-scan', 'refused, and nothing was said', ports, {
  raises: [{}, { as: 'unanswered' }, { as: 'lost' }],
  not: [{ as: 'empty' }, { as: 'half seen' }],
});

const hosts = (o: Many): MadeCapture => tried({ to: spread, ...o }, 8, 60);
edge('host-scan', 'one port of 8 hosts within a minute', hosts, {
  raises: [{}],
  not: [{ n: 7 }, { seconds: 60.1 }, { to: (i) => spread(i % 7) }, { port: (i) => 445 + (i % 2) }],
});
edge('host-scan', 'one port of 20 hosts within an hour', (o: Many) => hosts({ n: 20, seconds: 3_600, ...o }), {
  raises: [{}],
  not: [{ n: 19 }, { seconds: 3_601 }],
});
edge('host-scan', 'by one host', hosts, { raises: [{}], not: [{ from: (i) => `10.0.2.${i % 2}` }] });
edge('host-scan', 'refused, and nothing was said', hosts, {
  raises: [{}, { as: 'unanswered' }, { as: 'lost' }],
  not: [{ as: 'empty' }, { as: 'half seen' }],
});

function pinged({ n = 20, seconds = 3_600, of = 20, by = 1 }): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++)
    made.ping(['abcd'], { to: spread(i % of), from: `10.0.0.${5 + (i % by)}`, at: (i * seconds) / (n - 1) });
  return made;
}
edge('icmp-sweep', '20 hosts within an hour', pinged, {
  raises: [{}],
  not: [{ n: 19 }, { seconds: 3_601 }, { of: 19 }, { by: 2 }],
});

/** Connections to one service; what is not said is a short login that fails. */
interface Logins {
  readonly n?: number;
  readonly seconds?: number;
  readonly port?: number;
  readonly greeting?: string;
  /** Bytes of the server beside its greeting. */
  readonly back?: number;
  /** Seconds that each lasts. */
  readonly lasts?: number;
  readonly to?: (i: number) => string;
}

function logins(o: Logins, n: number, seconds: number): MadeCapture {
  const made = new MadeCapture();
  const count = o.n ?? n;
  const { port = 22, greeting = '', back = 100, lasts = 1 } = o;
  const turns: Turn[] = [
    { dir: 1, data: greeting },
    { dir: 0, data: greeting === '' ? 'name and password' : greeting },
    { dir: 1, data: 'x'.repeat(back), after: lasts },
  ];
  for (let i = 0; i < count; i++)
    made.connection(turns, { to: o.to?.(i) ?? INSIDE, port, at: (i * (o.seconds ?? seconds)) / (count - 1) });
  return made;
}

const SSH = 'SSH-2.0-Some\r\n';
const ssh = (o: Logins): MadeCapture => logins(o, 6, 119);
edge('ssh-brute-force', '6 connections to one host, less than 20 s each', ssh, {
  raises: [{}],
  not: [{ n: 5 }, { seconds: 120 }, { to: (i) => spread(i % 2) }],
});
edge('ssh-brute-force', 'fewer than 5,000 bytes back', ssh, {
  raises: [{ back: 4_999 }, { greeting: SSH, back: 4_999 - SSH.length }],
  not: [{ back: 5_000 }, { greeting: SSH, back: 5_000 - SSH.length }],
});
edge('ssh-brute-force', 'by the port or by what is said', ssh, {
  raises: [{ port: 22 }, { port: 2_222, greeting: SSH }],
  not: [{ port: 2_222 }, { port: 23 }],
});
edge('ssh-brute-force', 'connections that come about', (as: Many['as']) => tried({ port: () => 22, as }, 6, 60), {
  raises: ['empty'],
  not: ['refused', 'unanswered'],
});

/** Ports of services that ask for a password, and bytes of a login that fails. */
const SERVICES = [
  ['FTP', 21, 2_000],
  ['SSH', 22, 5_000],
  ['Telnet', 23, 2_000],
  ['SMB', 445, 2_000],
  ['SQL Server', 1_433, 3_000],
  ['MySQL', 3_306, 500],
  ['RDP', 3_389, 5_000],
  ['VNC', 5_900, 500],
] as const;
for (const [name, port, most] of SERVICES) {
  const guess = (o: Logins): MadeCapture => logins({ port, ...o }, 8, 23);
  edge('brute-force', `${name}: 8 connections, less than 3 s each`, guess, {
    raises: [{}],
    not: [{ n: 7 }, { seconds: 24 }, { to: (i) => spread(i % 2) }],
  });
  edge('brute-force', `${name}: at most ${most} bytes back`, guess, {
    raises: [{ back: most }],
    not: [{ back: most + 1 }],
  });
  edge('brute-force', `${name}: at most 30 s`, guess, { raises: [{ lasts: 29.9 }], not: [{ lasts: 30 }] });
}
edge('brute-force', 'a service that asks for a password', (port: number) => logins({ port }, 8, 23), {
  raises: SERVICES.map(([, port]) => port),
  not: [80, 443, 8_080, 24, 3_388],
});

/** A conversation with a mail or file server. */
interface Spoken {
  readonly says?: string;
  readonly port?: number;
  readonly to?: string;
  readonly from?: string;
  /** What the host itself answers on port 25 before; '' where it never does. */
  readonly serves?: string;
}

function spoken({ says = '', port = 587, to = PEER, from = HOST, serves = '' }: Spoken): MadeCapture {
  const made = new MadeCapture();
  const asked: Turn[] = [{ dir: 0, data: 'QUIT\r\n' }];
  if (serves !== '') made.connection([{ dir: 1, data: serves }, ...asked], { from: '45.79.9.9', to: from, port: 25 });
  const turns: Turn[] = [
    { dir: 1, data: '220 somewhere.test ready\r\n' },
    { dir: 0, data: `${says}\r\n` },
    { dir: 1, data: '250 ok\r\n' },
  ];
  return made.connection(turns, { from, to, port, at: 60 });
}

/** A command that a rule is about, and others that are not. */
function edgesOfMail(rule: string, says: string, others: readonly string[]): void {
  edge(rule, 'the command', (text: string) => spoken({ says: text }), { raises: [says], not: others });
  edge(rule, 'ports of mail', (port: number) => spoken({ says, port }), {
    raises: [25, 587, 465, 26, 2_525],
    not: [21, 24, 588],
  });
  edge(rule, 'from inside to outside', (o: Spoken) => spoken({ says, ...o }), {
    raises: [{}],
    not: [{ to: INSIDE }, { from: '45.79.1.1' }],
  });
  edge(rule, 'a host that is no mail server itself', (serves: string) => spoken({ says, serves }), {
    raises: [''],
    not: ['220 own.test ESMTP\r\n'],
  });
}
edgesOfMail('smtp-login-in-clear', 'AUTH LOGIN', ['NOOP', 'HELP AUTH']);
edgesOfMail('smtp-from-client', 'MAIL FROM:<a@b.test>', ['RCPT TO:<a@b.test>', 'NOOP']);
edgesOfMail('smtp-ehlo-bare-host', 'EHLO DESKTOP7', ['EHLO pc.test', 'EHLO [10.0.0.5]', 'EHLO', 'NOOP DESKTOP7']);
edge('smtp-ehlo-bare-host', 'the older greeting too', (says: string) => spoken({ says }), {
  raises: ['HELO DESKTOP7'],
  not: ['HELO pc.test'],
});

edge('ftp-upload', 'the command', (says: string) => spoken({ says, port: 21 }), {
  raises: ['STOR a.zip', 'stor a.zip'],
  not: ['RETR a.zip', 'LIST'],
});
edge('ftp-upload', 'from inside to outside', (o: Spoken) => spoken({ says: 'STOR a.zip', port: 21, ...o }), {
  raises: [{}],
  not: [{ to: INSIDE }, { from: '45.79.1.1' }],
});

/** Pings whose payloads have these lengths in turn, and so many different beginnings. */
interface Pings {
  readonly n?: number;
  readonly answers?: number;
  readonly lengths?: readonly number[];
  readonly starts?: number;
}

function pings({ n = 10, answers = n, lengths = [32, 64, 96, 128], starts = 4 }: Pings): MadeCapture {
  const of = (i: number): string => String(i % starts).padEnd(lengths[i % lengths.length]!, 'x');
  return new MadeCapture().ping(
    Array.from({ length: n }, (_, i) => of(i)),
    { answers },
  );
}

edge('icmp-tunnel', '20 packets', pings, { raises: [{}], not: [{ answers: 9 }] });
edge('icmp-tunnel', 'lengths of 4 classes', pings, {
  raises: [{ lengths: [31, 63, 95, 127] }],
  not: [{ lengths: [31, 63, 64, 95] }],
});
edge('icmp-tunnel', '4 beginnings', pings, { raises: [{}], not: [{ starts: 3 }] });
edge('icmp-tunnel', 'shorter than 1,400 bytes', pings, {
  raises: [{ lengths: [32, 64, 96, 1_399] }],
  not: [{ lengths: [32, 64, 96, 1_400] }],
});
const FEW = { n: 4, lengths: [200, 300] };
edge('icmp-tunnel', 'few, but of 300 bytes and two lengths', (o: Pings) => pings({ ...FEW, ...o }), {
  raises: [{}, { answers: 2 }],
  not: [{ answers: 1 }, { lengths: [200, 299] }, { lengths: [300] }, { starts: 3 }],
});
