// Packets and whole files: link layers and tunnels, flows of packets, capture formats.
import type * as Decode from '../../engine/decode/index.ts';
import type * as Info from '../../engine/protocols/info.ts';
import type * as Read from '../../engine/read/index.ts';
import type * as Session from '../../engine/session/index.ts';
import {
  block,
  enhancedPacket,
  interfaceBlock,
  packetsOf,
  pcap,
  sectionHeader,
  udp,
} from '../../engine/testing/packets.ts';
import { hex } from './conversations.ts';
import {
  flowSeeds,
  frames,
  linked,
  linkOf,
  odd,
  otherFiles,
  packetList,
  sealed,
  sections,
  tunnels,
  wrapped,
} from './seeds.ts';
import { strictBytes } from './strict.ts';
import { type Load, type Target, words } from './target.ts';

export async function packetTargets(load: Load): Promise<Target[]> {
  const read = await load<typeof Read>('read/index');
  const decode = await load<typeof Decode>('decode/index');
  const session = await load<typeof Session>('session/index');
  const info = await load<typeof Info>('protocols/info');
  const analyse = (data: Uint8Array, link: number, cut: boolean): void => {
    const a = new session.Analysis({ completed: () => undefined }, { keepPackets: true, openFlows: 16 });
    const packet = new read.CapturedPacket();
    for (let p = 0, n = 0; p + 2 <= data.length && n < 40; n++) {
      const size = Math.min((data[p]! << 8) | data[p + 1]!, data.length - p - 2);
      const { bytes, at } = strictBytes(data.subarray(p + 2, p + 2 + size));
      packet.place(bytes, at, size, n);
      packet.tell(cut ? size + 7 : size, 1_700_000_000 + n, n * 1000, link);
      a.packet(packet);
      p += 2 + size;
    }
    a.finish();
  };

  return [
    {
      name: 'link',
      limit: 400,
      seeds: [
        ...Object.values(frames).map((f) => Uint8Array.from([0, ...f])),
        ...linked,
        ...tunnels,
        ...wrapped,
        ...odd.map((f) => Uint8Array.from([0, ...f])),
      ],
      words: words(hex('0800'), hex('86dd'), hex('8100'), hex('8847'), hex('45000028'), hex('6000000000'), hex('2f')),
      run: (data) => {
        const { bytes, at, end } = strictBytes(data.subarray(1));
        // Of some packets more was sent than the snap length kept.
        const sent = end - at + (data.length % 3 === 0 ? 1_400 : 0);
        const l = new decode.PacketDecoder().decode(bytes, at, end - at, linkOf(data[0] ?? 0), sent);
        for (const protocol of ['TCP', 'TLSv1.2', 'DNS', 'HTTP', 'UDP', 'ARP', 'SSDP', 'SIP'])
          info.packetInfo(l, bytes, protocol);
      },
    },
    {
      name: 'flows',
      limit: 1_200,
      seeds: [
        packetList(frames.tcp, frames.hello, frames.server),
        packetList(frames.dns, frames.tcp),
        packetList(frames.http, frames.http),
        packetList(udp('10.0.0.1:1', '10.0.0.2:443', sealed(hex('0600')))),
        ...flowSeeds,
      ],
      words: words(hex('0800'), hex('0035'), hex('01bb'), hex('160301')),
      run: (data) => analyse(data, 1, (data.length & 1) === 1),
    },
    {
      name: 'files',
      limit: 1_024,
      seeds: [
        pcap(packetsOf([frames.tcp, frames.six])),
        Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...enhancedPacket(0, 0, 5, frames.tcp)]),
        ...sections,
        hex('4e65744d6f6e0000'),
        hex('00000000'),
        hex('1c0001ac00000000'),
        hex('ac01001c00000000'),
        ...otherFiles(frames.tcp),
        ...[true, false].flatMap((little) =>
          [true, false].map((nano) => pcap(packetsOf([frames.tcp]), { little, nano })),
        ),
        ...[6, 3, 2, 10, 5, 4].map((kind) =>
          Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...block(kind, kind === 3 ? [] : [1, 2, 3, 4])]),
        ),
      ],
      words: words(
        'snoop\0\0\0',
        'GMBU',
        'RTSS',
        hex('a1b2cd34'),
        hex('0a0d0d0a'),
        hex('4d3c2b1a'),
        hex('06000000'),
        hex('05000000'),
        hex('ffffffff'),
      ),
      run: (data) => {
        const stream = new read.CaptureStream({
          packet: ({ buf, off, cap }) => {
            if (off < 0 || off + cap > buf.length)
              throw new Error(`packet at ${off} with ${cap} bytes in ${buf.length}`);
          },
        });
        const half = data.length >> 1;
        stream.push(data.subarray(0, half));
        stream.push(data.subarray(half));
        stream.settle();
        stream.ending();
      },
    },
  ];
}
