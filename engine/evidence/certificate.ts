// Evidence of certificates that a server showed in clear (TLS up to 1.2): one kind, of which the highest counts.
//
// The peer is public: of private ones in another /16 nothing more was found on labelled captures. Exempt: Tor's own
// certificates are named and count nothing; a certificate that names the server that was asked for is not 'wrong', nor
// is one where an address was asked for; mail's ports are not odd, nor is remote desktop's, and their certificates may
// have another name. Ten years, expired, unknown issuer and 'Test' are no rules: on ordinary traffic they are at least
// as frequent.
import { type Message, say } from '../../contract/index.ts';
import { type CertificateFacts, certificateOf, serverNameOf } from '../protocols/index.ts';
import { DEFAULT_SUBJECTS } from './data/default-certificates.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const DAY = 86_400;
const YOUNG_DAYS = 30;
const ODD_PORT_DAYS = 90;
const MANY_FIELDS = 4;
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587, 110, 995, 143, 993]);
/** A connection of RDP begins with TPKT (RFC 1006, 6): version 3, reserved 0. */
const RDP_PORT = 3_389;
const USUAL_PORTS: ReadonlySet<number> = new Set([443, ...MAIL_PORTS]);

const YOUNG: Rule = {
  name: 'self-signed-young',
  kind: 'certificate',
  points: 2,
  title: 'rule-self-signed-young',
  technique: 'T1573.002',
};
const DOMAIN_UNNAMED: Rule = {
  name: 'self-signed-domain-unnamed',
  kind: 'certificate',
  points: 2,
  title: 'rule-self-signed-domain-unnamed',
  technique: 'T1573.002',
};
const WRONG_NAME: Rule = {
  name: 'self-signed-wrong-name',
  kind: 'certificate',
  points: 2,
  title: 'rule-self-signed-wrong-name',
};
const ODD_PORT: Rule = {
  name: 'self-signed-odd-port',
  kind: 'certificate',
  points: 2,
  title: 'rule-self-signed-odd-port',
  technique: 'T1571',
};
const DEFAULT: Rule = {
  name: 'default-certificate',
  kind: 'certificate',
  points: 2,
  title: 'rule-default-certificate',
  saidBy: ['default-certificate-young'],
};
/** Two facts of one certificate, seen of four families in three sources and of nothing ordinary. */
const DEFAULT_YOUNG: Rule = {
  name: 'default-certificate-young',
  kind: 'certificate',
  points: 3,
  title: 'rule-default-certificate-young',
  technique: 'T1573.002',
};
const SELF_SIGNED: Rule = {
  name: 'self-signed',
  kind: 'certificate',
  points: 1,
  title: 'rule-self-signed',
  saidBy: [
    'self-signed-young',
    'self-signed-domain-unnamed',
    'self-signed-wrong-name',
    'self-signed-odd-port',
    'self-signed-no-domain',
    'self-signed-many-fields-no-name',
    'default-certificate-young',
  ],
};
const NO_DOMAIN: Rule = {
  name: 'self-signed-no-domain',
  kind: 'certificate',
  points: 1,
  title: 'rule-self-signed-no-domain',
};
const MANY_FIELDS_UNNAMED: Rule = {
  name: 'self-signed-many-fields-no-name',
  kind: 'certificate',
  points: 1,
  title: 'rule-self-signed-many-fields-no-name',
};
/** The name of a thing, no fault: it keeps rules of names and ports silent. */
const TOR: Rule = { name: 'tor-certificate', kind: 'certificate', points: 0, title: 'rule-tor-certificate' };

export const CERTIFICATE_RULES: readonly Rule[] = [
  YOUNG,
  DOMAIN_UNNAMED,
  WRONG_NAME,
  ODD_PORT,
  DEFAULT,
  DEFAULT_YOUNG,
  SELF_SIGNED,
  NO_DOMAIN,
  MANY_FIELDS_UNNAMED,
  TOR,
];

const TOR_NAME = /^CN=www\.[a-z2-7]{8,20}\.(?:com|net)$/;
const DEFAULTS = new RegExp(
  `(?<![\\w-])(?:${DEFAULT_SUBJECTS.map((s) => s.replace(/[.]/g, '\\.')).join('|')})(?![\\w-])`,
  'i',
);

/** Whether a certificate is one that Tor makes up: such a flow carries no evidence of names and ports. */
export function isTorCertificate(certificate: CertificateFacts | null): boolean {
  return certificate !== null && TOR_NAME.test(certificate.subject) && TOR_NAME.test(certificate.issuer);
}

/** Whether the client said hello. */
export function saidHello({ facts }: Pick<FlowLook, 'facts'>): boolean {
  return facts !== null && (facts.ja3 !== null || (facts.tls?.client ?? null) !== null);
}

/** Texts of default certificates, by certificate: one that is seen again is the same object. */
const defaults = new WeakMap<CertificateFacts, string | null>();

/** The first text of a certificate that a program's default has; null without. */
function defaultText(certificate: CertificateFacts): string | null {
  const known = defaults.get(certificate);
  if (known !== undefined) return known;
  const text = DEFAULTS.exec(`${certificate.subject} ${certificate.issuer}`)?.[0] ?? null;
  defaults.set(certificate, text);
  return text;
}

export function certificateJudge(): Judge {
  return { wants: SHOWS.facts, look };
}

function look(flow: FlowLook, found: Found): void {
  const certificate = certificateOf(flow.facts);
  if (certificate === null || flow.transport !== 'tcp' || !flow.peerPublic) return;
  const peer = flow.responderText;
  if (isTorCertificate(certificate)) {
    found(TOR, say('ev-tor-certificate', { peer }), { shows: certificate.subject });
    return;
  }
  const text = defaultText(certificate);
  if (text !== null) found(DEFAULT, say('ev-default-certificate', { peer, text }), { shows: text });
  if (!certificate.selfSigned) return;
  selfSigned(flow, certificate, found);
  const days = daysOf(flow, certificate);
  if (text !== null && isYoung(days))
    found(DEFAULT_YOUNG, say('ev-default-certificate-young', { peer, text, age: ageOf(days) }), { shows: text });
}

function selfSigned(flow: FlowLook, certificate: CertificateFacts, found: Found): void {
  const peer = flow.responderText;
  const { port } = flow;
  const common = commonName(certificate.subject);
  const days = daysOf(flow, certificate);
  const name = serverNameOf(flow.facts);
  const unnamed = name === null && saidHello(flow);
  const subject = certificate.subject;
  const shown = { shows: common === '' ? subject : common };
  found(SELF_SIGNED, say('ev-self-signed', { peer, subject }), shown);
  if (isYoung(days)) found(YOUNG, say('ev-self-signed-young', { peer, subject, age: ageOf(days) }), shown);
  if (isDomain(common) && unnamed && flow.unresolved)
    found(DOMAIN_UNNAMED, say('ev-self-signed-domain-unnamed', { peer, name: common }), shown);
  if (
    name !== null &&
    isDomain(name) &&
    !MAIL_PORTS.has(port) &&
    !isRemoteDesktop(flow) &&
    !covers(certificate, common, name)
  )
    found(WRONG_NAME, say('ev-self-signed-wrong-name', { peer, name, subject }), shown);
  if (
    !USUAL_PORTS.has(port) &&
    !isRemoteDesktop(flow) &&
    ((days >= 0 && days < ODD_PORT_DAYS) || (unnamed && flow.unresolved))
  )
    found(ODD_PORT, say('ev-self-signed-odd-port', { peer, port, subject }), shown);
  if (common !== '' && !common.includes('.'))
    found(NO_DOMAIN, say('ev-self-signed-no-domain', { peer, name: common }), shown);
  if (unnamed && fields(subject) >= MANY_FIELDS && /(?:^|, )O=/.test(subject))
    found(MANY_FIELDS_UNNAMED, say('ev-self-signed-many-fields-no-name', { peer, subject }), shown);
}

/** Age at the flow's start, days. */
function daysOf(flow: FlowLook, certificate: CertificateFacts): number {
  return (flow.start - certificate.notBefore) / DAY;
}

function ageOf(days: number): Message {
  return days < 1 ? say('age-under-a-day') : say('age-days', { days: Math.floor(days) });
}

function isYoung(days: number): boolean {
  return days >= 0 && days <= YOUNG_DAYS;
}

/** Windows makes itself a certificate for remote desktop (MS-RDPBCGR, 5.4.5), and clients send no server name. */
export function isRemoteDesktop(flow: Pick<FlowLook, 'port' | 'observed'>): boolean {
  const [first] = flow.observed.first;
  return flow.port === RDP_PORT || (first[0] === 3 && first[1] === 0);
}

function commonName(subject: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? '';
}

function fields(subject: string): number {
  return subject.match(/(?:^|, )[A-Za-z0-9.]+=/g)?.length ?? 0;
}

function isDomain(name: string): boolean {
  return name.includes('.') && !/^[\d.]+$/.test(name);
}

/** Common name or an alternative name is the server name, a domain; a `*.` stands for one label. */
function covers(certificate: CertificateFacts, common: string, name: string): boolean {
  const wanted = name.toLowerCase();
  const parent = wanted.slice(wanted.indexOf('.') + 1);
  return [common, ...certificate.alternativeNames].some((n) => {
    const known = n.toLowerCase();
    return known === wanted || known === `*.${parent}`;
  });
}
