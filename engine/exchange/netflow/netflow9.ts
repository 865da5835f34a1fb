// Flows as NetFlow version 9 (RFC 3954): a record for each direction that had packets, since the format knows one only.
import type { Stamp } from '../talks/stamp.ts';
import type { ExportedFlow } from './flow-export.ts';
import { Octets } from './octets.ts';

export const NETFLOW9_PORT = 2055;
const VERSION = 9;
const TEMPLATE_SET = 0;
const MESSAGE = 1_400;
const TEMPLATES_EVERY = 20;
const SOURCE_ID = 1;
/** Milliseconds that 32 bits hold. */
const UPTIME = 2 ** 32 - 1;

interface Field {
  readonly type: number;
  readonly size: number;
  readonly of: (flow: ExportedFlow, dir: 0 | 1, boot: number) => number | Uint8Array;
}

/** Whole milliseconds since 1970. */
function milliseconds({ seconds, nanoseconds }: Stamp): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}

function sinceBoot(at: Stamp, boot: number): number {
  return Math.min(UPTIME, Math.max(0, milliseconds(at) - boot));
}

const FIELDS: readonly Field[] = [
  { type: 22, size: 4, of: (f, _, boot) => sinceBoot(f.first, boot) },
  { type: 21, size: 4, of: (f, _, boot) => sinceBoot(f.last, boot) },
  { type: 1, size: 8, of: (f, dir) => f.ipBytes[dir] },
  { type: 2, size: 8, of: (f, dir) => f.packets[dir] },
  { type: 7, size: 2, of: (f, dir) => (dir === 0 ? f.sourcePort : f.destinationPort) },
  { type: 11, size: 2, of: (f, dir) => (dir === 0 ? f.destinationPort : f.sourcePort) },
  { type: 4, size: 1, of: (f) => f.protocol },
  { type: 6, size: 1, of: (f, dir) => f.flags[dir] },
  { type: 61, size: 1, of: (_, dir) => dir },
  { type: 32, size: 2, of: (f) => f.icmp },
];

const source = (f: ExportedFlow, dir: 0 | 1): Uint8Array => (dir === 0 ? f.source : f.destination);
const destination = (f: ExportedFlow, dir: 0 | 1): Uint8Array => (dir === 0 ? f.destination : f.source);
const TEMPLATES: Readonly<Record<4 | 6, { readonly id: number; readonly fields: readonly Field[] }>> = {
  4: { id: 256, fields: [{ type: 8, size: 4, of: source }, { type: 12, size: 4, of: destination }, ...FIELDS] },
  6: { id: 257, fields: [{ type: 27, size: 16, of: source }, { type: 28, size: 16, of: destination }, ...FIELDS] },
};
const sizeOf = (family: 4 | 6): number => TEMPLATES[family].fields.reduce((n, f) => n + f.size, 0);

function templateSet(): Uint8Array {
  const out = new Octets(256).put(TEMPLATE_SET, 2).put(0, 2);
  for (const { id, fields } of Object.values(TEMPLATES)) {
    out.put(id, 2).put(fields.length, 2);
    for (const f of fields) out.put(f.type, 2).put(f.size, 2);
  }
  out.patch(2, out.length, 2);
  return out.done();
}

interface Waiting {
  readonly flow: ExportedFlow;
  readonly dir: 0 | 1;
}

/** Puts flows into packets of the format, each of which it hands on when it is full. */
export class NetFlow9Messages {
  private readonly told: (message: Uint8Array, at: Stamp) => void;
  private waiting: Waiting[] = [];
  private size = 0;
  /** Packets before this one (RFC 3954, 5.1). */
  private sequence = 0;
  private last: Stamp = { seconds: 0, nanoseconds: 0 };

  /** @param told is given each packet, and the time at which it would have been sent */
  constructor(told: (message: Uint8Array, at: Stamp) => void) {
    this.told = told;
  }

  add(flow: ExportedFlow): void {
    for (const dir of [0, 1] as const) {
      if (flow.packets[dir] === 0) continue;
      // Each record may begin a set of its own, and end it with padding.
      const needed = sizeOf(flow.family) + 7;
      if (this.size + needed > MESSAGE - 20 - 256) this.send();
      this.waiting.push({ flow, dir });
      this.size += needed;
    }
    this.last = flow.last;
  }

  private send(): void {
    const { waiting, last } = this;
    // Times are told since the exporter began: it began with the first flow of the packet.
    const boot = waiting.reduce((least, w) => Math.min(least, milliseconds(w.flow.first)), milliseconds(last));
    const began = Math.floor(boot / 1000) * 1000;
    const out = new Octets(MESSAGE).put(VERSION, 2).put(0, 2);
    // Their difference is when the exporter began.
    out.put(Math.min(UPTIME, Math.max(0, last.seconds * 1000 - began)), 4).put(last.seconds, 4);
    out.put(this.sequence, 4).put(SOURCE_ID, 4);
    let count = 0;
    if (this.sequence % TEMPLATES_EVERY === 0) {
      out.bytes(templateSet());
      count += Object.keys(TEMPLATES).length;
    }
    for (const family of [4, 6] as const) {
      const own = waiting.filter((w) => w.flow.family === family);
      if (own.length > 0) this.set(out, family, own, began);
    }
    out.patch(2, count + waiting.length, 2);
    this.told(out.done(), last);
    this.sequence = (this.sequence + 1) >>> 0;
    this.waiting = [];
    this.size = 0;
  }

  private set(out: Octets, family: 4 | 6, records: readonly Waiting[], boot: number): void {
    const at = out.length;
    out.put(TEMPLATES[family].id, 2).put(0, 2);
    for (const { flow, dir } of records) {
      for (const f of TEMPLATES[family].fields) {
        const value = f.of(flow, dir, boot);
        if (typeof value === 'number') out.put(value, f.size);
        else out.bytes(value);
      }
    }
    while ((out.length - at) % 4 !== 0) out.put(0, 1);
    out.patch(at + 2, out.length - at, 2);
  }

  end(): void {
    if (this.waiting.length > 0 || this.sequence === 0) this.send();
  }
}
