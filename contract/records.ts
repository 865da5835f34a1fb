// The JSON lines that the command line prints. Field names are stable: scripts depend on them.

/** What a flow is said to be. `unfamiliar`: outside of what the model was trained on. */
export type Verdict = 'malicious' | 'suspicious' | 'unfamiliar' | 'benign';
export const VERDICTS: readonly Verdict[] = ['malicious', 'suspicious', 'unfamiliar', 'benign'];

/** Why a flow completed. */
export type EndReason = 'fin' | 'rst' | 'idle' | 'new-syn' | 'capture-end';
export const END_REASONS: readonly EndReason[] = ['fin', 'rst', 'idle', 'new-syn', 'capture-end'];

/**
 * How far the capture saw the flow: `cut` by snap length, `lossy` sequence gaps, `one-sided` a single direction,
 * `midstream` without its beginning.
 */
export type CaptureGrade = 'complete' | 'cut' | 'lossy' | 'one-sided' | 'midstream';
export const CAPTURE_GRADES: readonly CaptureGrade[] = ['complete', 'cut', 'lossy', 'one-sided', 'midstream'];

/** How reading a file ended (formats.md, 'Captures read'). */
export type FileStatus = 'ok' | 'partial' | 'unreadable' | 'refused';

/** What a user says of a flow. */
export type Label = 'benign' | 'malicious' | 'unsure';
export const LABELS: readonly Label[] = ['benign', 'malicious', 'unsure'];

/** One reason of a verdict as records hold it; six digits of its numbers. */
export interface ReasonRecord {
  readonly group: string;
  readonly feature: string;
  readonly value: number | null;
  readonly contribution: number;
  readonly text: string;
}

/** Score of a flow while it was still open. */
export interface Checkpoint {
  readonly packets: number;
  readonly score: number;
  readonly verdict: Verdict;
}

export interface FlowRecord {
  readonly type: 'flow';
  readonly file: string;
  readonly id: number;
  readonly community_id: string | null;
  readonly start: string;
  readonly end: string;
  readonly src: string;
  readonly sport: number | null;
  readonly dst: string;
  readonly dport: number | null;
  readonly proto: string;
  /** Distinct VLAN ids of its packets, at most four, null without a tag. */
  readonly vlan: readonly number[] | null;
  readonly packets_fwd: number;
  readonly packets_rev: number;
  readonly bytes_fwd: number;
  readonly bytes_rev: number;
  readonly end_reason: EndReason;
  readonly grade: CaptureGrade;
  readonly app: string;
  readonly sni: string | null;
  /** Of the client's first hello. */
  readonly ja3: string | null;
  /** Of the server's hello. */
  readonly ja3s: string | null;
  readonly ja4: string | null;
  /**
   * Of the client's second hello, where the server asked for one (HelloRetryRequest, HelloVerifyRequest, QUIC's Retry).
   */
  readonly ja3_retry: string | null;
  readonly ja4_retry: string | null;
  readonly first_packet: number;
  readonly last_packet: number;
  readonly verdict?: Verdict;
  readonly score?: number;
  readonly baseline?: string;
  readonly reasons?: readonly ReasonRecord[];
  readonly checkpoints?: readonly Checkpoint[];
  readonly label?: Label;
}

export interface PacketRecord {
  readonly type: 'packet';
  readonly no: number;
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
  readonly flow: number | null;
}

export interface AlertRecord {
  readonly type: 'alert';
  readonly file: string;
  readonly time: string;
  readonly flow: number;
  readonly verdict: Verdict;
  readonly score: number;
  readonly rule: string;
  readonly reasons: readonly ReasonRecord[];
}

export interface FileRecord {
  readonly type: 'file';
  readonly file: string;
  readonly packets: number;
  readonly flows: number;
  readonly malicious: number;
  readonly suspicious: number;
  readonly status: FileStatus;
  readonly error: string | null;
}

export type OutputRecord = FlowRecord | PacketRecord | AlertRecord | FileRecord;

/** Exit codes of the command line, as a scanner's (formats.md). */
export const EXIT = { clean: 0, malicious: 1, error: 2 } as const;
