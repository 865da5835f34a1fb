// What judging one labelled capture gives: plain data that travels between threads.

/** A rule's part in an incident. */
export interface RulePart {
  readonly rule: string;
  readonly kind: string;
  readonly points: number;
  /** The sentence of its first flow, in English. */
  readonly said: string;
}

export interface IncidentResult {
  readonly initiator: string;
  readonly peer: string;
  readonly names: readonly string[];
  readonly points: number;
  readonly inherited: boolean;
  readonly rules: readonly RulePart[];
  /** Points of corrections, pairs and caps. */
  readonly corrected: number;
  readonly title: string;
  /** Flows by what is known of them. */
  readonly malicious: number;
  readonly ordinary: number;
  readonly unknown: number;
}

/** A TLS peer outside of the network: its flows towards one host. */
export interface TlsPeerResult {
  readonly initiator: string;
  readonly peer: string;
  readonly ja3: string | null;
  readonly ja4: string | null;
  readonly c2: number;
  readonly ordinary: number;
  readonly points: number;
  readonly inherited: boolean;
}

export interface CaptureResult {
  readonly path: string;
  readonly source: string;
  readonly family: string;
  readonly label: 'malicious' | 'benign';
  /** Null where it was read; a sentence where not. */
  readonly problem: string | null;
  readonly flows: number;
  readonly packets: number;
  /** Flows that are surely malicious, and ordinary ones. */
  readonly malicious: number;
  readonly ordinary: number;
  /** Seconds from the first to the last packet. */
  readonly seconds: number;
  readonly incidents: readonly IncidentResult[];
  /** Rules that flows surely malicious carry, and rules that any flow carries. */
  readonly carried: readonly string[];
  readonly seen: readonly string[];
  readonly tlsPeers: readonly TlsPeerResult[];
  /** TLS flows: the model's point of ordinary ones and of channels. */
  readonly tls: {
    readonly c2: number;
    readonly c2Over: number;
    readonly ordinary: number;
    readonly ordinaryOver: number;
  };
  /** Flows by a hash of ends and beginning, to find the same flow in another source. */
  readonly prints: readonly string[];
}
