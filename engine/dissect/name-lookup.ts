// Names that Wireshark's engine knows by itself: who made an interface, well-known addresses of Ethernet, services of
// ports. Its tables are asked through packets made for the purpose, in a process of its own that knows nothing of any
// capture, so that a capture cannot say what they hold. It ends when nobody has asked for a while.
import type { RowTexts } from './frame-rows.ts';
import { DissectProcess } from './process.ts';
import { DissectSetup } from './setup.ts';

const IDLE = 15_000;
const LIMIT = 30_000;
/** Names that are kept of each kind, and those that are asked for at once. */
const KEPT = 50_000;
const AT_ONCE = 2_000;

export const PORT_TRANSPORTS = ['tcp', 'udp', 'sctp'] as const;
export type PortTransport = (typeof PORT_TRANSPORTS)[number];
const IP_NUMBERS: Readonly<Record<PortTransport, number>> = { tcp: 6, udp: 17, sctp: 132 };

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

export class NameLookup {
  private readonly known = new Map<string, string>();
  private process: DissectProcess | null = null;
  private idle: NodeJS.Timeout | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  /**
   * Names of Ethernet addresses as Wireshark prints them, such as Intel_12:34:56 or Broadcast.
   * @param macs as aa:bb:cc:dd:ee:ff @returns '' where the engine knows none, or cannot be asked
   */
  vendors(macs: readonly string[]): Promise<string[]> {
    return this.names(macs, 'eth.src_resolved', frameOf);
  }

  /** Services of ports. @returns '' for a port without one */
  async services(transport: PortTransport, ports: readonly number[]): Promise<string[]> {
    const keys = ports.map((port) => `${transport} ${port}`);
    const texts = await this.names(keys, `${transport}.srcport`, (key) => segmentOf(transport, key));
    // The engine writes https (443), and 35494 alone where it knows no service.
    return texts.map((text, i) => {
      const name = text.replace(/ \(\d+\)$/, '');
      return name === String(ports[i]) ? '' : name;
    });
  }

  close(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.process?.close();
    this.process = null;
  }

  private async names(
    keys: readonly string[],
    field: string,
    packet: (key: string) => Uint8Array | null,
  ): Promise<string[]> {
    const missing = [...new Set(keys)].filter((key) => !this.known.has(key)).slice(0, AT_ONCE);
    if (missing.length > 0) {
      const mine = this.turn.then(() => this.ask(missing, field, packet));
      this.turn = mine.catch(() => undefined);
      await mine;
    }
    return keys.map((key) => this.known.get(key) ?? '');
  }

  private async ask(keys: readonly string[], field: string, packet: (key: string) => Uint8Array | null): Promise<void> {
    const made = keys.map((key) => ({ key, bytes: packet(key) }));
    const asked = made.flatMap(({ key, bytes }) => (bytes === null ? [] : [{ key, bytes }]));
    const said =
      asked.length === 0 ? null : await this.rowsOf(captureOf(asked.map((a) => a.bytes)), field, asked.length);
    if (asked.length > 0 && said === null) return;
    if (this.known.size > KEPT) this.known.clear();
    for (const { key, bytes } of made) if (bytes === null) this.known.set(key, '');
    // Fields stand after the engine's own four columns.
    const values = said?.columns[4] ?? [];
    asked.forEach(({ key }, i) => {
      const value = values[i] ?? '';
      this.known.set(key, value === key ? '' : value);
    });
  }

  private async rowsOf(bytes: Uint8Array, field: string, count: number): Promise<RowTexts | null> {
    if (this.idle !== null) clearTimeout(this.idle);
    const process = (this.process ??= new DissectProcess(() => undefined, plainSetup()));
    try {
      const loaded = await process.ask({ kind: 'load', context: field, bytes, fields: [field] }, LIMIT);
      if (!loaded.ok) return null;
      const frames = Uint32Array.from({ length: count }, (_, i) => i + 1);
      const asked = await process.ask({ kind: 'rows', frames }, LIMIT);
      return asked.ok ? (asked.reply.rows ?? null) : null;
    } finally {
      this.idle = setTimeout(() => this.close(), IDLE).unref();
    }
  }
}

function plainSetup(): DissectSetup {
  const setup = new DissectSetup();
  setup.change({
    names: [
      ['nameres', 'mac_name', 'TRUE'],
      ['nameres', 'transport_name', 'TRUE'],
      ['nameres', 'network_name', 'FALSE'],
    ],
  });
  return setup;
}

/** An Ethernet frame from an address, of a type that nobody dissects (IEEE 802, local experimental). */
function frameOf(mac: string): Uint8Array | null {
  if (!MAC.test(mac)) return null;
  const b = Buffer.alloc(60);
  b.write(mac.replaceAll(':', ''), 6, 'hex');
  b.writeUInt16BE(0x88b5, 12);
  return b;
}

const ETHERNET = 14;
const IP = 20;

/** A packet without payload from a port, over IPv4. */
function segmentOf(transport: PortTransport, key: string): Uint8Array | null {
  const port = Number(key.slice(transport.length + 1));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return null;
  const b = Buffer.alloc(ETHERNET + IP + 20);
  b.writeUInt16BE(0x0800, 12);
  b[ETHERNET] = 0x45;
  b.writeUInt16BE(IP + 20, ETHERNET + 2);
  b[ETHERNET + 8] = 64;
  b[ETHERNET + 9] = IP_NUMBERS[transport];
  b.writeUInt32BE(0x0a000001, ETHERNET + 12);
  b.writeUInt32BE(0x0a000002, ETHERNET + 16);
  const at = ETHERNET + IP;
  b.writeUInt16BE(port, at);
  b.writeUInt16BE(65_000, at + 2);
  if (transport === 'tcp') b[at + 12] = 0x50;
  if (transport === 'udp') b.writeUInt16BE(20, at + 4);
  return b;
}

/** A file of pcap (draft-ietf-opsawg-pcap) with Ethernet frames. */
function captureOf(frames: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  return Buffer.concat([
    head,
    ...frames.flatMap((frame) => {
      const record = Buffer.alloc(16);
      record.writeUInt32LE(frame.length, 8);
      record.writeUInt32LE(frame.length, 12);
      return [record, frame];
    }),
  ]);
}
