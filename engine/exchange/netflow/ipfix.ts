// Flows as IPFIX (RFC 7011), both directions in one record (RFC 5103). Elements are IANA's (IPFIX Information Elements).
import type { EndReason } from '../../../contract/index.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { ExportedFlow } from './flow-export.ts';
import { Octets } from './octets.ts';

export const IPFIX_PORT = 4739;
const VERSION = 10;
const TEMPLATE_SET = 2;
/** Fits into an Ethernet frame with IPv6 and UDP (RFC 7011, 10.3.3). */
const MESSAGE = 1_400;
/** Enterprise of elements that tell of the other direction (RFC 5103, 6.1). */
const REVERSE = 29_305;
const ENTERPRISE = 0x8000;
const VARIABLE = 65_535;
/** Templates are told again, since datagrams are lost (RFC 7011, 8.1). */
const TEMPLATES_EVERY = 20;
const DOMAIN = 1;
const MAX_NAME = 64;
/** Seconds from 1900, where times of IPFIX begin, to 1970 (RFC 7011, 6.1.9). */
const SINCE_1900 = 2_208_988_800;

interface Element {
  readonly id: number;
  /** Octets, VARIABLE for a text. */
  readonly size: number;
  readonly reverse?: true;
  readonly of: (flow: ExportedFlow) => number | bigint | Uint8Array;
}

/** flowEndReason (IANA IPFIX, element 136). */
const REASONS: Readonly<Record<EndReason, number>> = { idle: 1, fin: 3, rst: 3, 'new-syn': 3, 'capture-end': 4 };

/** dateTimeNanoseconds: seconds since 1900, and a fraction of 2^32 that is cut down to these nanoseconds again. */
export function ntpTime({ seconds, nanoseconds }: Stamp): bigint {
  const fraction = ((BigInt(nanoseconds) << 32n) + 999_999_999n) / 1_000_000_000n;
  return (BigInt.asUintN(32, BigInt(seconds + SINCE_1900)) << 32n) + fraction;
}

const ELEMENTS: readonly Element[] = [
  { id: 148, size: 8, of: (f) => f.id },
  { id: 156, size: 8, of: (f) => ntpTime(f.first) },
  { id: 157, size: 8, of: (f) => ntpTime(f.last) },
  { id: 7, size: 2, of: (f) => f.sourcePort },
  { id: 11, size: 2, of: (f) => f.destinationPort },
  { id: 4, size: 1, of: (f) => f.protocol },
  { id: 136, size: 1, of: (f) => REASONS[f.endReason] },
  { id: 2, size: 8, of: (f) => f.packets[0] },
  { id: 2, size: 8, reverse: true, of: (f) => f.packets[1] },
  { id: 1, size: 8, of: (f) => f.ipBytes[0] },
  { id: 1, size: 8, reverse: true, of: (f) => f.ipBytes[1] },
  { id: 352, size: 8, of: (f) => f.bytes[0] },
  { id: 352, size: 8, reverse: true, of: (f) => f.bytes[1] },
  { id: 6, size: 2, of: (f) => f.flags[0] },
  { id: 6, size: 2, reverse: true, of: (f) => f.flags[1] },
  { id: 96, size: VARIABLE, of: (f) => Buffer.from(f.app, 'utf8').subarray(0, MAX_NAME) },
];

/** [template, elements] by version of IP. */
const TEMPLATES: Readonly<Record<4 | 6, { readonly id: number; readonly elements: readonly Element[] }>> = {
  4: {
    id: 256,
    elements: [
      { id: 8, size: 4, of: (f) => f.source },
      { id: 12, size: 4, of: (f) => f.destination },
      { id: 32, size: 2, of: (f) => f.icmp },
      ...ELEMENTS,
    ],
  },
  6: {
    id: 257,
    elements: [
      { id: 27, size: 16, of: (f) => f.source },
      { id: 28, size: 16, of: (f) => f.destination },
      { id: 139, size: 2, of: (f) => f.icmp },
      ...ELEMENTS,
    ],
  },
};

function templateSet(): Uint8Array {
  const out = new Octets(512).put(TEMPLATE_SET, 2).put(0, 2);
  for (const { id, elements } of Object.values(TEMPLATES)) {
    out.put(id, 2).put(elements.length, 2);
    for (const e of elements) {
      out.put(e.reverse === true ? e.id | ENTERPRISE : e.id, 2).put(e.size, 2);
      if (e.reverse === true) out.put(REVERSE, 4);
    }
  }
  out.patch(2, out.length, 2);
  return out.done();
}

function record(flow: ExportedFlow): Uint8Array {
  const out = new Octets(256);
  for (const e of TEMPLATES[flow.family].elements) {
    const value = e.of(flow);
    if (typeof value === 'object') {
      if (e.size === VARIABLE) out.put(value.length, 1);
      out.bytes(value);
    } else out.put(value, e.size);
  }
  return out.done();
}

/** Puts flows into messages, each of which it hands on when it is full. */
export class IpfixMessages {
  private readonly told: (message: Uint8Array, at: Stamp) => void;
  private out = new Octets(MESSAGE);
  private family: 4 | 6 | null = null;
  private setAt = 0;
  private records = 0;
  /** Records of all messages before this one (RFC 7011, 3.1). */
  private sequence = 0;
  private messages = 0;
  private last: Stamp = { seconds: 0, nanoseconds: 0 };

  /** @param told is given each message, and the time at which it would have been sent */
  constructor(told: (message: Uint8Array, at: Stamp) => void) {
    this.told = told;
    this.begin();
  }

  private begin(): void {
    this.out = new Octets(MESSAGE).put(VERSION, 2).put(0, 2).put(0, 4).put(this.sequence, 4).put(DOMAIN, 4);
    if (this.messages % TEMPLATES_EVERY === 0) this.out.bytes(templateSet());
    this.family = null;
    this.records = 0;
  }

  add(flow: ExportedFlow): void {
    const bytes = record(flow);
    const needed = bytes.length + (flow.family === this.family ? 0 : 4);
    if (needed > this.out.room) this.send();
    if (flow.family !== this.family) {
      this.endSet();
      this.family = flow.family;
      this.setAt = this.out.length;
      this.out.put(TEMPLATES[flow.family].id, 2).put(0, 2);
    }
    this.out.bytes(bytes);
    this.records++;
    this.last = flow.last;
  }

  private endSet(): void {
    if (this.family !== null) this.out.patch(this.setAt + 2, this.out.length - this.setAt, 2);
  }

  private send(): void {
    this.endSet();
    this.out.patch(2, this.out.length, 2);
    this.out.patch(4, this.last.seconds, 4);
    this.told(this.out.done(), this.last);
    this.sequence = (this.sequence + this.records) >>> 0;
    this.messages++;
    this.begin();
  }

  /** Hands on what waits; a message with templates alone where there was no flow at all. */
  end(): void {
    if (this.records > 0 || this.messages === 0) this.send();
  }
}
