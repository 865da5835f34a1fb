// A conversation over TLS, made by Node's own TLS without a network, with its keys: the client's side of the key log.
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect, createServer, type SecureVersion, TLSSocket } from 'node:tls';
import type { Said } from './talk.ts';

/** Both ends of a pipe; what each writes is heard. */
function pipe(hear: (side: 0 | 1, bytes: Uint8Array) => void): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (side: 0 | 1): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        hear(side, Uint8Array.from(chunk));
        ends[1 - side]!.push(chunk);
        done();
      },
      final(done) {
        ends[1 - side]!.push(null);
        done();
      },
    });
  ends.push(end(0), end(1));
  return [ends[0]!, ends[1]!];
}

const PSK = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const CIPHERS: Readonly<Record<'TLSv1.2' | 'TLSv1.3', string>> = {
  'TLSv1.2': 'PSK-AES128-GCM-SHA256',
  'TLSv1.3': 'TLS_AES_128_GCM_SHA256',
};

/**
 * A client asks and a server answers. Both have a key that they agreed on before, so that no certificate is wanted.
 * @returns what went over the wire, and the key log
 */
export async function tlsTalk(
  asked: string,
  answer: Uint8Array,
  version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2',
): Promise<{ readonly said: Said[]; readonly keys: string }> {
  const said: Said[] = [];
  const [near, far] = pipe((side, bytes) => said.push([side, bytes]));
  const versions: { minVersion: SecureVersion; maxVersion: SecureVersion } = {
    minVersion: version,
    maxVersion: version,
  };
  const server = createServer({ ...versions, ciphers: CIPHERS[version], pskCallback: () => PSK });
  let keys = '';
  server.on('secureConnection', (socket) => socket.once('data', () => socket.end(answer)));
  server.emit('connection', far);
  const client: TLSSocket = connect({
    ...versions,
    socket: near,
    ciphers: CIPHERS[version],
    pskCallback: () => ({ psk: PSK, identity: 'test' }),
    checkServerIdentity: () => undefined,
  });
  client.on('keylog', (line: Buffer) => {
    keys += line.toString('latin1');
  });
  client.resume();
  await once(client, 'secureConnect');
  client.write(asked);
  await once(client, 'end');
  client.destroy();
  return { said, keys };
}
