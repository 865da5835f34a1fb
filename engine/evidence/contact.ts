// Evidence of how a TLS peer is contacted (kind port): without a server name, without DNS, on odd ports, and what is no
// TLS on 443.
//
// The peer is public. Exempt: Tor (its certificates are known), remote desktop's port, and on 443 hellos in the form of
// SSL 2 (`8x xx 01`: Skype and old clients).
import { say } from '../../contract/index.ts';
import { certificateOf, serverNameOf } from '../protocols/index.ts';
import { isRemoteDesktop, isTorCertificate, saidHello } from './certificate.ts';
import { firstPackets, opensTls } from './first-bytes.ts';
import { Distinct, Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const HTTPS = 443;
const HOUR = 3_600;
const UNNAMED_PEERS = 2;
const LEAST_BYTES = 4;
/** Hosts and fingerprints remembered, and peers of each. */
const MAX_CLIENTS = 16_384;
const MAX_PEERS = 16;

const UNNAMED_MANY: Rule = {
  name: 'tls-unnamed-many',
  kind: 'port',
  points: 3,
  title: 'rule-tls-unnamed-many',
  technique: 'T1573.002',
};
const ODD_PORT: Rule = {
  name: 'tls-no-name-odd-port',
  kind: 'port',
  points: 1,
  title: 'rule-tls-no-name-odd-port',
  technique: 'T1571',
};
const NO_DNS: Rule = {
  name: 'tls-no-name-no-dns',
  kind: 'port',
  points: 1,
  title: 'rule-tls-no-name-no-dns',
  saidBy: ['tls-unnamed-many'],
};
const NOT_TLS: Rule = {
  name: 'not-tls-on-443',
  kind: 'port',
  points: 1,
  title: 'rule-not-tls-on-443',
  technique: 'T1571',
};
/** What an incident of the same host may raise (contagion): a fact of its own, without points. */
const UNNAMED: Rule = {
  name: 'tls-unnamed-public',
  kind: 'contagion',
  points: 0,
  title: 'rule-tls-unnamed-public',
  saidBy: ['tls-no-name-odd-port', 'tls-no-name-no-dns', 'tls-unnamed-many'],
};

export const CONTACT_RULES: readonly Rule[] = [UNNAMED_MANY, ODD_PORT, NO_DNS, NOT_TLS, UNNAMED];

export function contactJudge(): Judge {
  const clients = new Recent<Distinct>(MAX_CLIENTS);
  return {
    wants: SHOWS.facts | SHOWS.spoke,
    look(flow, found) {
      if (flow.transport !== 'tcp' || isTorCertificate(certificateOf(flow.facts))) return;
      if (saidHello(flow)) {
        if (serverNameOf(flow.facts) === null && flow.peerPublic) unnamed(flow, clients, found);
        return;
      }
      if (isOtherOn443(flow))
        found(NOT_TLS, say('ev-not-tls-on-443', { peer: flow.responderText }), { packets: firstPackets(flow, 0) });
    },
  };
}

function unnamed(flow: FlowLook, clients: Recent<Distinct>, found: Found): void {
  const peer = flow.responderText;
  const { port } = flow;
  found(UNNAMED, say('ev-tls-unnamed-public', { peer }));
  if (port !== HTTPS && !isRemoteDesktop(flow)) found(ODD_PORT, say('ev-tls-no-name-odd-port', { peer, port }));
  if (!flow.unresolved) return;
  found(NO_DNS, say('ev-tls-no-name-no-dns', { peer }));
  const ja3 = flow.facts?.ja3 ?? flow.facts?.tls?.ja3 ?? null;
  if (ja3 === null) return;
  const peers = clients.recall(`${flow.initiator} ${ja3}`, () => new Distinct(MAX_PEERS, HOUR));
  peers.add(flow.responder, flow.end);
  const { size: amount } = peers;
  if (amount >= UNNAMED_PEERS)
    found(UNNAMED_MANY, say('ev-tls-unnamed-many', { host: flow.initiatorText, ja3, peers: amount, peer }), { amount });
}

function isOtherOn443(flow: FlowLook): boolean {
  if (flow.port !== HTTPS || flow.initiatorPublic || !flow.peerPublic || !flow.began) return false;
  if (flow.app === 'TLS' || flow.observed.httpRequests > 0) return false;
  const [first] = flow.observed.first;
  return first.length >= LEAST_BYTES && !opensTls(first);
}
