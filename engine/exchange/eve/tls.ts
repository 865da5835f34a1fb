// EVE's `tls` and `quic`: what hellos and certificates said.
import { certificateFacts, type ClientHello, ja3, ja3s, ja4 } from '../../protocols/index.ts';
import { type QuicTalkReader, quicVersionName } from '../talks/quic-reader.ts';
import type { TlsSaid } from '../talks/tls-reader.ts';
import { eveVersionName } from '../talks/tls-words.ts';
import { type EveEvent, eveText, type EveValue } from './event.ts';

const textOf = (bytes: string | null): string | undefined => (bytes === null ? undefined : eveText(bytes));
const dated = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

function certificateMembers(der: Uint8Array | undefined): EveEvent {
  const facts = der === undefined ? null : certificateFacts(der);
  if (facts === null) return {};
  const pairs = (hex: string): string => hex.replace(/(..)(?=.)/g, '$1:');
  const serial = facts.serial.toUpperCase();
  return {
    subject: facts.subject,
    issuerdn: facts.issuer,
    serial: pairs(serial.length % 2 === 0 ? serial : `0${serial}`),
    fingerprint: pairs(facts.sha1),
    notbefore: Number.isFinite(facts.notBefore) ? dated(facts.notBefore) : undefined,
    notafter: Number.isFinite(facts.notAfter) ? dated(facts.notAfter) : undefined,
    subjectaltname: facts.alternativeNames.length === 0 ? undefined : facts.alternativeNames,
  };
}

function fingerprints({ client, server, transport }: TlsSaid): EveEvent {
  return {
    ja3: client === null ? undefined : { hash: ja3(client) },
    ja3s: server === null ? undefined : { hash: ja3s(server) },
    ja4: client === null ? undefined : ja4(client, transport),
  };
}

function offered(client: ClientHello | null): readonly EveValue[] | undefined {
  return client === null || client.alpn.length === 0 ? undefined : client.alpn.map(eveText);
}

export function tlsMembers(said: TlsSaid): EveEvent {
  const { client, server, chains } = said;
  const shown = certificateMembers(chains[1][0]);
  return {
    app_proto: 'tls',
    tls: {
      ...certificateMembers(chains[0][0]),
      sni: textOf(client?.serverName ?? null),
      version: said.version < 0 ? undefined : eveVersionName(said.version),
      session_resumed: said.resumed ? true : undefined,
      client: chains[1].length === 0 ? undefined : shown,
      ...fingerprints(said),
      client_alpns: offered(client),
      server_alpns: server === null || server.alpn === null ? undefined : [eveText(server.alpn)],
    },
  };
}

export function quicMembers({ said, version }: QuicTalkReader): EveEvent {
  const { client } = said;
  return {
    app_proto: 'quic',
    quic: {
      version: version < 0 ? undefined : quicVersionName(version),
      sni: textOf(client?.serverName ?? null),
      ...fingerprints(said),
    },
  };
}
