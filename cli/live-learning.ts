// `sightline capture --learn HOURS`: the first hours of a live capture are learned while it goes on.
import { count, english, saidBy } from '../contract/index.ts';
import { type BaselineDocument, isOfModel, keepBaseline, learnedFlows, type Model, Pupil } from '../engine/host.ts';
import type { CaptureSession } from '../engine/host-capture.ts';
import { type Folders, say, UsageError } from './context.ts';
import { driftLines, networkText, reviewLines } from './learning.ts';
import { storedBaseline } from './models.ts';

const HOUR = 3_600;

export interface LessonCall {
  readonly hours: number;
  /** Of the network, null for the one without. */
  readonly name: string | null;
}

/** Learns once, when the hours are there, or at the end from what there is. */
export class LiveLesson {
  /** What was learned could not be kept. */
  failed = false;
  private readonly call: LessonCall;
  private readonly model: Model;
  private readonly folders: Folders;
  private over = false;

  /** @throws UsageError where more cannot be learned beside what is there */
  constructor(call: LessonCall, model: Model, folders: Folders) {
    const old = storedBaseline(folders, call.name);
    if (old !== null && !isOfModel(old, model))
      throw new UsageError(
        `what was learned of ${networkText(call.name)} belongs to another model; 'sightline learn --forget' first`,
      );
    this.call = call;
    this.model = model;
    this.folders = folders;
  }

  async look(session: CaptureSession): Promise<void> {
    if (!this.over && session.lasted >= this.call.hours * HOUR) await this.learn(session);
  }

  async end(session: CaptureSession): Promise<void> {
    if (this.over) return;
    const hours = (session.lasted / HOUR).toFixed(1);
    say(`The capture ended after ${hours} of ${count(this.call.hours)} hours: what came by then is learned.`);
    await this.learn(session);
  }

  private async learn(session: CaptureSession): Promise<void> {
    this.over = true;
    const pupil = new Pupil(this.model);
    await session.teach(pupil, this.call.hours * HOUR);
    const fresh = pupil.document(new Date());
    if (fresh === null) say('Nothing was learned: no flow could be taken for ordinary.');
    else await this.keep(fresh);
    say(...reviewLines(pupil.review, pupil.leftOut));
  }

  private async keep(fresh: BaselineDocument): Promise<void> {
    const { name } = this.call;
    try {
      const kept = await keepBaseline(this.folders.data, name, fresh, true);
      if (kept === null) throw new Error('what is there was learned with another model');
      const used = name === null ? '' : ` with --network ${name}, and live ones on an interface of that name`;
      say(
        `Learned ${networkText(name)} from ${count(learnedFlows(fresh))} flows; captures are judged by it${used}.`,
        ...(kept.merged === null ? [] : driftLines(kept.merged)),
      );
    } catch (error) {
      // The capture goes on whatever the disk of the data folder says.
      this.failed = true;
      say(`What was learned is not kept: ${english(saidBy(error))}`);
    }
  }
}
