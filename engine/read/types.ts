import * as L from './link-types.ts';
import { type Message } from '../../contract/index.ts';

/**
 * One packet as a sink hears of it. A source has one record and fills it again for each packet: it is valid during the
 * call, as `buf` is, and whoever keeps something of it copies it.
 */
export class CapturedPacket {
  /** Captured bytes are `buf[off..off+cap)`. */
  buf: Uint8Array = new Uint8Array(0);
  off = 0;
  cap = 0;
  /** Original length on the wire, bytes. */
  wire = 0;
  /** Whole seconds since 1970, before it less than 0, as many as a date can hold. */
  sec = 0;
  /** Nanoseconds within the second. */
  nsec = 0;
  /** pcap's link type. */
  link = 0;
  /** Where the captured bytes start in the seekable file. */
  fileOffset = 0;

  /** The bytes, as they lie in the file. */
  place(buf: Uint8Array, off: number, cap: number, fileOffset: number): void {
    this.buf = buf;
    this.off = off;
    this.cap = cap;
    this.fileOffset = fileOffset;
  }

  /** What the record before the bytes says. */
  tell(wire: number, sec: number, nsec: number, link: number): void {
    this.wire = wire;
    this.sec = sec;
    this.nsec = nsec;
    this.link = link;
  }
}

/** Receives packets in file order. */
export interface PacketSink {
  packet(p: CapturedPacket): void;
  /** Room that the sink wants packets to lie in: what lies elsewhere it copies. */
  room?(bytes: number): Uint8Array;
}

/** How reading ended; offsets are bytes in the (inflated) capture. */
export type Ending =
  | { readonly kind: 'ok' }
  | { readonly kind: 'partial'; readonly offset: number; readonly message: Message }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly message: Message }
  | { readonly kind: 'refused'; readonly message: Message };

/** One interface of a capture, as its description block or file header gives it. */
export interface CaptureInterface {
  readonly link: number;
  readonly snapLength: number;
  name: string;
  description: string;
  filter: string;
  received: number | null;
  droppedByInterface: number | null;
  droppedBySystem: number | null;
}

/** What a capture says besides packets. All lists are bounded. */
export interface CaptureMeta {
  format: 'pcap' | 'pcapng' | 'snoop' | 'netmon' | 'erf' | 'unknown';
  nanosecond: boolean;
  sections: number;
  readonly interfaces: CaptureInterface[];
  readonly names: Map<string, string>;
  readonly tlsSecrets: string[];
  comments: number;
  skippedBlocks: number;
}

/** A format's record walker. It owns no buffer: the same walker serves files, pipes and growing captures. */
export interface Walker {
  readonly meta: CaptureMeta;
  /** Set when a record cannot be believed; nothing after it is read. */
  damage: { readonly offset: number; readonly message: Message } | null;
  /** What must be said although everything was read: a stamp that had to be changed. */
  odd?: { readonly offset: number; readonly message: Message } | null;
  /** Bytes needed to make progress when `walk` consumed nothing. */
  need: number;
  /** Bytes that may be dropped unread before the next call (bodies of unknown blocks). */
  skip: number;
  /**
   * Reads whole records from `buf[from..to)`, `base` being the file offset of `buf[0]`; returns the first unread index.
   */
  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number;
  /** Told that nothing follows for now. @returns true when `walk` has something to do that it waited with */
  settle?(buf: Uint8Array, from: number, to: number): boolean;
  /** Whether a file that ends here, behind a whole record, has lost some that its header promised. */
  cutAt?(offset: number): boolean;
  /** What is said of the record that was cut at the end of the file. */
  cutMessage(leftover: number): Message;
}

/** Largest packet record that is believed, as in Wireshark; USB captures may carry more. */
export const MAX_RECORD = 262_144;
export const MAX_USB_RECORD = 128 * 1024 * 1024;

const USB_LINKS = new Set([
  L.LINKTYPE_USB_FREEBSD,
  L.LINKTYPE_USB_LINUX,
  L.LINKTYPE_USB_LINUX_MMAPPED,
  L.LINKTYPE_USBPCAP,
  L.LINKTYPE_USB_2_0,
  L.LINKTYPE_ZBOSS_NCP,
  L.LINKTYPE_USB_2_0_LOW_SPEED,
  L.LINKTYPE_USB_2_0_FULL_SPEED,
  L.LINKTYPE_USB_2_0_HIGH_SPEED,
]);

/** @param link pcap link type @returns bound for one record, bytes */
export function recordBound(link: number): number {
  return USB_LINKS.has(link) ? MAX_USB_RECORD : MAX_RECORD;
}

export function emptyMeta(format: CaptureMeta['format']): CaptureMeta {
  return {
    format,
    nanosecond: false,
    sections: 0,
    interfaces: [],
    names: new Map(),
    tlsSecrets: [],
    comments: 0,
    skippedBlocks: 0,
  };
}

export function newInterface(link: number, snapLength: number): CaptureInterface {
  return {
    link,
    snapLength,
    name: '',
    description: '',
    filter: '',
    received: null,
    droppedByInterface: null,
    droppedBySystem: null,
  };
}
