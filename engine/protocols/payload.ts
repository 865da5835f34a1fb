// The payload that services are asked about, and what a flow's earlier payloads have hinted at.

/** What was seen of a flow so far, for protocols that two packets tell and one does not. */
export interface Hints {
  bits: number;
  /**
   * By direction: of RTP the synchronisation source and the sequence number that comes next; others keep their own
   * here.
   */
  readonly source: [number, number];
  readonly next: [number, number];
}
/** A greeting '220 ' that both SMTP and FTP begin with. */
export const GREETED_220 = 1;
/** A greeting '+OK'. */
export const GREETED_OK = 2;
/** OpenVPN's first message. */
export const VPN_RESET = 4;
/** uTP's first message. */
export const UTP_SYN = 8;
/** Two packets of RTP that follow each other. */
export const RTP_ONCE = 16;

export function noHints(): Hints {
  return { bits: 0, source: [0, 0], next: [0, 0] };
}

/** Makes hints of a flow that is over those of one that begins. */
export function forgetHints(h: Hints): void {
  h.bits = h.source[0] = h.source[1] = h.next[0] = h.next[1] = 0;
}

/** Bytes of a line that greetings and commands are looked for in. */
const LINE = 128;

/** One payload: `bytes[at..end)`. One object is used again for all of them. */
export class Payload {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Bytes that are there. */
  size = 0;
  /** Bytes that were sent, captured or not. */
  wire = 0;
  /** 0 for the initiator's direction, 1 for the responder's. */
  dir = 0;
  hints: Hints = noHints();
  private begun: string | null = null;

  /** @param wire bytes that were sent, captured or not */
  set(bytes: Uint8Array, at: number, end: number, wire: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.size = end - at;
    this.wire = wire;
    this.begun = null;
    return this;
  }

  /** Its first 128 bytes as text; made when it is first asked for. */
  get line(): string {
    return (this.begun ??= this.text(LINE));
  }

  /** Its first bytes as text, at most so many. */
  text(size: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at, Math.min(size, this.size)).toString(
      'latin1',
    );
  }

  /** Whether it begins with these characters, each of them a byte. */
  begins(signature: string): boolean {
    return this.has(signature, 0);
  }

  /** Whether these characters, each of them a byte, stand at an offset. */
  has(signature: string, offset: number): boolean {
    const { bytes } = this;
    const from = this.at + offset;
    if (this.end - from < signature.length) return false;
    for (let i = 0; i < signature.length; i++) if (bytes[from + i] !== signature.charCodeAt(i)) return false;
    return true;
  }
}
