// 'Learn this network' in the window: the open capture, or the first hours of a live one, is reviewed: what would be
// learned, what is left out; and only then kept, by the name of a network.
//
// A file is gone through once more against the foreign baseline. A live capture is learned from as it was heard, since
// its first segments may be gone by then: flows that were over within the hours, without what it raised.
import { type LearnedNetwork, type LearnMoved, type LearnState, SaidError, say } from '../../contract/index.ts';
import {
  type BaselineDocument,
  foreignBaseline,
  isOfModel,
  learnedFlows,
  type Merged,
  type Model,
} from '../detect/index.ts';
import { forgetBaseline, keepBaseline, learnedNetworks, storedBaseline, writeBaseline } from '../exchange/index.ts';
import { Pupil, type Reviewed, scoreFile } from '../session/index.ts';
import { Cancelled, type TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** Incidents that are shown for review, and new peers. */
const MAX_REVIEW = 100;
const MAX_PEERS = 10;
const HOUR = 3_600;

/** A live capture whose first hours are waited for. */
interface Awaited {
  readonly session: CaptureSession;
  readonly hours: number;
  ready: boolean;
}

export class Lessons {
  private readonly dataFolder: string;
  private readonly cacheFolder: string;
  /** What was reviewed last and may be kept. */
  private reviewed: BaselineDocument | null = null;
  private awaited: Awaited | null = null;

  constructor(dataFolder: string, cacheFolder: string) {
    this.dataFolder = dataFolder;
    this.cacheFolder = cacheFolder;
  }

  /** @param model in use, with which baselines must have been learned */
  state(model: Model, more: Partial<Pick<LearnState, 'review' | 'moved'>> = {}): LearnState {
    const networks = learnedNetworks(this.dataFolder).flatMap((name): LearnedNetwork[] => {
      const { document } = storedBaseline(this.dataFolder, name);
      return document === null ? [] : [learnedNetwork(name ?? '', document, model)];
    });
    return { networks, review: null, moved: null, ...more };
  }

  /**
   * Goes through the open capture. Nothing is kept yet.
   * @param hours of a live one that are learned from, the first; null for all by now
   */
  async review(model: Model, s: CaptureSession, hours: number | null, turns: TimeSlices): Promise<LearnState> {
    this.reviewed = null;
    const pupil = new Pupil(model);
    if (s.options.live !== null) await this.hear(pupil, model, s, hours);
    else await this.read(pupil, model, s, turns);
    this.reviewed = pupil.document(new Date());
    // What is left out first, the gravest before.
    const gravest = pupil.review.toSorted((a, b) => leftOut(b) - leftOut(a) || b.points - a.points);
    const incidents = gravest.slice(0, MAX_REVIEW);
    return this.state(model, {
      review: {
        flows: pupil.flows,
        leftOut: pupil.leftOut,
        incidents: incidents.map(({ lesson: what, title, points }) => ({ what, title, points })),
        more: pupil.review.length - incidents.length,
      },
    });
  }

  /** Waits for the first hours of a live capture. @param hours null gives it up */
  wait(s: CaptureSession, hours: number | null): void {
    if (s.options.live === null) throw new SaidError(say('learn-only-live'));
    this.awaited = hours === null ? null : { session: s, hours, ready: false };
    this.look([s]);
  }

  /** Looks how far the capture is, if it is among those that are open, and tells windows when the hours are there. */
  look(open: readonly CaptureSession[]): void {
    const { awaited } = this;
    if (awaited === null) return;
    const s = awaited.session;
    if (!open.includes(s)) {
      this.awaited = null;
      return;
    }
    if (awaited.ready || (s.lasted < awaited.hours * HOUR && !isOver(s))) return;
    awaited.ready = true;
    s.touch();
  }

  /** What the window shows of the waiting. */
  learning(s: CaptureSession): { readonly hours: number; readonly lasted: number; readonly ready: boolean } | null {
    const { awaited } = this;
    if (awaited?.session !== s) return null;
    return { hours: awaited.hours, lasted: s.lasted, ready: awaited.ready };
  }

  /**
   * Keeps what was reviewed.
   * @param replace in the place of what was learned of that network before; else beside it, where the model is the same
   */
  async keep(model: Model, network: string, replace: boolean): Promise<LearnState> {
    const fresh = this.reviewed;
    if (fresh === null) throw new SaidError(say('nothing-reviewed'));
    const name = network === '' ? null : network;
    const beside = replace ? null : await keepBaseline(this.dataFolder, name, fresh, true);
    const kept = beside ?? (await keepBaseline(this.dataFolder, name, fresh, false));
    this.reviewed = null;
    this.awaited = null;
    const merged = kept?.merged ?? null;
    return this.state(model, { moved: merged === null ? null : movedBy(merged) });
  }

  /** Writes what is learned of a network to a file, which names hosts. */
  async exportTo(path: string, network: string): Promise<void> {
    const { document, note } = storedBaseline(this.dataFolder, network === '' ? null : network);
    if (document === null) throw new SaidError(note ?? say('nothing-learned-of', { name: network }));
    await writeBaseline(path, document);
  }

  forget(model: Model, network: string): LearnState {
    forgetBaseline(this.dataFolder, network === '' ? null : network);
    return this.state(model);
  }

  private async hear(pupil: Pupil, model: Model, s: CaptureSession, hours: number | null): Promise<void> {
    if (s.options.model.sha256 !== model.sha256) throw new SaidError(say('learn-other-model'));
    await s.teach(pupil, hours === null ? Infinity : hours * HOUR);
  }

  private async read(pupil: Pupil, model: Model, s: CaptureSession, turns: TimeSlices): Promise<void> {
    if (s.phase !== 'done') throw new SaidError(say('learn-when-done'));
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
  }
}

function leftOut({ lesson }: Reviewed): number {
  return lesson === 'left-out' ? 1 : 0;
}

function isOver(s: CaptureSession): boolean {
  return s.phase === 'done' || s.phase === 'failed';
}

function learnedNetwork(name: string, doc: BaselineDocument, model: Model): LearnedNetwork {
  const { network } = doc;
  return {
    name,
    learned: doc.learned,
    usable: isOfModel(doc, model),
    flows: learnedFlows(doc),
    peers: Object.keys(network?.peers ?? {}).length,
    administrators: network?.administrators ?? [],
    mailServers: network?.mailServers ?? [],
  };
}

function movedBy({ document, drift, newPeers, newNames }: Merged): LearnMoved {
  return {
    flows: learnedFlows(document),
    groups: drift.map(({ group, before, after }) => ({
      group,
      suspicious: [before.suspicious, after.suspicious],
      malicious: [before.malicious, after.malicious],
    })),
    newPeers: newPeers.length,
    newNames: newNames.length,
    peers: newPeers.slice(0, MAX_PEERS),
  };
}
