// Facts of a flow in words: what its handshake and its messages show, beside names and fingerprints.
import type { FlowDetail } from '../../contract/index.ts';
import { RPC_INTERFACES, RPC_OPERATIONS } from '../evidence/index.ts';
import { certificateOf, type FlowFacts, type SeenFacts, TLS_SUITES, TLS_VERSIONS } from '../protocols/index.ts';

type Add = (name: FlowDetail['facts'][number]['name'], value: string | null | undefined) => void;

function tlsFacts(f: FlowFacts, add: Add): void {
  const version = f.tls?.server?.selectedVersion ?? f.tlsVersion;
  const suite = f.tls?.server?.suite ?? f.tlsSuite;
  if (version >= 0) add('tlsVersion', TLS_VERSIONS[version] ?? hex(version));
  if (suite >= 0) add('suite', `${TLS_SUITES[suite] ?? 'suite'} (${hex(suite)})`);
  add('alpn', f.tls?.server?.alpn ?? f.alpn);
  add('certificateHash', certificateOf(f)?.sha256);
  add('clientCertificate', (f.tls?.clientCertificate ?? f.clientCertificate)?.subject);
}

/** Entries of a kind that are shown; filters know all that are kept. */
const SHOWN = 8;
const LONGEST = 160;

/** What the whole flow said; a single request stands there already. */
function seenFacts(s: SeenFacts, add: Add): void {
  const list = (name: Parameters<Add>[0], entries: readonly string[]): void => {
    if (entries.length === 0) return;
    const rest = entries.length - SHOWN;
    const shown = entries.slice(0, SHOWN).map((e) => (e.length > LONGEST ? `${e.slice(0, LONGEST)}…` : e));
    add(name, `${shown.join(' · ')}${rest > 0 ? ` · … +${rest}` : ''}`);
  };
  if (s.http.length > 1)
    list(
      'requests',
      s.http.map((h) => `${h.method ?? '?'} ${h.host ?? ''}${h.uri ?? ''} ${h.status === 0 ? '–' : h.status}`),
    );
  list('rpcCalls', s.rpc.map(callText));
  list(
    'smbNames',
    s.smb.map((n) => n.name),
  );
  list('commands', s.commands);
  if (s.more > 0) add('notKept', String(s.more));
}

function callText({ uuid, operation, times }: SeenFacts['rpc'][number]): string {
  const name = RPC_INTERFACES.get(uuid)?.name ?? uuid;
  const often = times > 1 ? ` ×${times}` : '';
  if (operation < 0) return `${name}${often}`;
  const known = RPC_OPERATIONS.get(`${uuid}/${operation}`)?.name;
  return `${name}:${known === undefined ? operation : `${known} (${operation})`}${often}`;
}

export function flowFacts(f: FlowFacts | null): FlowDetail['facts'] {
  if (f === null) return [];
  const all: FlowDetail['facts'][number][] = [];
  const add: Add = (name, value) => {
    if (value) all.push({ name, value });
  };
  tlsFacts(f, add);
  if (f.quic !== null) add('quic', quicVersion(f.quic.version));
  if (f.ssh !== null) {
    add('sshClient', f.ssh[0].banner);
    add('sshServer', f.ssh[1].banner);
    add('hassh', f.ssh[0].hassh);
    add('hasshServer', f.ssh[1].hassh);
  }
  if (f.http !== null) {
    if (f.http.method !== null) add('request', `${f.http.method} ${f.http.target.slice(0, 200)}`);
    if (f.http.status > 0)
      add('answer', `${f.http.status}${f.http.contentType === null ? '' : ` ${f.http.contentType}`}`);
  }
  if (f.seen !== null) seenFacts(f.seen, add);
  const counts = f.dns ?? f.dnsCounts;
  if (counts !== null) add('dnsCounts', `${counts.queries} / ${counts.responses} / ${counts.noSuchName}`);
  if (f.resolution !== null) add('resolution', `${f.resolution.name} · TTL\u00a0${f.resolution.ttl}\u00a0s`);
  return all;
}

/** QUIC 1 and 2, drafts (RFC 9000, 15; RFC 9369, 3.1), any other as its number. */
function quicVersion(version: number): string {
  if (version === 1) return '1';
  if (version === 0x6b3343cf) return '2';
  return version >>> 8 === 0xff0000 ? `draft ${version & 0xff}` : hex(version);
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}`;
}
