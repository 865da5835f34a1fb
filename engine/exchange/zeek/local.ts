// Which addresses Zeek takes for its own site's: private and reserved ones (its `Site::private_address_space`).
import { BlockList, isIP } from 'node:net';

const LOCAL: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 24],
  ['239.0.0.0', 8],
  ['240.0.0.0', 4],
  ['2002::', 24],
  ['2002:a00::', 24],
  ['2002:6440::', 26],
  ['2002:7f00::', 24],
  ['2002:a9fe::', 32],
  ['2002:ac10::', 28],
  ['2002:c000::', 40],
  ['2002:c000:200::', 40],
  ['2002:c0a8::', 32],
  ['2002:c612::', 31],
  ['2002:c633:6400::', 40],
  ['2002:cb00:7100::', 40],
  ['2002:e000::', 40],
  ['2002:ef00::', 24],
  ['2002:f000::', 20],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:2::', 48],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
];

const list = new BlockList();
for (const [network, bits] of LOCAL) list.addSubnet(network, bits, isIP(network) === 4 ? 'ipv4' : 'ipv6');

export function isLocal(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
