// What was learned of the own network, at the edges of what it exempts, in captures that the test makes.
import { NetworkNotes } from '../detect/index.ts';
import { edge } from '../testing/edges.ts';
import { HOST, MadeCapture, PEER, type Turn } from '../testing/evidence-kit.ts';
import { clientHello } from '../testing/packets.ts';
import { rpcBytes } from '../testing/remote-calls.ts';
import { SVCCTL } from './data/rpc-interfaces.ts';
import { KnownNetwork } from './known.ts';

type Note = (notes: NetworkNotes) => void;

/** What is found in a capture where something was learned. */
function on(made: MadeCapture, note: Note): string[] {
  const notes = new NetworkNotes();
  note(notes);
  return made.rulesOn(new KnownNetwork(notes.facts()));
}

type Role = Parameters<NetworkNotes['role']>[0];

/** A rule that one host's part in the network exempts, and no other host's or part. */
function edgesOfRoles(rule: string, role: Role, other: Role, made: MadeCapture): void {
  edge(rule, `not of one of ${role}`, (note: Note) => on(made, note), {
    raises: [(n) => n.role(role, '10.0.0.6'), (n) => n.role(other, HOST)],
    not: [(n) => n.role(role, HOST)],
  });
}

const calls = new MadeCapture().connection([{ dir: 0, data: rpcBytes(SVCCTL, [12]) }], {
  to: '10.0.0.9',
  port: 49_668,
});
edgesOfRoles('rpc-sharp-operation', 'administrators', 'mailServers', calls);
edgesOfRoles('rpc-service-or-task', 'administrators', 'resolvers', calls);
const winrm = new MadeCapture().http([{ target: '/wsman' }], { to: '10.0.0.9', port: 5_985 });
edgesOfRoles('winrm', 'administrators', 'mailServers', winrm);

const LOGIN: readonly Turn[] = [
  { dir: 1, data: '220 somewhere.test ready\r\n' },
  { dir: 0, data: 'AUTH LOGIN\r\n' },
];
const login = new MadeCapture().connection(LOGIN, { port: 587 });
edgesOfRoles('smtp-login-in-clear', 'mailServers', 'administrators', login);

edgesOfRoles('dns-long-label', 'resolvers', 'mailServers', new MadeCapture().ask(`${'a'.repeat(50)}.zone.test`));
const unknown = new MadeCapture();
for (const [at, label] of ['xkqzvbnwpt', 'qjxzkvwbnm', 'zxqkjvbwpd', 'wqzxvkjbnt', 'vkxqzjwbnp'].entries())
  unknown.ask(`${label}.test`, { at, rcode: 3 });
edgesOfRoles('dns-many-unknown-random', 'resolvers', 'mailServers', unknown);

/** A rule about a peer, which is exempt when the network talks to it every day. */
function edgesOfPeers(rule: string, made: MadeCapture, port: number): void {
  edge(rule, 'not of a peer of three flows, nor of a regular talker', (note: Note) => on(made, note), {
    raises: [
      (n) => n.peer(PEER, 2),
      (n) => n.peer('45.79.10.21', 9),
      (n) => n.role('regular', `${PEER}:${port + 1}`),
      (n) => n.role('regular', PEER),
    ],
    not: [(n) => n.peer(PEER, 3), (n) => n.role('regular', `${PEER}:${port}`)],
  });
}

const regular = new MadeCapture();
for (let i = 0; i < 5; i++) regular.connection([{ dir: 0, data: 'own words' }], { port: 4_444, at: i * 60 });
edgesOfPeers('regular-starts-unknown-peer', regular, 4_444);
edgesOfPeers('not-tls-on-443', new MadeCapture().connection([{ dir: 0, data: 'abcd' }], { port: 443 }), 443);
edgesOfPeers('http-no-agent', new MadeCapture().http([{ agent: '', host: '' }]), 80);

const silent = new MadeCapture().http([{ agent: '' }]);
edge('http-no-agent', 'not of a name of three flows; an address is not its name', (note: Note) => on(silent, note), {
  raises: [(n) => n.peer('somewhere.test', 2), (n) => n.peer(PEER, 9)],
  not: [(n) => n.peer('somewhere.test', 3)],
});

const hello = new MadeCapture().connection([{ dir: 0, data: clientHello('www.elsewhere.test') }], { port: 443 });
const JA4 = 't12d030400_13bac7b83268_876bcc86782c';
const client =
  (flows = 20, host = HOST, ja4 = 'other'): Note =>
  (n) =>
    n.client(host, [ja4], flows);
const and =
  (...notes: readonly Note[]): Note =>
  (n) =>
    notes.forEach((note) => note(n));
edge('new-here', 'a host of 20 flows of TLS', (note: Note) => on(hello, note), {
  raises: [client()],
  not: [client(19), client(20, '10.0.0.6'), () => undefined],
});
edge('new-here', 'a fingerprint that the host never had', (note: Note) => on(hello, note), {
  raises: [client(), client(20, HOST, `${JA4}x`)],
  not: [client(20, HOST, JA4)],
});
edge('new-here', 'a peer that the network never had', (note: Note) => on(hello, note), {
  raises: [and(client(), (n) => n.peer('45.79.10.21')), and(client(), (n) => n.serverName('elsewhere.test'))],
  not: [
    and(client(), (n) => n.peer(PEER)),
    and(client(), (n) => n.peer('elsewhere.test')),
    and(client(), (n) => n.serverName('www.elsewhere.test')),
  ],
});
edge('new-here', 'a connection of TLS', (made: MadeCapture) => on(made, client()), {
  raises: [hello],
  not: [new MadeCapture().connection([{ dir: 0, data: 'abcd' }], { port: 443 })],
});
