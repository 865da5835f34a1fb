// Keywords of packet headers.
import { type Message, say } from '../../contract/index.ts';
import { numberTest } from './integers.ts';
import { DECODE_EVENTS, STREAM_EVENTS } from './decode-event-names.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { addressSet } from './places.ts';
import { partsOf } from './quoted.ts';
import type { PacketAsk } from './signature.ts';
import { shown } from './syntax.ts';

/** A number of a header. Ranges of a few old keywords take in both of their ends; these leave them out, as most do. */
function headerNumber(field: string, words: Readonly<Record<string, number>> = {}): ReadKeyword {
  const names = new Map(Object.entries(words));
  return (b, value, keyword) => {
    const test = value === null ? null : numberTest(unquoted(value), names);
    if (test === null) return say('rule-number', { keyword, text: shown(value ?? '') });
    b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'number', field, test } });
    return null;
  };
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

/** RFC 9293, 3.1; 1 and 2 are the two bits of congestion (RFC 3168). */
const TCP_FLAGS: Readonly<Record<string, number>> = {
  F: 1,
  S: 2,
  R: 4,
  P: 8,
  A: 16,
  U: 32,
  E: 64,
  C: 128,
  '2': 64,
  '1': 128,
  '0': 0,
};

function flagBits(text: string, letters: Readonly<Record<string, number>>): number | null {
  let bits = 0;
  for (const c of text.toUpperCase()) {
    const bit = letters[c];
    if (bit === undefined) return null;
    bits |= bit;
  }
  return bits;
}

const tcpFlags: ReadKeyword = (b, value, keyword) => {
  const [said, ignored] = partsOf(value ?? '');
  const form = /^\s*([!+*])?\s*([A-Za-z0-2]+)\s*([!+*])?\s*$/.exec(said ?? '');
  const bits = form === null ? null : flagBits(form[2]!, TCP_FLAGS);
  const left = ignored === undefined ? 0 : flagBits(ignored, TCP_FLAGS);
  if (form === null || bits === null || left === null) return say('rule-word', { keyword, word: shown(value ?? '') });
  const mode = (form[1] ?? form[3] ?? '=') as '=' | '+' | '*' | '!';
  b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'flags', field: 'tcp', mode, bits, ignored: left } });
  return null;
};

/** More fragments, don't fragment, reserved (RFC 791, 3.1), as the header has them. */
const FRAGMENT_BITS: Readonly<Record<string, number>> = { M: 1, D: 2, R: 4 };

const fragbits: ReadKeyword = (b, value, keyword) => {
  const form = /^\s*([!+*])?\s*([MDRmdr]+)\s*([!+*])?\s*$/.exec(value ?? '');
  const bits = form === null ? null : flagBits(form[2]!, FRAGMENT_BITS);
  if (form === null || bits === null) return say('rule-word', { keyword, word: shown(value ?? '') });
  const mode = (form[1] ?? form[3] ?? '=') as '=' | '+' | '*' | '!';
  b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'flags', field: 'fragment', mode, bits, ignored: 0 } });
  return null;
};

const sameip: ReadKeyword = (b) => {
  b.packetTests.push({ keyword: 'sameip', said: '', ask: { of: 'sameip' } });
  return null;
};

/** IANA's protocol numbers by name, those that rules name. */
const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmp6: 58,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  sctp: 132,
};

const ipProto: ReadKeyword = (b, value, keyword) => {
  const text = (value ?? '').replaceAll('"', '').trim().toLowerCase();
  return headerNumber('ip_proto', IP_PROTOCOLS)(b, text, keyword);
};

function address(side: 'source' | 'destination'): ReadKeyword {
  return (b, value, keyword) => {
    const set = addressSet(unquoted(value ?? ''), { addresses: new Map(), ports: new Map() });
    if ('say' in set) return set;
    b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'address', side, set } });
    return null;
  };
}

const iprep: ReadKeyword = (b, value, keyword) => {
  const [side, category, operator, number] = partsOf(value ?? '');
  const form = /^([<>]=?|=)?\s*(\d+|isset|isnotset)$/.exec(
    number === undefined ? (operator ?? '') : `${operator}${number}`,
  );
  if (!['any', 'src', 'dst', 'both'].includes(side ?? '') || category === undefined || form === null)
    return say('rule-word', { keyword, word: shown(value ?? '') });
  const test = form[2] === 'isset' || form[2] === 'isnotset' ? form[2] : numberTest(`${form[1] ?? ''}${form[2]}`);
  if (test === null) return say('rule-number', { keyword, text: shown(value ?? '') });
  b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'reputation', side: side as 'any', category, test } });
  return null;
};

/** An event that is raised; a rule that asks for another one would be silent for ever. */
function event(prefix: string, known: ReadonlySet<string>): ReadKeyword {
  return (b, value, keyword) => {
    const name = (value ?? '').trim().toLowerCase();
    if (!known.has(`${prefix}${name}`)) return say('rule-word', { keyword, word: shown(value ?? '') });
    b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'event', event: `${prefix}${name}` } });
    return null;
  };
}

function checksum(layer: Extract<PacketAsk, { of: 'checksum' }>['layer']): ReadKeyword {
  return (b, value, keyword) => {
    const word = unquoted(value ?? '').trim();
    if (word !== 'valid' && word !== 'invalid') return say('rule-word', { keyword, word: shown(word) });
    b.packetTests.push({ keyword, said: word, ask: { of: 'checksum', layer, valid: word === 'valid' } });
    return null;
  };
}

const rpc: ReadKeyword = (b, value, keyword) => {
  const numbers = partsOf(value ?? '').map((p) => (p === '*' ? null : Number(/^\d{1,10}$/.exec(p)?.[0] ?? NaN)));
  const [program, version = null, procedure = null] = numbers;
  if (program === null || program === undefined || numbers.some((n) => n !== null && !Number.isInteger(n)))
    return say('rule-number', { keyword, text: shown(value ?? '') });
  b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'rpc', program, version, procedure } });
  return null;
};

/** `0x0800` or the name of a layer. */
const vlanLayers = headerNumber('vlan.layers');

const vlanId: ReadKeyword = (b, value, keyword): Message | null => {
  const [test, layer] = partsOf(value ?? '');
  const number = numberTest(test ?? '');
  const place = layer === undefined ? null : Number(/^-?[0-3]$/.exec(layer)?.[0] ?? NaN);
  const all = layer === 'all' || layer === 'any' || layer === 'count' || layer === 'nb';
  if (number === null || (place !== null && Number.isNaN(place) && !all))
    return say('rule-number', { keyword, text: shown(value ?? '') });
  const which = all ? layer : place;
  const field = layer === undefined || layer === 'any' ? 'vlan.id' : `vlan.id.${which}`;
  b.packetTests.push({ keyword, said: value ?? '', ask: { of: 'number', field, test: number } });
  return null;
};

export const HEADER_KEYWORDS: KeywordTable = {
  ttl: headerNumber('ttl'),
  tos: headerNumber('tos'),
  id: headerNumber('id'),
  ip_proto: ipProto,
  fragbits,
  fragoffset: headerNumber('fragoffset'),
  sameip,
  dsize: headerNumber('dsize'),
  'tcp.flags': tcpFlags,
  flags: tcpFlags,
  'tcp.seq': headerNumber('tcp.seq'),
  seq: headerNumber('tcp.seq'),
  'tcp.ack': headerNumber('tcp.ack'),
  ack: headerNumber('tcp.ack'),
  'tcp.window': headerNumber('tcp.window'),
  window: headerNumber('tcp.window'),
  'tcp.mss': headerNumber('tcp.mss'),
  'tcp.wscale': headerNumber('tcp.wscale'),
  itype: headerNumber('itype'),
  icode: headerNumber('icode'),
  icmp_id: headerNumber('icmp_id'),
  icmp_seq: headerNumber('icmp_seq'),
  'icmpv6.mtu': headerNumber('icmpv6.mtu'),
  'igmp.type': headerNumber('igmp.type'),
  'sctp.vtag': headerNumber('sctp.vtag'),
  'sctp.chunk_type': headerNumber('sctp.chunk_type'),
  'sctp.chunk_cnt': headerNumber('sctp.chunk_cnt'),
  'ip.src': address('source'),
  'ip.dst': address('destination'),
  iprep,
  rpc,
  'vlan.id': vlanId,
  'vlan.layers': vlanLayers,
  'decode-event': event('decoder.', DECODE_EVENTS),
  'stream-event': event('stream.', STREAM_EVENTS),
  'engine-event': event('', new Set([...DECODE_EVENTS, ...STREAM_EVENTS])),
  'ipv4-csum': checksum('ipv4'),
  'tcpv4-csum': checksum('tcpv4'),
  'tcpv6-csum': checksum('tcpv6'),
  'udpv4-csum': checksum('udpv4'),
  'udpv6-csum': checksum('udpv6'),
  'icmpv4-csum': checksum('icmpv4'),
  'icmpv6-csum': checksum('icmpv6'),
};
