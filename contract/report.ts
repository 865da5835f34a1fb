// A measurement laid out as tables: what the command line, documents and the Lab show, each in its language.
import type { EvaluationReport } from './evaluation.ts';
import type { Message } from './messages.ts';

/** A name of ours that stands in records and documents, what it means in words, and its points where it has some. */
export interface NamedCell {
  readonly name: string;
  readonly means: Message;
  readonly points: number | null;
}

/** So many of so many; what is asked of the share, where something is. */
export interface ShareCell {
  readonly n: number;
  readonly of: number;
  readonly goal: { readonly atLeast: boolean; readonly share: number; readonly met: boolean } | null;
}

export interface TonedCell {
  readonly text: string | Message;
  readonly tone: 'good' | 'bad' | 'dim';
}

/** A feature of flows, by its name; a window knows what it means. */
export interface FeatureCell {
  readonly feature: string;
}

/** A group of features, by its English title. */
export interface FeatureGroupCell {
  readonly featureGroup: string;
}

/** A list is of names that stand with commas between them, or of sentences that follow each other. */
export type ReportCell =
  | string
  | number
  | Message
  | ShareCell
  | TonedCell
  | FeatureCell
  | FeatureGroupCell
  | { readonly names: readonly NamedCell[] }
  | { readonly sentences: readonly Message[] };

export interface ReportColumn {
  /** Null is a column without a head. */
  readonly title: Message | null;
  readonly numbers: boolean;
}

export interface ReportTable {
  readonly id: string;
  readonly title: Message;
  /** What the figures are, above them. */
  readonly note: Message | null;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
}

/** A figure that stands above the tables, and what it is to be held against. */
export interface ReportFigure {
  readonly title: Message;
  readonly value: ReportCell;
  readonly note: Message | null;
}

/** A report as a window gets it: its tables, and of the report itself what stands above them. */
export interface LabReport extends Pick<EvaluationReport, 'folder' | 'made' | 'model' | 'witness' | 'sums'> {
  /** Of the model that it is compared with. */
  readonly comparedSums: EvaluationReport['sums'] | null;
  readonly headline: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
}

export interface LabProgress {
  /** How far it is, in words and in numbers of what is being done; there may be more to do after it. */
  readonly said: Message;
  readonly done: number;
  readonly all: number;
}

/** What the Lab has: a measurement under way, the last one beside the one before it, the model that judges. */
export interface LabState {
  readonly running: LabProgress | null;
  readonly report: LabReport | null;
  readonly model: { readonly name: string; readonly sha256: string; readonly shipped: boolean };
}
