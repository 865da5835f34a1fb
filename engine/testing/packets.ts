// Small builders, so that a reader sees the packet in the test: tcp('10.0.0.1:1000', '10.0.0.2:80').flags('S').seq(1)…

export interface TestPacket {
  readonly bytes: Uint8Array;
  /** Seconds since the epoch, fractions allowed. */
  readonly time: number;
  readonly wire?: number;
}

function endpoint(text: string): { address: number[]; port: number; six: boolean } {
  const at = text.lastIndexOf(':');
  const host = text.startsWith('[') ? text.slice(1, text.indexOf(']')) : text.slice(0, at);
  const port = Number(text.slice(at + 1));
  if (!host.includes(':')) return { address: host.split('.').map(Number), port, six: false };
  const [left, right = ''] = host.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((g) => parseInt(g, 16)));
  const l = groups(left!);
  const r = groups(right);
  const all = host.includes('::') ? [...l, ...new Array<number>(8 - l.length - r.length).fill(0), ...r] : l;
  return { address: all.flatMap((g) => [g >> 8, g & 255]), port, six: true };
}

const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

export function ethernet(type: number, payload: readonly number[]): number[] {
  return [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...u16(type), ...payload];
}

export function ip4(
  source: readonly number[],
  destination: readonly number[],
  protocol: number,
  payload: readonly number[],
  options: { id?: number; fragment?: number; ttl?: number; total?: number } = {},
): number[] {
  return [
    0x45,
    0,
    ...u16(options.total ?? 20 + payload.length),
    ...u16(options.id ?? 1),
    ...u16(options.fragment ?? 0),
    options.ttl ?? 64,
    protocol,
    0,
    0,
    ...source,
    ...destination,
    ...payload,
  ];
}

export function ip6(
  source: readonly number[],
  destination: readonly number[],
  next: number,
  payload: readonly number[],
): number[] {
  return [0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...source, ...destination, ...payload];
}

const FLAG_BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

export interface TcpOptions {
  flags?: string;
  seq?: number;
  ack?: number;
  window?: number;
  data?: string | Uint8Array;
  options?: readonly number[];
}

export function tcp(from: string, to: string, o: TcpOptions = {}): number[] {
  const s = endpoint(from);
  const d = endpoint(to);
  const data = typeof o.data === 'string' ? Buffer.from(o.data, 'latin1') : (o.data ?? []);
  const flags = [...(o.flags ?? 'A')].reduce((bits, f) => bits | FLAG_BITS[f]!, 0);
  const options = o.options ?? [];
  const segment = [
    ...u16(s.port),
    ...u16(d.port),
    ...u32(o.seq ?? 0),
    ...u32(o.ack ?? 0),
    (5 + options.length / 4) << 4,
    flags,
    ...u16(o.window ?? 65_535),
    0,
    0,
    0,
    0,
    ...options,
    ...data,
  ];
  return s.six
    ? ethernet(0x86dd, ip6(s.address, d.address, 6, segment))
    : ethernet(0x0800, ip4(s.address, d.address, 6, segment));
}

export function udp(from: string, to: string, data: string | Uint8Array | readonly number[] = ''): number[] {
  const s = endpoint(from);
  const d = endpoint(to);
  const bytes = typeof data === 'string' ? [...Buffer.from(data, 'latin1')] : [...data];
  const datagram = [...u16(s.port), ...u16(d.port), ...u16(8 + bytes.length), 0, 0, ...bytes];
  return s.six
    ? ethernet(0x86dd, ip6(s.address, d.address, 17, datagram))
    : ethernet(0x0800, ip4(s.address, d.address, 17, datagram));
}

/** A classic pcap of Ethernet packets. */
export function pcap(
  packets: readonly TestPacket[],
  options: { little?: boolean; nano?: boolean; link?: number } = {},
): Uint8Array {
  const little = options.little ?? true;
  const size = 24 + packets.reduce((n, p) => n + 16 + p.bytes.length, 0);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, options.nano ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 262_144, little);
  view.setUint32(20, options.link ?? 1, little);
  let at = 24;
  for (const p of packets) {
    const sec = Math.floor(p.time);
    view.setUint32(at, sec, little);
    view.setUint32(at + 4, Math.round((p.time - sec) * (options.nano ? 1e9 : 1e6)), little);
    view.setUint32(at + 8, p.bytes.length, little);
    view.setUint32(at + 12, p.wire ?? p.bytes.length, little);
    new Uint8Array(view.buffer).set(p.bytes, at + 16);
    at += 16 + p.bytes.length;
  }
  return new Uint8Array(view.buffer);
}

export function packetsOf(frames: readonly (readonly number[])[], start = 1_700_000_000, step = 0.01): TestPacket[] {
  return frames.map((bytes, i) => ({ bytes: Uint8Array.from(bytes), time: start + i * step }));
}

/** One pcapng block. */
export function block(type: number, body: readonly number[], little = true): number[] {
  const padded = [...body, ...new Array<number>((4 - (body.length % 4)) % 4).fill(0)];
  const word = (n: number): number[] => (little ? u32(n).reverse() : u32(n));
  const length = word(12 + padded.length);
  return [...word(type), ...length, ...padded, ...length];
}

export function sectionHeader(little = true): number[] {
  const word = (n: number): number[] => (little ? u32(n).reverse() : u32(n));
  return block(
    0x0a0d0d0a,
    [...word(0x1a2b3c4d), ...(little ? [1, 0, 0, 0] : [0, 1, 0, 0]), ...new Array<number>(8).fill(255)],
    little,
  );
}

/** @param options encoded options */
export function interfaceBlock(link: number, options: readonly number[] = [], little = true): number[] {
  return block(1, [...(little ? u16(link).reverse() : u16(link)), 0, 0, 0, 0, 0, 0, ...options], little);
}

export function enhancedPacket(
  iface: number,
  high: number,
  low: number,
  bytes: readonly number[],
  little = true,
): number[] {
  const word = (n: number): number[] => (little ? u32(n).reverse() : u32(n));
  return block(
    6,
    [...word(iface), ...word(high), ...word(low), ...word(bytes.length), ...word(bytes.length), ...bytes],
    little,
  );
}

/** Deterministic random numbers for property tests. */
export function testRandom(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

/** A ClientHello record with a server name (TLS 1.2 form). */
export function clientHello(name: string | null, suites: readonly number[] = [0xc02f, 0xc030, 0x009c]): Uint8Array {
  const sni =
    name === null
      ? []
      : [0, 0, ...u16(name.length + 5), ...u16(name.length + 3), 0, ...u16(name.length), ...Buffer.from(name)];
  const extensions = [...sni, 0, 10, 0, 6, 0, 4, 0, 29, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 8, 4];
  const body = [
    3,
    3,
    ...new Array<number>(32).fill(7),
    0,
    ...u16(suites.length * 2),
    ...suites.flatMap(u16),
    1,
    0,
    ...u16(extensions.length),
    ...extensions,
  ];
  const message = [1, 0, ...u16(body.length), ...body];
  return Uint8Array.from([22, 3, 1, ...u16(message.length), ...message]);
}

/** A ServerHello record of TLS 1.2 with no extension but one (RFC 5246, 7.4.1.3). */
export function serverHello(): Uint8Array {
  const body = [3, 3, ...new Array<number>(32).fill(9), 0, 0xc0, 0x2f, 0, 0, 5, 0xff, 1, 0, 1, 0];
  const message = [2, 0, ...u16(body.length), ...body];
  return Uint8Array.from([22, 3, 3, ...u16(message.length), ...message]);
}

/** A handshake record with one certificate, as a server sends it after its hello in TLS 1.2 (RFC 5246, 7.4.2). */
export function certificateRecord(...chain: readonly Uint8Array[]): Uint8Array {
  const u24 = (n: number): number[] => [n >> 16, ...u16(n & 0xffff)];
  const all = chain.flatMap((der) => [...u24(der.length), ...der]);
  const message = [11, ...u24(all.length + 3), ...u24(all.length), ...all];
  return Uint8Array.from([22, 3, 3, ...u16(message.length), ...message]);
}
