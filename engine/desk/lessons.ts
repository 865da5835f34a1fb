// 'Learn this network' in the window: the open capture is gone through once more against the foreign baseline, what
// would be learned and left out is shown, and only then kept.
import { type LearnedNetwork, type LearnState, SaidError, say } from '../../contract/index.ts';
import { type BaselineDocument, foreignBaseline, learnedFlows, type Model } from '../detect/index.ts';
import { forgetBaseline, keepBaseline, storedBaseline } from '../exchange/index.ts';
import { Pupil, scoreFile } from '../session/index.ts';
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
    const beside = await keepBaseline(this.dataFolder, null, fresh, true);
    if (beside === null) await keepBaseline(this.dataFolder, null, fresh, false);
    this.reviewed = null;
    return this.state();
  }

  forget(): LearnState {
    forgetBaseline(this.dataFolder, null);
    return this.state();
  }
}

function learnedNetwork(doc: BaselineDocument): LearnedNetwork {
  const { network } = doc;
  return {
    learned: doc.learned,
    flows: learnedFlows(doc),
    files: doc.files.length,
    peers: Object.keys(network?.peers ?? {}).length,
    clients: Object.keys(network?.clients ?? {}).length,
    administrators: network?.administrators ?? [],
    mailServers: network?.mailServers ?? [],
  };
}
