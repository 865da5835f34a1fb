// Long work in turns, as the view's slices give them.

/** How far work is, and whether it was given up; `rest` throws then. */
export interface Turns {
  done: number;
  readonly cancelled: boolean;
  readonly due: boolean;
  rest(): Promise<void>;
}
