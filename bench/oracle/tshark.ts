// What tshark says of a capture: one line a packet, parsed from -T fields. Cached in a folder, since the oracle does
// not change.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FIELDS = [
  'frame.number',
  '_ws.col.Source',
  '_ws.col.Destination',
  '_ws.col.Protocol',
  'frame.len',
  'tcp.stream',
  'udp.stream',
  'tls.handshake.ja3',
  'tls.handshake.ja3s',
  'tls.handshake.extensions_server_name',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'frame.protocols',
  '_ws.col.Info',
];

export interface OraclePacket {
  readonly no: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly ja3: string;
  readonly ja3s: string;
  readonly sni: string;
  readonly layers: string;
  readonly info: string;
  /** 'tcp|udp source:port destination:port' of the innermost conversation, null without one. */
  readonly conversation: { readonly kind: 'tcp' | 'udp'; readonly from: string; readonly to: string } | null;
}

/** @returns packets as tshark shows them, or null when tshark cannot open the file */
export function oraclePackets(file: string, cacheFile: string | null): OraclePacket[] | null {
  let text: string;
  if (cacheFile !== null && existsSync(cacheFile)) {
    text = readFileSync(cacheFile, 'latin1');
  } else {
    const ran = spawnSync('tshark', ['-n', '-r', file, '-T', 'fields', ...FIELDS.flatMap((f) => ['-e', f])], {
      maxBuffer: 1024 ** 3,
      encoding: 'latin1',
      timeout: 120_000,
    });
    if (ran.error) throw ran.error;
    text = ran.stdout;
    if (cacheFile !== null) {
      mkdirSync(dirname(cacheFile), { recursive: true });
      writeFileSync(cacheFile, text, 'latin1');
    }
  }
  const packets: OraclePacket[] = [];
  for (const line of text.split('\n')) {
    const f = line.split('\t');
    if (f.length < FIELDS.length || !/^\d+$/.test(f[0]!)) continue;
    packets.push({
      no: Number(f[0]),
      source: f[1]!,
      destination: f[2]!,
      protocol: f[3]!,
      length: Number(f[4]),
      ja3: f[7]!,
      ja3s: f[8]!,
      sni: f[9]!,
      layers: f[18]!,
      info: f[19]!,
      conversation: conversation((i) => f[i]!, f[18]!),
    });
  }
  return packets.length === 0 ? null : packets;
}

export function cachePath(root: string | undefined, relative: string): string | null {
  return root === undefined ? null : join(root, `${relative}.tsv`);
}

/**
 * The innermost conversation.
 * @param field columns 10 to 17: addresses and ports, each a list from the outermost on
 * @param protocols tshark's layers
 */
export function conversation(field: (index: number) => string, protocols: string): OraclePacket['conversation'] {
  const layers = protocols.split(':');
  let lastIp = -1;
  let transport = -1;
  let four = 0;
  let six = 0;
  let fourAt = -1;
  let sixAt = -1;
  let tcps = -1;
  let udps = -1;
  for (let i = 0; i < layers.length; i++) {
    const name = layers[i]!;
    if (name === 'icmp' || name === 'icmpv6') break;
    if (name === 'ip') {
      lastIp = i;
      fourAt = four++;
      transport = -1;
    } else if (name === 'ipv6') {
      lastIp = i;
      sixAt = six++;
      transport = -1;
    } else if (name === 'tcp') {
      tcps++;
      transport = i;
    } else if (name === 'udp') {
      udps++;
      transport = i;
    }
  }
  if (lastIp < 0 || transport < 0) return null;
  const pick = (column: number, index: number): string => field(column).split(',')[index] ?? '?';
  const isFour = layers[lastIp] === 'ip';
  const from = isFour ? pick(10, fourAt) : pick(12, sixAt);
  const to = isFour ? pick(11, fourAt) : pick(13, sixAt);
  const kind = layers[transport] === 'tcp' ? 'tcp' : 'udp';
  const sport = kind === 'tcp' ? pick(14, tcps) : pick(16, udps);
  const dport = kind === 'tcp' ? pick(15, tcps) : pick(17, udps);
  return { kind, from: `${from}:${sport}`, to: `${to}:${dport}` };
}
