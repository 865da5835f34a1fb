// What a reader of an application knows of the flow that it reads.
import type { DataTransfer, Expected } from './expected.ts';

/** What readers are told of the flow that they read. */
export interface ReaderPlace {
  readonly overTcp: boolean;
  /** The time of the capture. */
  readonly seconds: () => number;
  readonly client: bigint;
  readonly server: bigint;
  /** Where readers say which connections follow; null where nobody asks. */
  readonly expected: Expected | null;
  /** What was said of this connection before it began. */
  readonly transfer: DataTransfer | null;
}
