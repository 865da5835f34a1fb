// Evidence of peers without a name: HTTP to a bare address, HTTP on ports that are none of its own, and protocols that
// nobody knows to addresses that no DNS answer named.
//
// Exempt: addresses that give films and sound (players ask them by address); TLS and HTTP that was cut or old (hellos of
// SSL 2 too), connections whose beginning was not captured, and hosts with many such peers (peer to peer).
import { say } from '../../contract/index.ts';
import { protocolName } from '../decode/index.ts';
import { byPorts, recogniseTcp, tcpPorts } from '../protocols/index.ts';
import { firstPackets, firstText, opensTls } from './first-bytes.ts';
import { Gathered, hostOf, isGetOrPost, isMedia, short } from './http-look.ts';
import { hostPort, isPublicIp4Name } from './hosts.ts';
import { Distinct, Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const TO_ADDRESS: Rule = { name: 'http-to-address', kind: 'addr', points: 2, title: 'rule-http-to-address' };
/** No machine can have such a name. Seen in one malicious capture and in no other: a point. */
const NO_HOST: Rule = { name: 'http-impossible-host', kind: 'addr', points: 1, title: 'rule-http-impossible-host' };
const ODD_PORT: Rule = {
  name: 'http-odd-port',
  kind: 'addr',
  points: 1,
  title: 'rule-http-odd-port',
  technique: 'T1571',
};
const OWN: Rule = { name: 'own-protocol', kind: 'port', points: 1, title: 'rule-own-protocol', technique: 'T1095' };
const OWN_REPEATED: Rule = {
  name: 'own-protocol-repeated',
  kind: 'port',
  points: 2,
  title: 'rule-own-protocol-repeated',
  technique: 'T1095',
};

export const ADDR_RULES: readonly Rule[] = [TO_ADDRESS, NO_HOST, ODD_PORT, OWN, OWN_REPEATED];

/** Always told by content, also where a port has their name. */
const CONTENT_APPS: ReadonlySet<string> = new Set(['TLS', 'HTTP', 'DNS', 'SMB', 'SMB2', 'SSH']);
const NO_HINTS = { bits: 0, source: [0, 0], next: [0, 0] } satisfies Parameters<typeof recogniseTcp>[4];
/** Letters of names and addresses, and those that RFC 3986, 3.2.2, lets stand in a host. */
const POSSIBLE_HOST = /^[\w.\-:%~!$&'()*+,;=\u0080-\uffff]{1,255}$/;
const HTTP_PORTS: ReadonlySet<number> = new Set([80, 8080, 8000, 3128, 8888, 81, 8008, 5000, 591]);
const HOUR = 3_600;
const HOSTS = 2_048;
const STARTS_A_HOST = 64;
const FLOWS_A_START = 8;
/** Hosts with more peers of their own protocols are peer to peer. */
const MANY_PEERS = 10;
const REPEATED = 2;
const START_BYTES = 4;

/** What one host sent first in protocols that nobody knows. */
interface OwnStarts {
  readonly peers: Distinct;
  /** Flows by their first four bytes. */
  readonly flows: Recent<Distinct>;
}

export function addrJudge(): Judge {
  const hosts = new Recent<OwnStarts>(HOSTS);
  return {
    wants: SHOWS.exchanges | SHOWS.http | SHOWS.spoke,
    look(flow, found) {
      requests(flow, found);
      if (flow.over && isOwnProtocol(flow)) own(flow, found, hosts);
    },
  };
}

function requests(flow: FlowLook, found: Found): void {
  if (flow.app === 'HTTP' && flow.peerPublic && flow.port !== 0 && !HTTP_PORTS.has(flow.port))
    found(ODD_PORT, say('ev-http-odd-port', { peer: flow.responderText, port: flow.port }));
  const { exchanges } = flow;
  let gathered: Gathered | null = null;
  for (let i = 0; i < exchanges.length; i++) {
    const { request } = exchanges[i]!;
    const host = hostOf(request);
    if (request === null || request.host === null || host === '' || !isGetOrPost(request)) continue;
    const impossible = flow.peerPublic && !POSSIBLE_HOST.test(host);
    const bare = isPublicIp4Name(host);
    if (!impossible && !bare) continue;
    if (gathered === null && isMedia(flow)) return;
    gathered ??= new Gathered();
    if (impossible)
      gathered.note(NO_HOST, request.packet, short(request.host), () =>
        say('ev-http-impossible-host', { host: short(request.host ?? ''), peer: flow.responderText }),
      );
    if (!bare) continue;
    const port = hostPort(request.host) || flow.port;
    gathered.note(TO_ADDRESS, request.packet, short(request.host), () =>
      say('ev-http-to-address', { host, port, path: short(request.target) }),
    );
  }
  gathered?.tell(found);
}

function isOwnProtocol(flow: FlowLook): boolean {
  if (flow.transport !== 'tcp' || !flow.began || flow.initiatorPublic) return false;
  if (!flow.peerPublic || !flow.unresolved) return false;
  const { payload, httpRequests } = flow.observed;
  if (payload[0] < START_BYTES || httpRequests > 0) return false;
  const hello = flow.facts !== null && (flow.facts.ja3 !== null || flow.facts.serverName !== null);
  const unknown = flow.app === '' || isByPort(flow) || (flow.port === 443 && flow.app !== 'TLS' && flow.app !== 'HTTP');
  const first = flow.observed.first[0];
  if (!unknown || hello || first.length < START_BYTES) return false;
  return !opensTls(first) && !firstText(flow, 0, 60).includes('HTTP/1.');
}

/** Named by its port alone: it begins with bytes that are no text, and neither side's are known. */
function isByPort(flow: FlowLook): boolean {
  const usual = byPorts(tcpPorts, 0, flow.port);
  if (usual === 0 || protocolName(usual) !== flow.app || CONTENT_APPS.has(flow.app)) return false;
  if (flow.observed.first[0].subarray(0, START_BYTES).every((b) => b >= 0x20 && b < 0x7f)) return false;
  return flow.observed.first.every((b) => recogniseTcp(b, 0, b.length, b.length, NO_HINTS) === 0);
}

function own(flow: FlowLook, found: Found, hosts: Recent<OwnStarts>): void {
  const bytes = Buffer.from(flow.observed.first[0].subarray(0, START_BYTES)).toString('hex');
  const host = hosts.recall(flow.initiator, () => ({
    peers: new Distinct(MANY_PEERS + 1, HOUR),
    flows: new Recent<Distinct>(STARTS_A_HOST),
  }));
  host.peers.add(flow.responder, flow.end);
  const flows = host.flows.recall(bytes, () => new Distinct(FLOWS_A_START, HOUR));
  flows.add(flow.row, flow.end);
  const shown = { packets: firstPackets(flow, 0), amount: flows.size };
  const peer = flow.responderText;
  if (flows.size >= REPEATED && host.peers.size <= MANY_PEERS)
    found(OWN_REPEATED, say('ev-own-protocol-repeated', { peer, port: flow.port, bytes, n: flows.size }), shown);
  else found(OWN, say('ev-own-protocol', { peer, port: flow.port }), shown);
}
