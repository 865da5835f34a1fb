// What a session is made from, and an alert of it.
import { type AlertRow, english, say, type SessionState } from '../../contract/index.ts';
import type { LiveCapture } from '../capture/index.ts';
import type { Baseline, Model } from '../detect/index.ts';
import type { Incident, KnownNetwork } from '../evidence/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import type { IndicatorSet } from '../indicators/index.ts';
import type { ScoredFlow } from '../session/index.ts';
import type { RuleWish } from '../workers/index.ts';

/** Info of a packet whose segment of the ring is gone. */
export const GONE = english(say('segment-gone'));
/** Info of a packet of a file that was cut or written over. */
export const UNREADABLE = english(say('bytes-gone'));

/** What is remembered of an alert; the rest of its row is read from the incident and the flow when it is shown. */
export interface Alert extends Pick<AlertRow, 'number' | 'flow' | 'packet' | 'seconds' | 'nanoseconds'> {
  readonly of: Incident;
}

export interface SessionOptions {
  readonly number: number;
  readonly path: string;
  readonly name: string;
  readonly source: SessionState['source'];
  readonly interface: string | null;
  readonly captureFilter: string;
  readonly live: LiveCapture | null;
  readonly model: Model;
  readonly baseline: Baseline;
  /** What was learned of the own network beside thresholds. */
  readonly known?: KnownNetwork | null;
  /** Whose baseline it is, '' for that of the network without a name. */
  readonly network?: string;
  /** Threat rules that are asked, null for none; and lists that flows are held against. */
  readonly rules?: RuleWish | null;
  readonly lists?: IndicatorSet | null;
  /** Tells whether rules are other ones: of files and of what is switched off. */
  readonly rulesKey?: string;
  readonly cacheFolder: string;
  readonly timeouts: FlowTimeouts;
  readonly changed: () => void;
  readonly alerted: (alert: Alert) => void;
  /** A flow has its verdict; its vector may be read during the call. */
  readonly completed?: (flow: ScoredFlow) => void;
}
