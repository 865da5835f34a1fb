// Makes a large capture out of real ones: each round writes their packets again with altered addresses, ports and
// times, so that flows are new ones. Checksums are not recomputed (offload leaves them wrong in real captures too).
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FRAGMENT_NONE, IPPROTO_TCP, IPPROTO_UDP, NET_IP4, PacketDecoder } from '../engine/decode/index.ts';
import { openCapture } from '../engine/read/index.ts';
import { Analysis } from '../engine/session/index.ts';

/** Packets that a flow has at least, on average, in captures of few flows. */
const LONG_FLOWS = 15;

interface Packet {
  readonly bytes: Uint8Array;
  readonly time: number;
  readonly wire: number;
}

/**
 * Packets of Ethernet captures, in order, with times from each capture's start, in seconds.
 * @param few only of captures whose flows are long
 */
async function load(files: readonly string[], limit: number, few: boolean): Promise<Packet[][]> {
  const captures: Packet[][] = [];
  let total = 0;
  for (const file of files) {
    const packets: Packet[] = [];
    let first = -1;
    const analysis = new Analysis({ completed: () => undefined }, { keepPackets: false });
    const opened = openCapture(
      file,
      {
        packet: (p) => {
          const { buf, off, cap, wire, sec, nsec, link } = p;
          if (few) analysis.packet(p);
          if (link !== 1 || cap < 34) return;
          const time = sec + nsec / 1e9;
          if (first < 0) first = time;
          packets.push({ bytes: buf.slice(off, off + cap), time: Math.min(600, Math.max(0, time - first)), wire });
        },
      },
      { cacheFolder: '/tmp/sightline-bench' },
    );
    if (!opened.ok) continue;
    while (await opened.reader.step()) {
      /* whole */
    }
    opened.reader.close();
    const { count } = analysis.flows.columns;
    if (packets.length === 0 || (few && analysis.packetCount < count * LONG_FLOWS)) continue;
    captures.push(packets);
    total += packets.length;
    if (total >= limit) break;
  }
  return captures;
}

/** Picks captures whose packets per flow come near 2,500,000 / 300,000, largest first. */
export function bigCaptures(root: string): string[] {
  const found: { path: string; size: number }[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const stat = statSync(path);
      if (stat.isDirectory()) walk(path);
      else if (stat.size > 100_000) found.push({ path, size: stat.size });
    }
  };
  walk(join(root, 'corpus'));
  return found.sort((a, b) => b.size - a.size || a.path.localeCompare(b.path)).map((f) => f.path);
}

/**
 * Writes `count` packets to `out`.
 * @param real addresses and ports stay: each round is the same connections again, ten minutes later
 * @returns packets and bytes
 */
export async function cloneCapture(
  root: string,
  out: string,
  count: number,
  real = false,
): Promise<{ packets: number; bytes: number }> {
  const captures = await load(bigCaptures(root), 260_000, real);
  const decoder = new PacketDecoder();
  const fd = openSync(out, 'w');
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262144, 16);
  head.writeUInt32LE(1, 20);
  writeSync(fd, head);
  const buffer = Buffer.alloc(4 * 1024 * 1024);
  let used = 0;
  let written = 0;
  let bytes = 24;
  let round = 0;
  // A round lasts 600 s of packet time; its captures run side by side, merged by time.
  while (written < count) {
    const merged = captures
      .flatMap((packets, c) => packets.map((packet) => ({ packet, c })))
      .sort((a, b) => a.packet.time - b.packet.time);
    for (const { packet, c } of merged) {
      if (written >= count) break;
      const record = Buffer.from(packet.bytes);
      if (!real) alter(decoder, record, round, c);
      if (used + 16 + record.length > buffer.length) {
        writeSync(fd, buffer, 0, used);
        used = 0;
      }
      const time = 1_700_000_000 + round * 600 + packet.time;
      buffer.writeUInt32LE(Math.floor(time), used);
      buffer.writeUInt32LE(Math.floor((time % 1) * 1e6), used + 4);
      buffer.writeUInt32LE(record.length, used + 8);
      buffer.writeUInt32LE(packet.wire, used + 12);
      record.copy(buffer, used + 16);
      used += 16 + record.length;
      bytes += 16 + record.length;
      written++;
    }
    round++;
  }
  writeSync(fd, buffer, 0, used);
  closeSync(fd);
  return { packets: written, bytes };
}

/**
 * Other addresses (second and third byte) and other ephemeral ports for each round; well-known ports stay, so that
 * protocols do.
 */
function alter(decoder: PacketDecoder, b: Buffer, round: number, capture: number): void {
  const l = decoder.decode(b, 0, b.length, 1);
  if (l.net !== NET_IP4 || l.tunnels > 0) return;
  for (const at of [l.sourceAt, l.destinationAt]) {
    if (b[at]! >= 224) continue;
    b[at + 1] = (b[at + 1]! + round * 7 + capture) & 255;
    b[at + 2] = (b[at + 2]! + capture * 3 + (round >> 3)) & 255;
  }
  if (l.fragment !== FRAGMENT_NONE || !l.hasPorts || (l.ipProtocol !== IPPROTO_TCP && l.ipProtocol !== IPPROTO_UDP))
    return;
  for (const at of [l.transportAt, l.transportAt + 2]) {
    const port = b.readUInt16BE(at);
    if (port >= 32_768) b.writeUInt16BE(32_768 + ((port + round * 131 + capture) & 0x7fff), at);
  }
}
