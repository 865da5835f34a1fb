// How much work a compiled pattern is.
import type { RE2JS } from 're2js';

/** Kinds of instruction in re2js's programs: a fork, and one character of several. */
const ALT = 1;
const ALT_MATCH = 2;
const RUNE = 8;
const RUNE_ANY = 10;

interface Program {
  readonly re2Input: {
    readonly prog: { readonly inst: readonly { readonly op: number; readonly runes: Int32Array }[] };
  };
}

/**
 * How many steps of a compiled pattern are no single character: alternatives, repetitions, classes, as often as a count
 * writes them out. Time is linear in the number of bytes for every pattern, but each such step may be tried at every
 * byte. The package tells the size only, so its program is read.
 */
export function branchesOf(compiled: RE2JS): number {
  const { inst } = (compiled as unknown as Program).re2Input.prog;
  return inst.filter(
    (i) => i.op === ALT || i.op === ALT_MATCH || i.op >= RUNE_ANY || (i.op === RUNE && i.runes.length > 1),
  ).length;
}
