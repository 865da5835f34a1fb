// The Lab: measures the judgement on a folder of labelled captures, keeps the last two reports, writes them as files.
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import {
  type EvaluationReport,
  type LabReport,
  type LabState,
  type Request,
  SaidError,
  say,
} from '../../contract/index.ts';
import type { Model } from '../detect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import {
  asItIs,
  byLeftOut,
  byRulesAlone,
  headlineOf,
  type Judges,
  labelledCaptures,
  measure,
  reportHtml,
  reportJson,
  reportMarkdown,
  reportTables,
  type Told,
} from '../lab/index.ts';
import { adoptedFile, hasAdopted, type LabelledCapture, shippedFile, usableModel } from '../session/index.ts';
import { Cancelled, type TimeSlices } from '../view/index.ts';

/** Threads that judge; one is left for the window. */
const MOST_THREADS = 4;

/** Another number wherever the shape of a report changes: one of before is not shown. */
const FORMAT = 5;

interface Kept {
  readonly report: EvaluationReport | null;
  readonly before: EvaluationReport | null;
}

/** The model in use, and the program's folder with the shipped one. */
export interface LabModels {
  readonly root: string;
  readonly inUse: Model;
}

const DOCUMENTS = { html: reportHtml, markdown: reportMarkdown, json: reportJson } as const;

type Choice = Request<'evaluate'>['judge'];

/** What is asked to be measured. */
interface Asked {
  readonly folder: string;
  readonly captures: readonly LabelledCapture[];
  readonly models: LabModels;
}

export class Lab {
  private readonly file: string;
  private readonly dataFolder: string;
  private readonly cacheFolder: string;
  private running: LabState['running'] = null;
  private kept: Kept | null = null;
  private stop: AbortController | null = null;

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
  async evaluate(asked: Request<'evaluate'>, models: LabModels, turns: TimeSlices): Promise<void> {
    if (this.running !== null) throw new SaidError(say('lab-busy'));
    const folder = wholePath(asked.folder);
    const labelled = labelledCaptures(folder);
    if (!labelled.ok) throw new SaidError(say('lab-cannot-measure', { why: labelled.message }));
    const { captures } = labelled;
    const stop = new AbortController();
    this.stop = stop;
    turns.onCancel = () => stop.abort(new Cancelled('given up'));
    const told: Told = {
      progress: (doing, done, all) => {
        this.running = { said: say(`lab-doing-${doing}`, { done, all }), done, all };
      },
      signal: stop.signal,
    };
    told.progress('judging', 0, captures.length);
    try {
      const all = { folder, captures, models };
      const judges = await this.judges(asked.judge, all, told);
      const against = asked.against === null ? null : await this.judges(asked.against, all, told);
      const { cacheFolder } = this;
      await this.keep(await measure({ folder, captures, cacheFolder, threads: threads(), judges, against }, told));
    } finally {
      this.stop = null;
      this.running = null;
    }
  }

  /** @throws SaidError for a model that cannot be used, and where no source can be left out */
  private async judges(choice: Choice, { folder, captures, models }: Asked, told: Told): Promise<Judges> {
    const shipped = shippedFile(models.root);
    switch (choice.by) {
      case 'rules':
        return byRulesAlone(shipped);
      case 'in-use':
        return asItIs(this.fileInUse(models), models.inUse, 'lab-point-as-is');
      case 'shipped':
        return asItIs(shipped, usableModel(shipped), 'lab-point-shipped');
      case 'file': {
        const path = wholePath(choice.path ?? '');
        return asItIs(path, usableModel(path), 'lab-point-as-is');
      }
      case 'left-out': {
        const { cacheFolder } = this;
        const o = { folder, captures, cacheFolder, threads: threads(), own: false };
        const judges = await byLeftOut(o, shipped, told);
        if (judges === null) throw new SaidError(say('lab-few-sources'));
        return judges;
      }
    }
  }

  private fileInUse({ root }: LabModels): string {
    return hasAdopted(this.dataFolder) ? adoptedFile(this.dataFolder) : shippedFile(root);
  }

  /** Writes the last report. @throws SaidError where there is none @throws WriteError */
  async save(as: Request<'report'>['as'], path: string): Promise<void> {
    const { report } = this.reports;
    const { beforeIt } = this;
    if (report === null) throw new SaidError(say('lab-no-report'));
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, DOCUMENTS[as](report, beforeIt));
  }

  /** What is under way is given up. */
  close(): void {
    this.stop?.abort(new Cancelled('given up'));
  }

  private laidOut(): LabReport | null {
    const { report } = this.reports;
    if (report === null) return null;
    const { folder, made, model, witness, sums, compared } = report;
    const comparedSums = compared?.sums ?? null;
    const tables = reportTables(report, this.beforeIt);
    return { folder, made, model, witness, sums, comparedSums, headline: headlineOf(report), tables };
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

function threads(): number {
  return Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
}

function wholePath(named: string): string {
  const path = named.startsWith('~/') ? join(homedir(), named.slice(2)) : named;
  if (!isAbsolute(path)) throw new SaidError(say('path-not-whole', { path: named }));
  return path;
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
