// What Zeek writes for ports of ICMP: the type, and the type that answers it, or the code where nothing does.
import { IPPROTO_ICMP, type Layers } from '../../decode/index.ts';

const ANSWERS4: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [10, 9],
  [9, 10],
  [17, 18],
  [18, 17],
]);
const ANSWERS6: ReadonlyMap<number, number> = new Map([
  [128, 129],
  [129, 128],
  [133, 134],
  [134, 133],
  [135, 136],
  [136, 135],
  [130, 131],
  [131, 130],
  [139, 140],
  [140, 139],
  [144, 145],
  [145, 144],
]);

/** @param dir of the packet @returns those of whoever began, then those of the other */
export function icmpPorts(l: Layers, dir: 0 | 1): readonly [number, number] {
  const answers = l.ipProtocol === IPPROTO_ICMP ? ANSWERS4 : ANSWERS6;
  const answer = answers.get(l.icmpType);
  if (answer === undefined) return [l.icmpType, l.icmpCode];
  return dir === 0 ? [l.icmpType, answer] : [answer, l.icmpType];
}
