// A window that asks, and the shape of what answers it: one function a request kind.
import type { Replies, Request, RequestKind } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';

/** A window that asks. */
export interface Asker {
  client: string;
  /** Long work of this window by request, so that it can be cancelled. */
  readonly jobs: Map<number, TimeSlices>;
  /** Files that the window may fetch, by their ids. */
  readonly files: Map<string, string>;
}

export type Handlers = {
  readonly [K in RequestKind]: (
    desk: Desk,
    asker: Asker,
    body: Request<K>,
    turns: TimeSlices,
  ) => Replies[K] | Promise<Replies[K]>;
};
