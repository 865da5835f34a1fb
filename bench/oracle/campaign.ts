// The oracle over many captures: totals, differences by class, and the list that may not grow.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARED_DATA } from '../../engine/testing/captures.ts';
import {
  compareColumns,
  compareConversations,
  compareHellos,
  readWhole,
  type ConversationDifference,
} from './compare.ts';
import { compareFacts, readFacts } from './compare-facts.ts';
import { oracleFacts } from './tshark-facts.ts';
import { cachePath, oraclePackets, type OraclePacket } from './tshark.ts';

export const DATA = SHARED_DATA;
const LIST = fileURLToPath(new URL('differences.json', import.meta.url));

/** class → why tshark and we differ in such a case. */
export const CLASSES: Readonly<Record<string, string>> = {
  fragments:
    'a fragmented datagram that is itself a tunnel (tshark puts it together and goes inside; we count each ' +
    'fragment in the outer flow), or one whose first fragment is missing or damaged',
  'tunnel-not-decoded':
    'the inner packet of a tunnel that we do not enter (docs/wrappers.md lists them: 802.15.4 with 6LoWPAN, ' +
    'sFlow samples, compressed PPP…)',
  'link-not-decoded':
    'a link type or EtherType that we do not decode (ARCNET, IP over InfiniBand, MACsec, PPI…): tshark finds IP ' +
    'behind it',
  'inner-cut': 'a tunnel whose inner packet is cut or damaged: one of the two stops at the outer header',
  'mpls-guess': 'what follows an MPLS stack or a GRE of unknown type is guessed by first bytes, differently',
  damaged: 'headers that contradict themselves (fuzzed, cut): lengths or checksums are believed differently',
};

export interface KnownDifference {
  readonly file: string;
  readonly key: string;
  readonly kind: string;
}

export function knownDifferences(): KnownDifference[] {
  return existsSync(LIST)
    ? (JSON.parse(readFileSync(LIST, 'utf8')) as { differences: KnownDifference[] }).differences
    : [];
}
export const LIST_FILE = LIST;

export function* captureFiles(root = DATA): Generator<string> {
  const walk = function* (folder: string): Generator<string> {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) yield* walk(path);
      else yield path;
    }
  };
  for (const folder of ['corpus', 'ja4/captures', 'malformed', 'more'])
    if (existsSync(join(root, folder))) yield* walk(join(root, folder));
}

/** Tunnels, as tshark's layer names call them. */
const FOREIGN_TUNNELS = new RegExp(
  `
  teredo ayiya lisp capwap 6lowpan sflow cfp nsh l2tp gtpprime udpencap vxlan geneve gtp gre mpls erspan pppoe
  etherip ipip batadv wlan someip macsec vntag pppmux nvgre trill otv
  `
    .trim()
    .split(/\s+/)
    .join('|'),
);

function classify(d: ConversationDifference, oracle: readonly OraclePacket[]): string {
  if (d.ours.startsWith('fragment ')) return 'fragments';
  const [, a, b] = d.key.split(' ');
  const near = oracle.filter(
    (p) => p.conversation !== null && [p.conversation.from, p.conversation.to].every((e) => e === a || e === b),
  );
  const hosts = [a!, b!].map((e) => e.slice(0, e.lastIndexOf(':')));
  const between = oracle.filter((p) => hosts.includes(p.source) || hosts.includes(p.destination));
  if ([...near, ...between].some((p) => /fragment/i.test(p.info) || p.layers.includes('fraghdr'))) return 'fragments';
  const layers = [...near, ...between].map((p) => p.layers).join(' ');
  if (d.ours === 'missing' && near.length > 0) {
    if (/^(eth|sll|raw|null|ppp|ip)/.test(near[0]!.layers) && FOREIGN_TUNNELS.test(near[0]!.layers))
      return 'tunnel-not-decoded';
    return 'link-not-decoded';
  }
  if (FOREIGN_TUNNELS.test(layers)) return d.theirs === 'missing' ? 'tunnel-not-decoded' : 'inner-cut';
  return 'damaged';
}

export interface Campaign {
  files: number;
  notOpened: number;
  packets: number;
  conversations: number;
  /** Fragmented datagrams that tshark put together. */
  datagrams: number;
  readonly differences: KnownDifference[];
  readonly wrong: { source: number; destination: number; length: number; protocol: number };
  /** Mean over captures of the share of packets with the same Protocol. */
  protocolMean: number;
  readonly protocolKinds: Map<string, { weight: number; files: number }>;
  hellos: number;
  readonly helloDifferences: { file: string; no: number; what: string; ours: string; theirs: string }[];
  /** Facts of handshakes by kind. */
  readonly facts: Map<string, number>;
  readonly factDifferences: { file: string; no: number; what: string; ours: string; theirs: string; why: string }[];
}

async function facts(c: Campaign, file: string, name: string, cache: string | undefined): Promise<void> {
  const { total, differences } = compareFacts(await readFacts(file), oracleFacts(file, cache, name));
  for (const [what, n] of total) c.facts.set(what, (c.facts.get(what) ?? 0) + n);
  for (const d of differences) c.factDifferences.push({ file: name, ...d, why: whyFacts(name, d) });
}

/** Why a fact differs from tshark's; '' when nobody has said yet. */
export function whyFacts(file: string, d: { readonly what: string; readonly ours: string }): string {
  const known: readonly (readonly [RegExp, string])[] = [
    [/openvpn|OpenVPN|443-opvn/, 'TLS inside of OpenVPN’s control channel, which we recognise and do not open'],
    [/proto-RADIUS/, 'TLS inside of EAP inside of RADIUS'],
    [/wpa-eap-tls/, 'TLS inside of EAP over 802.1X'],
    [/-dsb\./, 'decrypted by tshark with keys that the capture file brings along'],
    [/rdp2/, 'DTLS inside of RDP-UDP’s own framing'],
    [/capwap_data/, 'TLS inside of CAPWAP’s data channel over 802.11'],
    [/haproxy/, 'a PROXY protocol header stands before the hello'],
    [
      /tls_cipher_lens|tls_invalid_reads/,
      'lengths that contradict themselves: a vector may not run over its parent (RFC 8446, 3.4), tshark reads on',
    ],
    [/tls-non-ascii-alpn/, 'the same bytes: tshark replaces what is not UTF-8, we keep it (RFC 7301, 3.1: octets)'],
    [/bug-4903/, 'the same banner: tshark shows the blanks that end it, or cuts it'],
    [/output-eve-anomaly-02/, 'the banner lies in a segment that another one overlaps'],
    [/tls-tls-issuer-zero-input/, 'the same bytes: a zero octet in the issuer, escaped by OpenSSL, cut by tshark'],
    [
      /quic_handshake_truncated/,
      'the Initial is cut by the snap length, its tag is missing: not authentic (RFC 9001, 5.3), tshark decrypts ' +
        'without',
    ],
  ];
  for (const [pattern, why] of known) if (pattern.test(file)) return why;
  if (/QUIC (ALPN selected|certificate)/.test(d.what) || (d.what === 'certificate' && /secrets/.test(file)))
    return (
      'decrypted by tshark with session keys that the capture file brings along (RFC 9001, 5.1: Handshake and ' +
      '1-RTT keys); we open Initials only'
    );
  return '';
}

export async function campaign(
  files: Iterable<string>,
  cache: string | undefined,
  onFile?: (n: number) => void,
): Promise<Campaign> {
  const c: Campaign = {
    files: 0,
    notOpened: 0,
    packets: 0,
    conversations: 0,
    datagrams: 0,
    differences: [],
    wrong: { source: 0, destination: 0, length: 0, protocol: 0 },
    protocolMean: 0,
    protocolKinds: new Map(),
    hellos: 0,
    helloDifferences: [],
    facts: new Map(),
    factDifferences: [],
  };
  for (const file of files) {
    const name = relative(DATA, file);
    const oracle = oraclePackets(file, cachePath(cache, name));
    onFile?.(c.files + c.notOpened + 1);
    if (oracle === null) {
      c.notOpened++;
      continue;
    }
    const reading = await readWhole(file);
    c.files++;
    const conversations = compareConversations(reading, oracle);
    c.conversations += conversations.total;
    c.datagrams += conversations.datagrams;
    for (const d of conversations.differences)
      c.differences.push({ file: name, key: d.key, kind: classify(d, oracle) });
    const columns = compareColumns(reading, oracle);
    c.packets += columns.packets;
    let other = 0;
    const here = new Set<string>();
    for (const d of columns.differences) {
      c.wrong[d.column]++;
      if (d.column !== 'protocol') continue;
      other++;
      const kind = `${d.ours} where tshark says ${d.theirs}`;
      const entry = c.protocolKinds.get(kind) ?? { weight: 0, files: 0 };
      entry.weight += 1 / columns.packets;
      if (!here.has(kind)) {
        here.add(kind);
        entry.files++;
      }
      c.protocolKinds.set(kind, entry);
    }
    c.protocolMean += 1 - other / columns.packets;
    const hellos = compareHellos(reading, oracle);
    c.hellos += hellos.total;
    for (const d of hellos.differences) c.helloDifferences.push({ file: name, ...d });
    if (oracle.some((p) => /:(tls|dtls|ssl|quic|ssh)\b/.test(p.layers))) await facts(c, file, name, cache);
  }
  c.protocolMean /= Math.max(1, c.files);
  return c;
}
