// Blocks of vectors and their scores: the host side of `kernel/trees.ts`.
import { kernelMemory, startKernel } from '../flow/index.ts';
import type { PackedTrees } from './packed-trees.ts';

/** `kernel/trees.ts` says what each is. Addresses are bytes from the beginning of its memory. */
interface TreesExports {
  take(bytes: number): number;
  masks(
    count: number,
    base: number,
    scale: number,
    asked: number,
    features: number,
    splits: number,
    missing: number,
    leaves: number,
  ): void;
  nodes(count: number, base: number, scale: number, roots: number, at: number): void;
  score(x: number, count: number, stride: number, raw: number, novelty: number): void;
}

/** Vectors that the kernel takes side by side. */
const SIDE_BY_SIDE = 4;

/** A kernel with one set of trees, and room for a block. */
class BlockScorer {
  private readonly memory = kernelMemory();
  private readonly exports = startKernel('trees', this.memory) as TreesExports;
  private vectors: Float32Array = new Float32Array(0);
  private raw: Float64Array = new Float64Array(0);
  private novelty: Float64Array = new Float64Array(0);

  constructor(p: PackedTrees) {
    const { exports: k } = this;
    if (p.kind === 'walk') k.nodes(p.count, p.base, p.scale, this.lay(p.roots), this.lay(p.nodes));
    else {
      const [features, splits, missing] = [this.lay(p.features), this.lay(p.splits), this.lay(p.missing)];
      k.masks(p.count, p.base, p.scale, p.features.length / 4, features, splits, missing, this.lay(p.leaves));
    }
  }

  score(x: Float32Array, count: number, width: number, raw: Float64Array, novelty: Float64Array): void {
    this.makeRoom(Math.ceil(x.length / width / SIDE_BY_SIDE) * SIDE_BY_SIDE, width);
    const numbers = count * width;
    this.vectors.set(x.length === numbers ? x : x.subarray(0, numbers));
    this.exports.score(this.vectors.byteOffset, count, width * 4, this.raw.byteOffset, this.novelty.byteOffset);
    raw.set(this.raw.subarray(0, count));
    novelty.set(this.novelty.subarray(0, count));
  }

  /** For the largest block that was given; all of them are of one size but in tests. */
  private makeRoom(rows: number, width: number): void {
    const { exports: k, memory } = this;
    if (this.vectors.length >= rows * width && this.raw.length >= rows) return;
    const at = [k.take(rows * width * 4), k.take(rows * 8), k.take(rows * 8)] as const;
    this.vectors = new Float32Array(memory.buffer, at[0], rows * width);
    this.raw = new Float64Array(memory.buffer, at[1], rows);
    this.novelty = new Float64Array(memory.buffer, at[2], rows);
  }

  /** @returns where it lies in the kernel's memory */
  private lay(a: Uint32Array | Int32Array | Float64Array): number {
    const at = this.exports.take(a.byteLength);
    new Uint8Array(this.memory.buffer, at, a.byteLength).set(new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
    return at;
  }
}

/** One for each thread and set of trees. */
const scorers = new WeakMap<PackedTrees, BlockScorer>();

/** Scores `count` vectors of `width` one after another in `x`: the same numbers as `scoreVector`. */
export function scoreBlock(
  p: PackedTrees,
  x: Float32Array,
  count: number,
  width: number,
  raw: Float64Array,
  novelty: Float64Array,
): void {
  let scorer = scorers.get(p);
  if (scorer === undefined) scorers.set(p, (scorer = new BlockScorer(p)));
  scorer.score(x, count, width, raw, novelty);
}
