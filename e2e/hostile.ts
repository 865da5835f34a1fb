// A capture whose author wants the page: markup, control characters and marks that turn text around, in every name that
// reaches it.
import { openSync, writeSync, closeSync } from 'node:fs';

export const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
const NASTY = `${MARKUP}\u202egnp.exe\u2066\u0007\u001b[31m\u200b`;

/** TCP port of the HTTP requests, and how many packets are in the file. */
export function writeHostile(path: string): number {
  const fd = openSync(path, 'w');
  let packets = 0;
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(1, 20);
  writeSync(fd, head);
  const packet = (protocol: number, transport: Buffer, reverse = false): void => {
    const ip = Buffer.alloc(20);
    ip[0] = 0x45;
    ip.writeUInt16BE(Math.min(65_535, 20 + transport.length), 2);
    ip[8] = 64;
    ip[9] = protocol;
    ip.set(reverse ? [192, 0, 2, 9, 192, 0, 2, 7] : [192, 0, 2, 7, 192, 0, 2, 9], 12);
    const frame = Buffer.concat([Buffer.from('020000000001020000000002', 'hex'), Buffer.from([8, 0]), ip, transport]);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + packets, 0);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    writeSync(fd, record);
    writeSync(fd, frame);
    packets++;
  };
  const sequences = [1000, 5000];
  const tcp = (port: number, flags: number, data: Buffer, reverse = false): void => {
    const h = Buffer.alloc(20);
    h.writeUInt16BE(reverse ? 80 : port, 0);
    h.writeUInt16BE(reverse ? port : 80, 2);
    h.writeUInt32BE(sequences[reverse ? 1 : 0]!, 4);
    h.writeUInt32BE(sequences[reverse ? 0 : 1]!, 8);
    h[12] = 0x50;
    h[13] = flags;
    h.writeUInt16BE(8192, 14);
    sequences[reverse ? 1 : 0]! += data.length + (flags & 3 ? 1 : 0);
    packet(6, Buffer.concat([h, data]), reverse);
  };
  const udp = (from: number, to: number, data: Buffer): void => {
    const h = Buffer.alloc(8);
    h.writeUInt16BE(from, 0);
    h.writeUInt16BE(to, 2);
    h.writeUInt16BE(8 + data.length, 4);
    packet(17, Buffer.concat([h, data]));
  };
  for (let i = 0; i < 5; i++) {
    sequences[0] = 1000;
    sequences[1] = 5000;
    tcp(40_000 + i, 2, Buffer.alloc(0));
    tcp(40_000 + i, 18, Buffer.alloc(0), true);
    tcp(40_000 + i, 24, Buffer.from(`GET /${NASTY} HTTP/1.1\r\nHost: ${NASTY}\r\nUser-Agent: ${NASTY}\r\n\r\n`));
    tcp(
      40_000 + i,
      24,
      Buffer.from(`HTTP/1.1 200 ${NASTY}\r\nServer: ${NASTY}\r\nContent-Type: text/html\r\n\r\n${NASTY}`),
      true,
    );
    tcp(40_000 + i, 17, Buffer.alloc(0));
    tcp(40_000 + i, 17, Buffer.alloc(0), true);
  }
  // A query for a name made of the same.
  const label = Buffer.from(NASTY).subarray(0, 63);
  const label2 = Buffer.from('</title><svg onload=window.pwned=1>').subarray(0, 63);
  udp(
    5353,
    53,
    Buffer.concat([
      Buffer.from('123401000001000000000000', 'hex'),
      Buffer.from([label.length]),
      label,
      Buffer.from([label2.length]),
      label2,
      Buffer.from([0, 0, 1, 0, 1]),
    ]),
  );
  // Syslog and SIP carry text as it is.
  udp(514, 514, Buffer.from(`<34>1 2020-01-01T00:00:00Z ${NASTY} ${NASTY}`));
  udp(
    5060,
    5060,
    Buffer.from(
      [
        `INVITE sip:${NASTY} SIP/2.0`,
        `From: "${NASTY}" <sip:a@b>`,
        'To: <sip:c@d>',
        `Call-ID: ${NASTY}`,
        'CSeq: 1 INVITE',
        '\r\n',
      ].join('\r\n'),
    ),
  );
  // A DNS answer with as many records as fit: a tree of tens of thousands of lines.
  const records = Buffer.concat(
    Array.from({ length: 4000 }, () =>
      Buffer.concat([Buffer.from('c00c00010001000000010004', 'hex'), Buffer.from([1, 2, 3, 4])]),
    ),
  );
  udp(
    53,
    40_053,
    Buffer.concat([
      Buffer.from('123481800001', 'hex'),
      Buffer.from([4000 >> 8, 4000 & 255]),
      Buffer.from('00000000', 'hex'),
      Buffer.from('0161000001000 1'.replace(' ', ''), 'hex'),
      records,
    ]).subarray(0, 65_000),
  );
  // A jumbo frame of one header after the other (HTTP/2-like noise and nested ASN.1), for the deepest tree there is.
  udp(
    389,
    389,
    Buffer.concat(Array.from({ length: 8000 }, () => Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0xa0, 0x80]))),
  );
  closeSync(fd);
  return packets;
}
