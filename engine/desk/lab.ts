// The Lab: measures the judgement on a folder of labelled captures, keeps the last two reports, writes them as files.
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { type EvaluationReport, type LabReport, type LabState, SaidError, say } from '../../contract/index.ts';
import type { Model } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { evaluateFolder, labelledCaptures, reportHtml, reportMarkdown, reportOf, reportTables } from '../lab/index.ts';
import { hasAdopted } from './model-choice.ts';
import { Cancelled, type TimeSlices } from '../view/index.ts';

/** Threads that judge; one is left for the window. */
const MOST_THREADS = 4;

/** Another number wherever the shape of a report changes: one of before is not shown. */
const FORMAT = 2;

interface Kept {
  readonly report: EvaluationReport | null;
  readonly before: EvaluationReport | null;
}

/** With which model captures are judged, and whether it adds its point. */
export interface LabModel {
  readonly name: string;
  readonly file: string;
  readonly witness: boolean;
}

export class Lab {
  private readonly file: string;
  private readonly dataFolder: string;
  private readonly cacheFolder: string;
  private running: LabState['running'] = null;
  private kept: Kept | null = null;
  private closed = false;

  constructor(dataFolder: string, cacheFolder: string) {
    this.dataFolder = dataFolder;
    this.file = join(dataFolder, 'lab', 'reports.json');
    this.cacheFolder = cacheFolder;
  }

  /** @param reports whether the reports are wanted, which may be large */
  state(model: Model, reports: boolean): LabState {
    const report = reports ? this.laidOut() : null;
    const shipped = !hasAdopted(this.dataFolder);
    return { running: this.running, report, model: { name: model.name, sha256: model.sha256, shipped } };
  }

  /** Judges all captures of a folder; the report is kept, and the one before it. @throws SaidError @throws Cancelled */
  async evaluate(named: string, model: LabModel, turns: TimeSlices): Promise<void> {
    if (this.running !== null) throw new SaidError(say('lab-busy'));
    const folder = named.startsWith('~/') ? join(homedir(), named.slice(2)) : named;
    if (!isAbsolute(folder)) throw new SaidError(say('path-not-whole', { path: named }));
    const labelled = labelledCaptures(folder);
    if (!labelled.ok) throw new SaidError(say('lab-cannot-measure', { why: labelled.message }));
    const { captures } = labelled;
    const judged = (label: string): boolean => label === 'malicious' || label === 'benign';
    this.running = { folder, done: 0, all: captures.filter((c) => judged(c.label)).length };
    let broken = false;
    try {
      const results = await evaluateFolder({
        folder,
        captures,
        cacheFolder: this.cacheFolder,
        threads: Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)),
        rulesOnly: !model.witness,
        modelFor: () => model.file,
        wanted: (c) => judged(c.label),
        progress: (done, all) => {
          this.running = { folder, done, all };
        },
        stopped: () => broken || this.closed || turns.cancelled,
      });
      if (turns.cancelled || this.closed) throw new Cancelled('given up');
      const witness = say(model.witness ? 'lab-point-as-is' : 'lab-point-none');
      const report = reportOf(results, { folder, made: new Date().toISOString(), model: model.name, witness });
      await this.keep(report);
    } finally {
      broken = true;
      this.running = null;
    }
  }

  /** Writes the last report. @throws SaidError where there is none @throws WriteError */
  async save(as: 'html' | 'markdown', path: string): Promise<void> {
    const { report } = this.reports;
    const { beforeIt } = this;
    if (report === null) throw new SaidError(say('lab-no-report'));
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, as === 'html' ? reportHtml(report, beforeIt) : reportMarkdown(report, beforeIt));
  }

  /** What is under way is given up. */
  close(): void {
    this.closed = true;
  }

  private laidOut(): LabReport | null {
    const { report } = this.reports;
    if (report === null) return null;
    const { folder, made, model, witness, sums } = report;
    return { folder, made, model, witness, sums, tables: reportTables(report, this.beforeIt) };
  }

  /** The report before the last one, where it is of the same folder. */
  private get beforeIt(): EvaluationReport | null {
    const { report, before } = this.reports;
    return before?.folder === report?.folder ? before : null;
  }

  private get reports(): Kept {
    return (this.kept ??= readKept(this.file));
  }

  private async keep(report: EvaluationReport): Promise<void> {
    this.kept = { report, before: this.reports.report };
    mkdirSync(dirname(this.file), { recursive: true });
    await writeWhole(this.file, JSON.stringify({ format: FORMAT, ...this.kept }));
  }
}

function readKept(file: string): Kept {
  const none: Kept = { report: null, before: null };
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept & { readonly format?: number };
    return kept.format === FORMAT ? { report: kept.report, before: kept.before } : none;
  } catch {
    return none;
  }
}
