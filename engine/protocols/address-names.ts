// Names of addresses as the capture's own DNS messages tell them, as Wireshark takes them up: the owner of every A and
// AAAA record of an answer, whatever its section, so that the end of a chain of CNAMEs names an address. The last one
// that is said holds. Columns by the order in which addresses were named; no object stands for one.
import { addressKey, NET_IP4, NET_IP6, u16 } from '../decode/index.ts';
import { type DnsMessage, readName } from './dns.ts';

/** Addresses that are named at most; the capture decides how many there are. */
const MOST = 200_000;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const CLASS_IN = 1;
/** The highest bit of a class says something else in multicast DNS (RFC 6762, 10.2). */
const CLASS = 0x7fff;
const HEADER = 12;

export class AddressNames {
  /** Names that were not taken up, since there are too many. */
  left = 0;
  /** Grows with each name that is new. */
  version = 0;
  private count = 0;
  private readonly slots = new Map<number | string, number>();
  /** 16 bytes each, of IPv4 the first 4. */
  private bytes = new Uint8Array(16 * 256);
  private kinds = new Uint8Array(256);
  private packets = new Uint32Array(256);
  private name = new Uint32Array(256);
  private asked = new Uint32Array(256);
  /** Texts of names, each once. */
  private readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  get size(): number {
    return this.count;
  }

  kindOf(slot: number): number {
    return this.kinds[slot]!;
  }

  addressOf(slot: number): Uint8Array {
    return this.bytes.subarray(slot * 16, slot * 16 + (this.kinds[slot] === NET_IP4 ? 4 : 16));
  }

  /** The owner of the record that named it last: text of the capture's. */
  nameOf(slot: number): string {
    return this.texts[this.name[slot]!]!;
  }

  /** The name that was asked for, at the head of a chain of CNAMEs; '' where nothing was asked. */
  askedOf(slot: number): string {
    return this.texts[this.asked[slot]!]!;
  }

  /** Row of the packet that said it. */
  packetOf(slot: number): number {
    return this.packets[slot]!;
  }

  /** Takes up what a response says. @param packet its row */
  take(b: Uint8Array, at: number, end: number, message: DnsMessage, packet: number): void {
    const records = message.answers + u16(b, at + 8) + u16(b, at + 10);
    let p = at + HEADER;
    for (let i = 0; i < message.questions; i++) {
      p = readName(b, at, p, end, null);
      if (p < 0) return;
      p += 4;
    }
    const owner = { name: '' };
    let pointer = -1;
    for (let i = 0; i < records; i++) {
      // Records of one name point to the same place: it is read once.
      const to = p + 2 <= end && b[p]! >= 0xc0 ? u16(b, p) : -1;
      if (to >= 0 && to === pointer) p += 2;
      else p = readName(b, at, p, end, owner);
      pointer = to;
      if (p < 0 || p + 10 > end) return;
      const type = u16(b, p);
      const inInternet = (u16(b, p + 2) & CLASS) === CLASS_IN;
      const size = u16(b, p + 8);
      p += 10;
      if (p + size > end) return;
      const four = type === TYPE_A && size === 4;
      if (inInternet && owner.name !== '' && (four || (type === TYPE_AAAA && size === 16)))
        this.note(b, p, four, owner.name, message.name, packet);
      p += size;
    }
  }

  private note(b: Uint8Array, at: number, four: boolean, name: string, asked: string, packet: number): void {
    const length = four ? 4 : 16;
    // The address that stands for none is nobody's: filters of advertisements answer with it.
    if (b.subarray(at, at + length).every((byte) => byte === 0)) return;
    const key = addressKey(b, at, four);
    let slot = this.slots.get(key);
    if (slot === undefined) {
      if (this.count >= MOST) {
        this.left++;
        return;
      }
      slot = this.add(key, b.subarray(at, at + length), four);
    }
    const text = this.text(name);
    if (this.name[slot] !== text) this.version++;
    this.name[slot] = text;
    this.asked[slot] = this.text(asked);
    this.packets[slot] = packet;
  }

  private add(key: number | string, bytes: Uint8Array, four: boolean): number {
    if (this.count === this.kinds.length) this.grow();
    const slot = this.count++;
    this.slots.set(key, slot);
    this.bytes.set(bytes, slot * 16);
    this.kinds[slot] = four ? NET_IP4 : NET_IP6;
    this.name[slot] = 0xffffffff;
    return slot;
  }

  private text(name: string): number {
    let index = this.known.get(name);
    if (index === undefined) {
      index = this.texts.push(name) - 1;
      this.known.set(name, index);
    }
    return index;
  }

  private grow(): void {
    const size = this.kinds.length * 2;
    const larger = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    const bytes = new Uint8Array(size * 16);
    bytes.set(this.bytes);
    const kinds = new Uint8Array(size);
    kinds.set(this.kinds);
    this.bytes = bytes;
    this.kinds = kinds;
    this.packets = larger(this.packets);
    this.name = larger(this.name);
    this.asked = larger(this.asked);
  }
}
