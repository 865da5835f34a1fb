// What the vectors of judged captures tell of their sources; found in a thread of its own.
import { type Message, SaidError, type SourceAudit } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { AuditAnswer, AuditTask } from './audit-worker.ts';
import { sourceFamily } from './groups.ts';
import type { CaptureResult } from './result.ts';
import { runThread, type Told } from './thread.ts';

/**
 * @param places of the features that the model has
 * @returns null where fewer than two sources have enough captures @throws the signal's reason
 */
export function auditOf(
  results: readonly CaptureResult[],
  places: Int32Array,
  told: Told,
): Promise<SourceAudit | null> {
  told.progress('auditing', 0, 1);
  const sourceNames = [...new Set(results.map((c) => sourceFamily(c.source)))];
  const counts = results.map((c) => c.sample.length / FEATURE_COUNT);
  const rows = counts.reduce((a, b) => a + b, 0);
  const x = new Float32Array(rows * FEATURE_COUNT);
  const source = new Int32Array(rows);
  const capture = new Int32Array(rows);
  let row = 0;
  for (const [i, c] of results.entries()) {
    x.set(c.sample, row * FEATURE_COUNT);
    source.fill(sourceNames.indexOf(sourceFamily(c.source)), row, row + counts[i]!);
    capture.fill(i, row, row + counts[i]!);
    row += counts[i]!;
  }
  const task: AuditTask = { flows: { rows, stride: FEATURE_COUNT, x, source, capture, sourceNames }, places };
  return runThread(import.meta.url, 'audit-worker', task, heard, told.signal);
}

function heard(answer: AuditAnswer): { readonly result: SourceAudit | null } {
  if ('problem' in answer) throw new SaidError(answer.problem satisfies Message);
  return { result: answer.audit };
}
