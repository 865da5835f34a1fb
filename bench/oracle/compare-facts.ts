// Sets our facts of one capture beside tshark's: hellos over TCP, DTLS and QUIC, certificates, SSH.
import type { FlowRow } from '../../contract/index.ts';
import { openCapture } from '../../engine/read/index.ts';
import { Analysis } from '../../engine/session/index.ts';
import type { CertificateFacts, ClientHello, FlowFacts, TlsFacts } from '../../engine/protocols/index.ts';
import { ja4 } from '../../engine/protocols/index.ts';
import type { OracleCertificate, OracleFacts, OracleHello } from './tshark-facts.ts';

const CLIENT = '1';
const SERVER = '2';

export interface FactDifference {
  readonly no: number;
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface FactReading {
  /** 'ends what value', of every hello that was read. */
  readonly values: Set<string>;
  readonly certificates: Map<string, CertificateFacts>;
  /** Flows that sent a certificate which was read. */
  readonly withCertificate: Set<string>;
  readonly analysis: Analysis;
}

const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`;
const list = (numbers: readonly number[]): string => numbers.map(hex).join(',');

export async function readFacts(file: string): Promise<FactReading> {
  const reading: FactReading = {
    values: new Set(),
    certificates: new Map(),
    withCertificate: new Set(),
    analysis: new Analysis({
      completed: (a, slot, row) => {
        const facts = a.inspector.peekFacts(slot);
        if (facts === null) return;
        const ends = endsOf(a, row);
        for (const c of [facts.tls?.certificate, facts.tls?.clientCertificate])
          if (c) {
            reading.certificates.set(`${ends} ${c.sha256}`, c);
            reading.withCertificate.add(ends);
          }
        for (const side of facts.ssh ?? [])
          for (const v of [side.banner, side.hassh]) if (v !== null) reading.values.add(`${ends} ssh ${v}`);
      },
    }),
  };
  const { analysis: a } = reading;
  a.inspector.onHello = (facts: FlowFacts, _fromServer, slot) => {
    const ends = endsOf(a, a.flows.row(slot));
    for (const [what, value] of valuesOf(facts.tls!)) reading.values.add(`${ends} ${what} ${value}`);
  };
  const opened = openCapture(file, a, { cacheFolder: '/tmp/sightline-oracle' });
  if (!opened.ok) return reading;
  while (await opened.reader.step()) {
    /* block by block */
  }
  opened.reader.close();
  a.finish();
  return reading;
}

function endsOf(a: Analysis, row: FlowRow): string {
  const c = a.flows.columns;
  return [
    `${a.addresses.text(c.initiatorOf(row))}:${c.initiatorPort[row]}`,
    `${a.addresses.text(c.responderOf(row))}:${c.responderPort[row]}`,
  ]
    .sort()
    .join(' ');
}

function valuesOf(tls: TlsFacts): [string, string][] {
  const all: [string, string][] = [];
  const c = tls.client;
  if (c !== null) {
    all.push(
      ['client-version', hex(c.version)],
      ['suites', list(c.suites)],
      ['extensions', c.extensions.join(',')],
      ['versions', list(c.versions)],
      ['alpn', c.alpn.join(',')],
      ['signatures', list(c.signatures)],
      ['sni', c.serverName ?? ''],
    );
    if (tls.ja3) all.push(['ja3', tls.ja3]);
    if (tls.ja4) all.push(['ja4', tls.ja4]);
    if (tls.retryJa3) all.push(['ja3', tls.retryJa3]);
    if (tls.retryJa4) all.push(['ja4', tls.retryJa4]);
  }
  const s = tls.server;
  if (s !== null)
    all.push(
      ['server-version', hex(s.version)],
      ['suite', hex(s.suite)],
      ['server-extensions', s.extensions.join(',')],
      ['server-alpn', s.alpn ?? ''],
      ...(tls.ja3s ? [['ja3s', tls.ja3s] as [string, string]] : []),
    );
  return all;
}

/** tshark of this age knows no JA4: it is worked out from tshark's own lists of the hello. */
function theirJa4(h: OracleHello): string {
  const numbers = (text: string): number[] =>
    text
      .split(',')
      .filter((t) => t !== '')
      .map(Number);
  // Signature algorithms stand in three extensions, and tshark has one list of all of them.
  const holders = numbers(h.extensions).filter((x) => x === 13 || x === 34 || x === 50);
  const sizes = numbers(h.signatureSizes).map((bytes) => bytes / 2);
  const from = sizes.slice(0, holders.indexOf(13)).reduce((sum, n) => sum + n, 0);
  const signatures = holders.includes(13)
    ? numbers(h.signatures).slice(from, from + (sizes[holders.indexOf(13)] ?? 0))
    : [];
  const hello: ClientHello = {
    recordVersion: 0,
    version: Number(h.version),
    suites: numbers(h.suites),
    extensions: numbers(h.extensions),
    groups: [],
    pointFormats: [],
    signatures,
    versions: numbers(h.versions),
    alpn: h.alpn === '' ? [] : h.alpn.split(','),
    serverName: h.serverName || null,
    sessionIdLength: 0,
    hasTicket: false,
    hasPsk: false,
    shape: '',
  };
  return ja4(hello, JA4_LETTERS[h.over]);
}

/** The letter of a transport in a JA4. */
const JA4_LETTERS = { quic: 'q', udp: 'd', tcp: 't' } as const;

export function compareFacts(
  r: FactReading,
  oracle: OracleFacts,
): { total: Map<string, number>; differences: FactDifference[] } {
  const total = new Map<string, number>();
  const differences: FactDifference[] = [];
  const check = (no: number, ends: string, what: string, kind: string, value: string): void => {
    total.set(what, (total.get(what) ?? 0) + 1);
    if (r.values.has(`${ends} ${kind} ${value}`)) return;
    const prefix = `${ends} ${kind} `;
    differences.push({
      no,
      what,
      ours: [...r.values]
        .filter((v) => v.startsWith(prefix))
        .map((v) => v.slice(prefix.length))
        .join(' | '),
      theirs: value,
    });
  };
  const certificateOf = new Map(oracle.certificates.map((c) => [c.sha256, c]));
  for (const h of oracle.hellos) {
    const where = h.over === 'tcp' ? '' : `${h.over === 'udp' ? 'DTLS' : 'QUIC'} `;
    const hellos = h.types.filter((t) => t === CLIENT || t === SERVER);
    // Two hellos in one packet cannot be told apart in tshark's lists: of those only what is made of one is compared.
    if (hellos.length === 1 && hellos[0] === CLIENT && h.suites !== '') {
      for (const [what, kind, value] of [
        ['versions offered', 'client-version', h.version],
        ['versions offered', 'versions', h.versions],
        ['suites', 'suites', h.suites],
        ['ALPN', 'alpn', h.alpn],
        ['server name', 'sni', h.serverName],
        ['JA3', 'ja3', h.ja3],
      ] as const)
        if (value !== '' || kind !== 'ja3')
          check(h.no, h.ends, where + what, kind, kind === 'client-version' ? value.split(',')[0]! : value);
      check(h.no, h.ends, `${where}JA4`, 'ja4', theirJa4(h));
    } else if (hellos.length === 1 && h.suites !== '') {
      for (const [what, kind, value] of [
        ['version selected', 'server-version', h.version],
        ['suite selected', 'suite', h.suites],
        ['ALPN selected', 'server-alpn', h.alpn],
        ['JA3S', 'ja3s', h.ja3s],
      ] as const)
        if (value !== '' || kind === 'server-alpn')
          check(h.no, h.ends, where + what, kind, kind === 'server-version' ? value.split(',')[0]! : value);
    } else {
      for (const value of h.ja3.split(',').filter((v) => v !== '')) check(h.no, h.ends, `${where}JA3`, 'ja3', value);
      for (const value of h.ja3s.split(',').filter((v) => v !== '')) check(h.no, h.ends, `${where}JA3S`, 'ja3s', value);
    }
    const first = certificateOf.get(h.certificates[0] ?? '');
    if (first !== undefined) {
      const what = `${where}certificate`;
      total.set(what, (total.get(what) ?? 0) + 1);
      const ours = r.certificates.get(`${h.ends} ${first.sha256}`);
      const instead = r.withCertificate.has(h.ends) ? 'another certificate' : 'no certificate';
      const wrong = ours === undefined ? instead : certificateDiffers(ours, first);
      if (wrong !== '') differences.push({ no: h.no, what, ours: wrong, theirs: first.subject.join(', ') });
    }
  }
  for (const s of oracle.ssh) {
    if (s.banner !== '') check(s.no, s.ends, 'SSH banner', 'ssh', s.banner.split(',')[0]!.trim());
    for (const value of [s.hassh, s.hasshServer])
      if (value !== '') check(s.no, s.ends, 'HASSH', 'ssh', value.split(',')[0]!);
  }
  return { total, differences };
}

/** @returns '' when names and validity are the same */
function certificateDiffers(ours: CertificateFacts, theirs: OracleCertificate): string {
  const names = (text: string): string => text.replace(/(^|, |\+)[A-Za-z0-9.]+=/g, '$1');
  const same = (mine: string, list: readonly string[]): boolean =>
    mine.length === 512 || names(mine).replaceAll('+', ', ') === list.join(', ').replaceAll('+', ', ');
  if (!same(ours.subject, theirs.subject)) return `subject ${ours.subject}`;
  if (!same(ours.issuer, theirs.issuer)) return `issuer ${ours.issuer}`;
  // tshark writes UTCTime and GeneralizedTime in two ways.
  const time = (text: string): number =>
    Date.parse(
      text.endsWith(' (UTC)') ? `${text.slice(0, -6).replace(' ', 'T')}Z` : text.replace(/\.\d+ UTC$/, ' UTC'),
    ) / 1000;
  if (time(theirs.notBefore) !== ours.notBefore || time(theirs.notAfter) !== ours.notAfter)
    return `validity ${ours.notBefore} ${ours.notAfter} where tshark has ${theirs.notBefore} ${theirs.notAfter}`;
  return '';
}
