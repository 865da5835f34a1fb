// Rows of THREAT_MODEL.md: what could be done, what keeps it from being done, and the test that fails without.

/** A text of a source and what stands there instead when the mitigation is taken out. */
export interface Change {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

export interface Attack {
  /** Letters of STRIDE. */
  readonly stride: string;
  readonly threat: string;
  /** A test file, and the name of the test in it. */
  readonly test: readonly [file: string, name: string];
  /** It goes on from what tests before it in the file did, so that all of them are run. */
  readonly isInOrder?: true;
}

export interface Mitigation {
  readonly id: string;
  readonly name: string;
  readonly changes: readonly Change[];
  readonly attack: Attack;
}

/** Rows of one boundary. */
export interface Boundary {
  readonly title: string;
  /** What crosses it, from whom. */
  readonly about: string;
  readonly rows: readonly Mitigation[];
}

/** One that stands in one place. */
export function instead(id: string, name: string, file: string, text: string, by: string, attack: Attack): Mitigation {
  return { id, name, changes: [{ file, text, by }], attack };
}
