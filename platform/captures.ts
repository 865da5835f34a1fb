// What the server needs of the rooms that hold, queue and judge captures (`uploads`, `queue`, `analysis`). The server
// has checked who asks and whether the capture is his before it calls anything here: ids that come in are trusted, file
// names and bytes are not.
import type { Readable } from 'node:stream';
import type { IncidentRecord, Message } from '../contract/index.ts';
import type {
  Capture,
  CaptureChange,
  CaptureRow,
  CaptureState,
  CapturesQuery,
  DownloadForm,
  EvidenceItem,
  Flows,
  FlowsQuery,
  Page,
  PageQuery,
  ProtocolCount,
  RefusalCode,
} from './contract.ts';
import type { Sql } from './store/index.ts';
import type { Windows } from './window/index.ts';

/** What was asked for, or the sentence and the code that say why not. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: RefusalCode; readonly why: Message };

export interface Upload {
  readonly owner: string;
  /** Any text; never part of a path. */
  readonly name: string;
  /** Bytes that it may have: the smaller of the limit of a file and what is left to the account. */
  readonly most: number;
  /** Which of the two `most` is: too much of it is `too-large` or `over-quota`. */
  readonly bound: 'file' | 'account';
  /** What the request says; null where it does not. */
  readonly length: number | null;
}

/** A file on its way out. */
export interface Download {
  readonly bytes: Readable;
  /** Null where it is not known before. */
  readonly length: number | null;
  readonly type: string;
  /** What the browser shall call it: an ending that fits, nothing that a system would not take. */
  readonly name: string;
}

export interface Captures {
  /** Streams a body to disk and recognises it. An upload that fails, or breaks off, leaves nothing behind. */
  receive(from: Readable, upload: Upload): Promise<Outcome<Capture>>;
  /** The second confirmation: once. A capture that is confirmed already answers its state. */
  confirm(id: string, analyse: boolean, waitingMost: number): Promise<Outcome<CaptureState>>;
  /** Bytes, results and all rows are gone when this returns; a worker that has it is ended. */
  remove(id: string): Promise<void>;
  list(owner: string, query: CapturesQuery): Promise<Page<CaptureRow>>;
  /** Null where it is gone. @param own as in `Capture` */
  view(id: string, own: boolean): Promise<Capture | null>;
  /** These four are `conflict` while there is no result. */
  incidents(id: string, page: PageQuery): Promise<Outcome<Page<IncidentRecord>>>;
  flows(id: string, query: FlowsQuery): Promise<Outcome<Flows>>;
  evidence(id: string, page: PageQuery): Promise<Outcome<Page<EvidenceItem>>>;
  protocols(id: string): Promise<Outcome<Page<ProtocolCount>>>;
  /**
   * `pcapng` is there as soon as the capture is; its labels come from the table `labels`.
   *
   * @param given up by who asked
   */
  download(id: string, as: DownloadForm, given?: AbortSignal): Promise<Outcome<Download>>;
  /**
   * Tells of changes of an account's captures, those of other servers on the same store too, within two seconds.
   * @returns a function that ends it
   */
  watch(owner: string, hear: (change: CaptureChange) => void): () => void;
  /** Opens the window on a capture. @returns its address, good once @param stillMay whether its opener may still see it */
  window(id: string, stillMay: () => Promise<boolean>): Promise<Outcome<string>>;
  /** What is open. */
  readonly windows: Windows;
  /** Workers end and give back what they had; nothing is lost. */
  close(): Promise<void>;
}

/** What the room of captures begins with: `openCaptures`, which the room `queue` has. */
export interface CapturesOptions {
  readonly sql: Sql;
  /** Holds bytes and results; all servers of one store have the same. */
  readonly folder: string;
  /** Processes that judge at once; 0 where another server does that. */
  readonly workers: number;
  /** Most of a worker, MiB. */
  readonly memory: number;
  /** Most that one capture is analysed. */
  readonly seconds: number;
}

export type OpenCaptures = (options: CapturesOptions) => Promise<Captures>;
