// 'Learn this network' in the window: the open capture is gone through once more against the foreign baseline, what
// would be learned and left out is shown, and only then kept.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type LearnedNetwork, type LearnState, SaidError, say } from '../../contract/index.ts';
import { type BaselineDocument, foreignBaseline, mergeBaselines, type Model } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { baselinePath, Pupil, scoreFile, storedBaseline } from '../session/index.ts';
import { Cancelled, type TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** Incidents that are shown for review. */
const MAX_REVIEW = 100;

export class Lessons {
  private readonly dataFolder: string;
  private readonly cacheFolder: string;
  /** What was reviewed last and may be kept. */
  private reviewed: BaselineDocument | null = null;

  constructor(dataFolder: string, cacheFolder: string) {
    this.dataFolder = dataFolder;
    this.cacheFolder = cacheFolder;
  }

  state(review: LearnState['review'] = null): LearnState {
    const { document } = storedBaseline(this.dataFolder);
    return { stored: document === null ? null : learnedNetwork(document), review };
  }

  /** Goes through a capture that was read to its end. Nothing is kept yet. */
  async review(model: Model, s: CaptureSession, turns: TimeSlices): Promise<LearnState> {
    if (s.phase !== 'done') throw new SaidError(say('learn-when-done'));
    this.reviewed = null;
    const pupil = new Pupil(model);
    const lesson = pupil.capture(s.options.name);
    const { scorer } = await scoreFile(
      s.options.path,
      {
        model,
        baseline: foreignBaseline(model),
        threads: 2,
        cacheFolder: this.cacheFolder,
        timeouts: s.options.timeouts,
      },
      { ...lesson, progress: () => !turns.cancelled },
    );
    if (turns.cancelled) throw new Cancelled('given up');
    lesson.finish(scorer);
    this.reviewed = pupil.document(new Date());
    return this.state({
      flows: pupil.flows,
      leftOut: pupil.leftOut,
      incidents: pupil.review.slice(0, MAX_REVIEW).map(({ lesson: what, title, points }) => ({ what, title, points })),
      more: Math.max(0, pupil.review.length - MAX_REVIEW),
    });
  }

  /** Keeps what was reviewed, beside what was learned before with the same model. */
  async keep(): Promise<LearnState> {
    const fresh = this.reviewed;
    if (fresh === null) throw new SaidError(say('nothing-reviewed'));
    const old = storedBaseline(this.dataFolder).document;
    const merged = old === null ? null : mergeBaselines(old, fresh);
    const path = baselinePath(this.dataFolder);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await writeWhole(path, `${JSON.stringify(merged?.document ?? fresh, null, 1)}\n`);
    this.reviewed = null;
    return this.state();
  }

  forget(): LearnState {
    rmSync(baselinePath(this.dataFolder), { force: true });
    return this.state();
  }
}

function learnedNetwork(doc: BaselineDocument): LearnedNetwork {
  const { network } = doc;
  return {
    learned: doc.learned,
    flows: doc.groups['all']?.flows ?? 0,
    files: doc.files.length,
    peers: Object.keys(network?.peers ?? {}).length,
    clients: Object.keys(network?.clients ?? {}).length,
    administrators: network?.administrators ?? [],
    mailServers: network?.mailServers ?? [],
  };
}
