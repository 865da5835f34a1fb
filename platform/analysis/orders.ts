// What a server and its worker processes say to each other.
import type { Label, Message, PacketRecord } from '../../contract/index.ts';
import type { DownloadForm } from '../contract.ts';
import type { AnalysisSummary, Trouble } from './summary.ts';

/** How a capture is judged: as `sightline score` judges where nobody says anything else. */
export interface Judging {
  /** The product's own folder. */
  readonly root: string;
  /** Where an adopted model and what was learned of networks stand. */
  readonly dataFolder: string;
  /** A model's file; null is the adopted one, else the shipped one. */
  readonly model: string | null;
  /** Thresholds of other networks, whatever was learned. */
  readonly foreign: boolean;
  /** What was learned by this name; null is the one without. */
  readonly network: string | null;
}

/** What inflating a capture may give: a bomb ends here. */
export interface Inflating {
  readonly ratio: number;
  readonly floorBytes: number;
}

export type Order =
  | {
      readonly kind: 'look';
      readonly path: string;
      /** A folder of the worker's own. */
      readonly scratch: string;
      readonly inflating: Inflating;
    }
  | {
      readonly kind: 'score';
      readonly path: string;
      /** What the capture is called in records. */
      readonly name: string;
      readonly result: string;
      readonly scratch: string;
      readonly inflating: Inflating;
      readonly judging: Judging;
      /** Reasons for a flow, as of `sightline score`. */
      readonly reasons: number;
    }
  | {
      readonly kind: 'export';
      readonly form: DownloadForm;
      readonly path: string;
      readonly name: string;
      /** The capture's result; null where there is none, which is enough for a pcapng. */
      readonly result: string | null;
      /** What people said of flows, by the flow's id. */
      readonly labels: readonly (readonly [flow: number, label: Label])[];
      /** The file that is made. */
      readonly to: string;
      readonly scratch: string;
      readonly inflating: Inflating;
    };

/** What a capture's beginning tells. */
export interface Look {
  readonly format: string;
  readonly compression: string;
  /** The first packets. */
  readonly packets: readonly PacketRecord[];
  /** Packets that were looked at, and whether they are all there are. */
  readonly looked: number;
  readonly whole: boolean;
  /** Protocols of those, the most packets first. */
  readonly protocols: readonly { readonly name: string; readonly packets: number }[];
  readonly trouble: Trouble | null;
}

export type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'looked'; readonly look: Look }
  | {
      readonly kind: 'progress';
      /** Bytes of the capture that were taken, of how many; null where that is not known. */
      readonly taken: number;
      readonly size: number | null;
      readonly packets: number;
    }
  | { readonly kind: 'scored'; readonly summary: AnalysisSummary }
  | { readonly kind: 'exported' }
  | { readonly kind: 'failed'; readonly message: Message };
