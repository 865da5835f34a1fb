// Makes models with sources left out in a thread of its own: a window goes on, and does not load what trains.
import { parentPort, workerData } from 'node:worker_threads';
import { type Message, saidBy } from '../../contract/index.ts';
import { leaveOut, type LeftOut, type LeftOutOptions } from './left-out.ts';

export type LeftOutAnswer =
  | { readonly doing: 'reading' | 'training'; readonly done: number; readonly all: number }
  | { readonly made: LeftOut | null }
  | { readonly problem: Message };

function tell(answer: LeftOutAnswer): void {
  parentPort!.postMessage(answer);
}

async function make(): Promise<void> {
  try {
    tell({ made: await leaveOut(workerData as LeftOutOptions, (doing, done, all) => tell({ doing, done, all })) });
  } catch (error) {
    tell({ problem: saidBy(error) });
  }
}

// Not awaited here: Node 24 brings the whole process down where a thread is terminated whose module still waits.
void make();
