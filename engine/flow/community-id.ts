// Community ID version 1 (github.com/corelight/community-id-spec): base64 of SHA-1 over seed, ordered endpoints and
// protocol.
import { hash } from 'node:crypto';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../decode/index.ts';

const ICMP4_PAIRS = new Map([
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [17, 18],
  [18, 17],
  [10, 9],
  [9, 10],
]);
const ICMP6_PAIRS = new Map([
  [128, 129],
  [129, 128],
  [133, 134],
  [134, 133],
  [135, 136],
  [136, 135],
  [130, 131],
  [131, 130],
  [144, 145],
  [145, 144],
  [139, 140],
  [140, 139],
]);

/**
 * Message types that ask and answer each other (RFC 792, 950, 1256, 2710, 4443, 4620, 4861, 6275), by IP protocol: they stand in the
 * place of ports, in Zeek's logs too.
 */
export const ICMP_ANSWERS: ReadonlyMap<number, ReadonlyMap<number, number>> = new Map([
  [IPPROTO_ICMP, ICMP4_PAIRS],
  [IPPROTO_ICMPV6, ICMP6_PAIRS],
]);

export interface CommunityEndpoints {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly hasPorts: boolean;
  readonly ipProtocol: number;
}

/** @returns the id, '1:' and 28 characters of base64 */
export function communityId(e: CommunityEndpoints): string {
  let { source, destination, sourcePort: sp, destinationPort: dp } = e;
  const pairs = ICMP_ANSWERS.get(e.ipProtocol) ?? null;
  let oneWay = false;
  if (pairs !== null) {
    const back = pairs.get(sp);
    if (back === undefined) oneWay = true;
    else dp = back;
  }
  const order = Buffer.compare(source, destination) || sp - dp;
  if (!oneWay && order > 0) {
    [source, destination] = [destination, source];
    [sp, dp] = [dp, sp];
  }
  const parts = [Buffer.from([0, 0]), source, destination, Buffer.from([e.ipProtocol, 0])];
  if (e.hasPorts || pairs !== null) parts.push(Buffer.from([sp >>> 8, sp & 255, dp >>> 8, dp & 255]));
  return `1:${hash('sha1', Buffer.concat(parts), 'base64')}`;
}
