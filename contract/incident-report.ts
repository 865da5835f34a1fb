// What a report of incidents is made from, and the page that it becomes: in contract/, since the window makes it in its
// language and the command line in English.
import type { AlertRow, SessionState } from './session.ts';
import type { IncidentWork } from './incident-work.ts';

/** A packet as its line in the list. */
export interface ReportPacket {
  readonly no: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
}

/** A threat rule that is evidence of an incident. */
export interface ReportRule {
  readonly gid: number;
  readonly sid: number;
  readonly rev: number;
  readonly msg: string;
  readonly classtype: string | null;
  /** As the rule writes them: `url,example.test/advisory`. */
  readonly references: readonly string[];
  readonly file: string;
  readonly line: number;
  /** As it stands in the file; null where the file has changed since. */
  readonly text: string | null;
}

export interface ReportIncident {
  readonly alert: AlertRow;
  readonly work: IncidentWork;
  readonly allowed: boolean;
  /** Packets that show its evidence, by their number. */
  readonly packets: readonly ReportPacket[];
  /** Threat rules among its evidence. */
  readonly rules?: readonly ReportRule[];
}

export interface ReportHost {
  readonly address: string;
  readonly names: readonly string[];
  readonly flows: number;
  readonly peers: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly first: number;
  readonly last: number;
}

export interface ReportData {
  readonly product: string;
  /** ISO 8601. */
  readonly made: string;
  readonly by: string;
  readonly capture: {
    readonly name: string;
    /** One of each file, in their order; null where it could not be read, or is still being written. */
    readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string | null }[];
    readonly packets: number;
    readonly flows: number;
    /** Packets were shown at other times than those of the capture, which a report has throughout. */
    readonly shifted: boolean;
    /** Seconds since the epoch. */
    readonly first: number | null;
    readonly last: number | null;
    readonly captureFilter: string;
    readonly interface: string | null;
    readonly status: SessionState['status'];
  };
  readonly judged: { readonly model: string; readonly sha256: string; readonly learned: boolean };
  readonly incidents: readonly ReportIncident[];
  /** Incidents of the list that the report does not hold. */
  readonly left: number;
  readonly hosts: readonly ReportHost[];
  /** Packets over the time of the capture. */
  readonly timeline: { readonly from: number; readonly to: number; readonly packets: readonly number[] };
}
