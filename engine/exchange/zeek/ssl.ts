// ssl.log (Zeek: base/protocols/ssl). A line a handshake.
import { X509Certificate, hash } from 'node:crypto';
import { byteText } from '../talks/byte-text.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { TlsSaid } from '../talks/tls-reader.ts';
import { alertName, cipherName, groupName, versionName } from '../talks/tls-words.ts';
import type { TalkEnds } from '../talks/walk.ts';
import type { Column } from './column.ts';
import { endColumns } from './ends.ts';

export interface SslLine {
  readonly ends: TalkEnds;
  readonly said: TlsSaid;
  readonly at: Stamp;
}

const sha256 = (der: Uint8Array): string => hash('sha256', der, 'hex');

/** The chain's hashes; null where nobody showed a certificate. */
function chain({ said }: SslLine, of: 0 | 1): readonly string[] | null {
  const some = said.chains[0].length + said.chains[1].length > 0;
  return some ? said.chains[of].map(sha256) : null;
}

function nameFits({ said }: SslLine): boolean | null {
  const first = said.chains[0][0];
  const name = said.client?.serverName ?? null;
  if (first === undefined || name === null) return null;
  try {
    return new X509Certificate(first).checkHost(name) !== undefined;
  } catch {
    return null;
  }
}

const textOf = (bytes: string | null): string | null => (bytes === null ? null : byteText(bytes));
const chosen = (said: TlsSaid): boolean => said.version >= 0;

export const SSL: readonly Column<SslLine>[] = [
  { name: 'ts', type: 'time', of: ({ at }) => at },
  ...endColumns<SslLine>(),
  { name: 'version', type: 'string', of: ({ said }) => (chosen(said) ? versionName(said.version) : null) },
  { name: 'cipher', type: 'string', of: ({ said }) => (said.server === null ? null : cipherName(said.server.suite)) },
  { name: 'curve', type: 'string', of: ({ said }) => (said.group < 0 ? null : groupName(said.group)) },
  { name: 'server_name', type: 'string', of: ({ said }) => textOf(said.client?.serverName ?? null) },
  { name: 'resumed', type: 'bool', of: ({ said }) => said.resumed },
  { name: 'last_alert', type: 'string', of: ({ said }) => (said.alert < 0 ? null : alertName(said.alert)) },
  { name: 'next_protocol', type: 'string', of: ({ said }) => textOf(said.server?.alpn ?? null) },
  { name: 'established', type: 'bool', of: ({ said }) => said.established },
  { name: 'ssl_history', type: 'string', of: ({ said }) => said.history },
  { name: 'cert_chain_fps', type: 'vector[string]', of: (line) => chain(line, 0) },
  { name: 'client_cert_chain_fps', type: 'vector[string]', of: (line) => chain(line, 1) },
  { name: 'sni_matches_cert', type: 'bool', of: nameFits },
];
