// Asks the dissection engine what every packet of a capture consists of, a few hundred packets at a time, so that a
// tree that somebody waits for comes between.
import { type Message, say } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { expertsInPieces, type PiecesTold } from './expert-pieces.ts';
import type { DissectProcess } from './process.ts';
import { DissectSetup } from './setup.ts';
import type { ExpertItem } from './survey-frames.ts';
import { isWhole, loadWhole, type TreeSource } from './trees.ts';

const AT_ONCE = 250;
const PIECE_LIMIT = 60_000;

export interface SurveyTaker {
  /** @param path protocols of the packet, the outermost first */
  packet(row: number, path: readonly string[]): void;
  expert(item: ExpertItem): void;
}

export type SurveyAnswer = { readonly ok: true } | { readonly ok: false; readonly message: Message };

export class Surveyor {
  private readonly process: DissectProcess;
  private readonly setup: DissectSetup;
  private readonly most: number;

  /** @param setup what processes for pieces are told @param most of them at once */
  constructor(process: DissectProcess, setup = new DissectSetup(), most = 1) {
    this.process = process;
    this.setup = setup;
    this.most = most;
  }

  /** Expert information of a capture that the engine does not take whole. */
  experts(s: TreeSource, take: (item: ExpertItem) => void, turns: TimeSlices): Promise<PiecesTold> {
    return expertsInPieces(s, this.setup, this.most, take, turns);
  }

  /** Whether the engine may have the whole capture. */
  takes(s: Pick<TreeSource, 'analysis' | 'wholeBytes'>): boolean {
    return isWhole(s);
  }

  /** Tells of every packet in order. */
  async survey(s: TreeSource, take: SurveyTaker, turns: TimeSlices): Promise<SurveyAnswer> {
    const total = s.analysis.packets.count;
    for (let from = 0; from < total; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, total - from);
      // Loading and asking go together; trees and rows that somebody waits for come between two pieces.
      const asked = await this.process.inTurnAgain(
        async () =>
          (await loadWhole(this.process, s, null)) ??
          this.process.ask({ kind: 'survey', from: from + 1, count }, PIECE_LIMIT),
      );
      if (!asked.ok)
        return { ok: false, message: asked.died ? say('stats-ended', { packet: from + 1 }) : asked.message };
      const { paths, pathOf, experts } = asked.reply.survey!;
      const split = paths.map((path) => (path === '' ? [] : path.split(' ')));
      for (let i = 0; i < count; i++) take.packet(from + i, split[pathOf[i]!]!);
      for (const item of experts) take.expert(item);
      turns.done = (from + count) / total;
      await turns.rest();
    }
    return { ok: true };
  }
}
