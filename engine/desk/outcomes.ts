// What is known of each flow beside its columns: verdict, score, the numbers they came from, label. Arrays that double.
import { NO_LABEL, VERDICT_OPEN, VERDICTS, type FlowRow, type Verdict } from '../../contract/index.ts';

export class Outcomes {
  verdict = new Uint8Array(1024).fill(VERDICT_OPEN);
  score = new Float32Array(1024).fill(NaN);
  raw = new Float64Array(1024).fill(NaN);
  novelty = new Float64Array(1024);
  group = new Uint8Array(1024);
  label = new Uint8Array(1024).fill(NO_LABEL);
  readonly counts: Record<Verdict, number> = { malicious: 0, suspicious: 0, unfamiliar: 0, benign: 0 };

  ensure(rows: number): void {
    if (rows <= this.verdict.length) return;
    const size = Math.max(rows, this.verdict.length * 2);
    this.verdict = grown(this.verdict, new Uint8Array(size).fill(VERDICT_OPEN));
    this.score = grown(this.score, new Float32Array(size).fill(NaN));
    this.raw = grown(this.raw, new Float64Array(size).fill(NaN));
    this.novelty = grown(this.novelty, new Float64Array(size));
    this.group = grown(this.group, new Uint8Array(size));
    this.label = grown(this.label, new Uint8Array(size).fill(NO_LABEL));
  }

  judge(row: FlowRow, verdict: Verdict): void {
    const before = VERDICTS[this.verdict[row]!];
    if (before !== undefined) this.counts[before]--;
    this.verdict[row] = VERDICTS.indexOf(verdict);
    this.counts[verdict]++;
  }
}

function grown<A extends Uint8Array | Float32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
