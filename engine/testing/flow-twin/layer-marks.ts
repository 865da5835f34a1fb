// Which packets the columns tell whole: those of one IP header right behind a plain link layer, with TCP or UDP in it.
import { MARK_FRAGMENT, MARK_LAYERS } from '../../decode/index.ts';
import {
  DLT_RAW,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from '../../read/index.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../../decode/index.ts';
import { FRAGMENT_NONE, type Layers, NET_IP4 } from '../../decode/index.ts';

/**
 * Bytes before the IP header where nothing is tagged or wrapped, by link type; link types that are not here are walked
 * anew.
 */
const plainLinks: (number | undefined)[] = [];
for (const [link, bytes] of [
  [LINKTYPE_ETHERNET, 14],
  [LINKTYPE_NULL, 4],
  [LINKTYPE_LOOP, 4],
  [DLT_RAW, 0],
  [LINKTYPE_RAW, 0],
  [LINKTYPE_IPV4, 0],
  [LINKTYPE_IPV6, 0],
  [LINKTYPE_LINUX_SLL, 16],
  [LINKTYPE_LINUX_SLL2, 20],
] as const) {
  plainLinks[link] = bytes;
}
const SOURCE_IN_IP4 = 12;
const SOURCE_IN_IP6 = 8;

/** @param off where the packet begins in its buffer @returns MARK_LAYERS and MARK_FRAGMENT as they hold for it */
export function layerMarks(l: Layers, off: number, link: number): number {
  if (l.fragment !== FRAGMENT_NONE) return MARK_LAYERS | MARK_FRAGMENT;
  const before = plainLinks[link];
  if (before === undefined || l.damaged || l.tunnels !== 0 || l.vlan !== -1) return MARK_LAYERS;
  if (l.ipProtocol !== IPPROTO_TCP && l.ipProtocol !== IPPROTO_UDP) return MARK_LAYERS;
  const source = off + before + (l.net === NET_IP4 ? SOURCE_IN_IP4 : SOURCE_IN_IP6);
  return l.hasPorts && l.sourceAt === source ? 0 : MARK_LAYERS;
}
