// What judging one labelled capture gives: plain data that travels between threads.
import type { JudgedIncident, TlsFlows } from '../../contract/index.ts';

/** An incident and its flows by what is known of them. */
export interface IncidentResult extends JudgedIncident {
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
  readonly tls: TlsFlows;
  /** Flows by a hash of ends and beginning, to find the same flow in another source. */
  readonly prints: readonly string[];
  /** Vectors of some of its flows, evenly over them, one after the other. */
  readonly sample: Float32Array;
}
