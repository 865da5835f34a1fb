// A capture of any number of packets, written fast: short TCP connections one after the other, with the shapes of real
// ones.
import { closeSync, openSync, writeSync } from 'node:fs';

const FRAME = 60;
const RECORD = 16 + FRAME;
const BLOCK = 20_000;
/** SYN, SYN+ACK, ACK, PSH+ACK, ACK, FIN+ACK, FIN+ACK, ACK. */
const FLAGS = [2, 18, 16, 24, 16, 17, 17, 16];
const FROM_CLIENT = [1, 0, 1, 1, 0, 1, 0, 1];

/** @returns bytes written */
export function writeLarge(path: string, packets: number): number {
  const fd = openSync(path, 'w');
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  writeSync(fd, head);
  const block = Buffer.alloc(RECORD * BLOCK);
  for (let from = 0; from < packets; from += BLOCK) {
    const n = Math.min(BLOCK, packets - from);
    for (let k = 0; k < n; k++) {
      const i = from + k;
      const o = k * RECORD;
      const connection = Math.floor(i / FLAGS.length);
      const step = i % FLAGS.length;
      const client = FROM_CLIENT[step] === 1;
      block.writeUInt32LE(1_700_000_000 + Math.floor(i / 2000), o);
      block.writeUInt32LE((i % 2000) * 500, o + 4);
      block.writeUInt32LE(FRAME, o + 8);
      block.writeUInt32LE(FRAME + (step === 3 ? i % 1400 : 0), o + 12);
      const e = o + 16;
      block.writeUIntBE(client ? 0x02_00_00_00_00_01 : 0x02_00_00_00_00_02, e, 6);
      block.writeUIntBE(client ? 0x02_00_00_00_00_02 : 0x02_00_00_00_00_01, e + 6, 6);
      block.writeUInt16BE(0x0800, e + 12);
      block[e + 14] = 0x45;
      block.writeUInt16BE(46, e + 16);
      block[e + 22] = 64;
      block[e + 23] = 6;
      const a = 0x0a000000 + (connection % 250) + 1;
      // Scattered, so that no pair meets in a rhythm that would be a beacon.
      const b = 0xc0000200 + ((Math.imul(connection, 0x9e3779b1) >>> 16) % 250) + 1;
      block.writeUInt32BE(client ? a : b, e + 26);
      block.writeUInt32BE(client ? b : a, e + 30);
      const port = 1024 + (Math.floor(connection / 250) % 60_000);
      block.writeUInt16BE(client ? port : 443, e + 34);
      block.writeUInt16BE(client ? 443 : port, e + 36);
      block.writeUInt32BE((connection * 1000 + step) >>> 0, e + 38);
      block[e + 46] = 0x50;
      block[e + 47] = FLAGS[step]!;
      block.writeUInt16BE(8192, e + 48);
    }
    writeSync(fd, block, 0, n * RECORD);
  }
  closeSync(fd);
  return 24 + packets * RECORD;
}
