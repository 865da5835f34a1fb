// What Zeek writes for ports of ICMP: the type, and the type that answers it, or the code where nothing does.
import type { Layers } from '../../decode/index.ts';
import { ICMP_ANSWERS } from '../../flow/index.ts';

/** @param dir of the packet @returns those of whoever began, then those of the other */
export function icmpPorts(l: Layers, dir: 0 | 1): readonly [number, number] {
  const answer = ICMP_ANSWERS.get(l.ipProtocol)?.get(l.icmpType);
  if (answer === undefined) return [l.icmpType, l.icmpCode];
  return dir === 0 ? [l.icmpType, answer] : [answer, l.icmpType];
}
