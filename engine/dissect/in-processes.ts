// Work on pieces of a capture by processes of their own, so that trees that somebody waits for do not wait.
import type { TimeSlices } from '../view/index.ts';
import { DissectProcess } from './process.ts';
import type { DissectSetup } from './setup.ts';

/**
 * Has each piece worked on once, in their order as processes come free. Processes end with the work, and at once when
 * it is given up: one that is busy is not waited for.
 * @param most processes at once
 */
export async function inProcesses<Piece>(
  pieces: readonly Piece[],
  setup: DissectSetup,
  most: number,
  turns: TimeSlices,
  work: (engine: DissectProcess, piece: Piece) => Promise<void>,
): Promise<void> {
  const processes: DissectProcess[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    const engine = new DissectProcess(() => undefined, setup);
    processes.push(engine);
    while (next < pieces.length) await work(engine, pieces[next++]!);
  };
  const given = turns.onCancel;
  const close = (): void => processes.forEach((engine) => engine.close());
  turns.onCancel = () => {
    given?.();
    close();
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(most, pieces.length)) }, one));
  } finally {
    close();
  }
}
