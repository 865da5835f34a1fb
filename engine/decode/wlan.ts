// IEEE 802.11 frames, and the headers that captures put before them.
import { LINKTYPE_IEEE802_11_PRISM, u16le } from '../read/index.ts';
import { GreDecoder } from './gre.ts';
import { P } from './protocol-ids.ts';
import { radiotapFlags, TAP_CUT, TAP_FCS, TAP_NO_FRAME, TAP_PADDED } from './radiotap.ts';

/** Bytes of the check sequence behind a frame. */
const FCS = 4;
/** PPI's field of what every 802.11 capture has: its flags say whether a check sequence ends the frame. */
const PPI_80211_COMMON = 2;

export abstract class WlanDecoder extends GreDecoder {
  protected radiotap(at: number): void {
    this.layers.protocol = P.Wlan;
    if (this.end - at < 8) return this.cut(P.Wlan);
    const length = this.little16(at + 2);
    if (length < 8 || at + length > this.end) return this.cut(P.Wlan);
    const flags = radiotapFlags(this.buf, at, length);
    if (flags === TAP_CUT) return this.cut(P.Wlan);
    if (flags & TAP_NO_FRAME) return;
    if (flags & TAP_FCS && this.sent - at - length >= FCS) this.bound(this.sent - FCS);
    this.wlan(at + length, (flags & TAP_PADDED) !== 0);
  }

  /** Prism and AVS headers. */
  protected wlanWithHeader(at: number, link: number): void {
    this.layers.protocol = P.Wlan;
    if (this.end - at < 8) return this.cut(P.Wlan);
    const length = this.u32(at + 4);
    const size = link === LINKTYPE_IEEE802_11_PRISM && this.u32(at) >>> 8 !== 0x802110 ? 144 : length;
    if (size < 8 || at + size > this.end) return this.cut(P.Wlan);
    this.wlan(at + size);
  }

  /** Per-packet information (PPI 1.0.7): its own length, the link type of what follows, fields. */
  protected ppi(at: number): void {
    this.layers.protocol = P.Unknown;
    if (this.end - at < 8) return this.cut(P.Unknown);
    const length = this.little16(at + 2);
    const link = this.little16(at + 4);
    if (length < 8 || at + length > this.end) return this.cut(P.Unknown);
    for (let p = at + 8; p + 4 <= at + length;) {
      const size = this.little16(p + 2);
      const common = this.little16(p) === PPI_80211_COMMON && size >= 10 && p + 14 <= at + length;
      if (common && this.buf[p + 12]! & 1 && this.sent - at - length >= FCS) this.bound(this.sent - FCS);
      p += 4 + size;
    }
    this.link(link, at + length);
  }

  wlan(at: number, padded = false, swapped = false): void {
    const l = this.layers;
    l.protocol = P.Wlan;
    if (this.end - at < 10) return this.cut(P.Wlan);
    const control = this.buf[swapped ? at + 1 : at]!;
    const flags = this.buf[swapped ? at : at + 1]!;
    const type = (control >> 2) & 3;
    const subtype = control >> 4;
    if (type === 1) {
      l.macDestination = at + 4;
      if (this.end - at >= 16 && subtype !== 12 && subtype !== 13) l.macSource = at + 10;
      return;
    }
    if (this.end - at < 24) return;
    const toDs = flags & 1;
    const fromDs = flags & 2;
    if (toDs && fromDs && this.end - at < 30) return this.cut(P.Wlan);
    l.macDestination = at + (toDs ? 16 : 4);
    l.macSource = at + sourceOffset(toDs, fromDs);
    let header = toDs && fromDs ? 30 : 24;
    if (type !== 2 || (subtype & 4) !== 0) return;
    if (subtype & 8) {
      const qosAt = at + header;
      header += 2;
      if (flags & 0x80) header += 4;
      if (qosAt < this.end && this.buf[qosAt]! & 0x80) return;
    }
    if (padded) header = (header + 3) & ~3;
    if (flags & 0x40 || at + header >= this.end) return;
    this.llc(at + header);
  }

  protected little16(at: number): number {
    return u16le(this.buf, at);
  }
}

/** Where the sender's address stands, by the direction bits of frame control (IEEE 802.11, 9.3.2.1). */
function sourceOffset(toDs: number, fromDs: number): number {
  if (!fromDs) return 10;
  return toDs ? 24 : 16;
}
