// Which packets the columns tell whole: those of one IP header right behind a plain link layer, with TCP or UDP in it.
import {
  FRAGMENT_NONE,
  IPPROTO_TCP,
  IPPROTO_UDP,
  type Layers,
  MARK_FRAGMENT,
  MARK_LAYERS,
  NET_IP4,
  PLAIN_LINKS,
} from '../../decode/index.ts';

const SOURCE_IN_IP4 = 12;
const SOURCE_IN_IP6 = 8;

/** @param off where the packet begins in its buffer @returns MARK_LAYERS and MARK_FRAGMENT as they hold for it */
export function layerMarks(l: Layers, off: number, link: number): number {
  if (l.fragment !== FRAGMENT_NONE) return MARK_LAYERS | MARK_FRAGMENT;
  const before = PLAIN_LINKS.get(link);
  if (before === undefined || l.damaged || l.tunnels !== 0 || l.vlan !== -1) return MARK_LAYERS;
  if (l.ipProtocol !== IPPROTO_TCP && l.ipProtocol !== IPPROTO_UDP) return MARK_LAYERS;
  const source = off + before + (l.net === NET_IP4 ? SOURCE_IN_IP4 : SOURCE_IN_IP6);
  return l.hasPorts && l.sourceAt === source ? 0 : MARK_LAYERS;
}
