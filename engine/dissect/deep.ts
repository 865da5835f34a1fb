// The process for long work: streams, objects, searches. It is started when it is wanted and ended when it has not been
// for a minute, so that trees never wait for it. One job has it at a time.
import { SaidError, say } from '../../contract/index.ts';
import type { PacketRow } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { contextInSlices } from './context.ts';
import { type OfferedField, TYPE_FRAME } from './filtering.ts';
import type { FieldShown } from './frame-rows.ts';
import { DissectProcess } from './process.ts';
import { DissectSetup, type KeyTable } from './setup.ts';
import { isWhole, type TreeSource } from './trees.ts';
import type { EnginePreference } from './work-preferences.ts';
import type { Work, Worked } from './work.ts';

const LOAD_LIMIT = 60_000;
const ASK_LIMIT = 60_000;
const IDLE = 60_000;

/** What the process has loaded for a job: frames by their number are rows of the capture. */
export interface Loaded {
  /** Null where the capture is loaded as it is. */
  readonly rows: readonly PacketRow[] | null;
}

export class DeepWork {
  readonly setup: DissectSetup;
  private process: DissectProcess | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | null = null;

  constructor(setup: DissectSetup) {
    this.setup = setup;
  }

  /** The process that runs now, for tests that end it. */
  get pid(): number | null {
    return this.process?.pid ?? null;
  }

  /** Has the process for one job, which asks it by `load` and `ask`. */
  alone<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(async () => {
      if (this.idle !== null) clearTimeout(this.idle);
      this.process ??= new DissectProcess(() => undefined, this.setup);
      try {
        return await job();
      } finally {
        this.idle = setTimeout(() => this.end(), IDLE).unref();
      }
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** The job goes on in a process that has done nothing yet. */
  anew(): void {
    this.process?.close();
    this.process = new DissectProcess(() => undefined, this.setup);
  }

  /**
   * @param context of a capture that is not loaded as it is: the rows that are, ascending, and a name that is theirs
   * @param fields columns of fields that are wanted beside the engine's own
   */
  async load(
    s: TreeSource,
    context: () => { readonly name: string; readonly rows: readonly PacketRow[] },
    turns: TimeSlices,
    fields: readonly FieldShown[] = [],
  ): Promise<Loaded> {
    const whole = isWhole(s);
    const { name: part, rows } = whole ? { name: 'whole', rows: null } : context();
    const name = `${s.session} ${part}${whole && fields.length > 0 ? ` ${JSON.stringify(fields)}` : ''}`;
    const process = this.process!;
    if (process.context === name) return { rows };
    const loaded = await process.ask(
      rows === null
        ? { kind: 'load', context: name, path: s.path, fields }
        : {
            kind: 'load',
            context: name,
            bytes: await contextInSlices(s.analysis, s.bytes, rows, s.secrets, turns),
            fields,
          },
      LOAD_LIMIT,
    );
    if (!loaded.ok) throw new SaidError(loaded.died ? say('deep-ended') : loaded.message);
    return { rows };
  }

  async ask<D extends Work['do']>(work: Extract<Work, { do: D }>): Promise<Extract<Worked, { did: D }>> {
    const asked = await this.process!.ask({ kind: 'work', work }, ASK_LIMIT);
    if (!asked.ok) throw new SaidError(asked.died ? say('deep-ended') : asked.message);
    return asked.reply.worked as Extract<Worked, { did: D }>;
  }

  /** Those of the fields whose values are numbers of frames. */
  async frameFields(fields: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const name of fields)
      if ((await this.fieldsLike(name)).some(({ field, type }) => field === name && type === TYPE_FRAME))
        found.add(name);
    return found;
  }

  /** The engine's fields whose names begin with a text, the one of that name first. */
  async fieldsLike(beginning: string): Promise<readonly OfferedField[]> {
    const asked = await this.process!.ask({ kind: 'fields', beginning }, ASK_LIMIT);
    if (!asked.ok) throw new SaidError(asked.died ? say('deep-ended') : asked.message);
    return asked.reply.fields ?? [];
  }

  /** The engine's preferences as they are by themselves. */
  async originals(): Promise<readonly EnginePreference[]> {
    if (this.setup.plain) return this.alone(async () => (await this.ask({ do: 'preferences' })).preferences);
    const process = new DissectProcess(() => undefined, new DissectSetup());
    try {
      const asked = await process.ask({ kind: 'work', work: { do: 'preferences' } }, ASK_LIMIT);
      if (!asked.ok) throw new SaidError(asked.died ? say('deep-ended') : asked.message);
      return (asked.reply.worked as Extract<Worked, { did: 'preferences' }>).preferences;
    } finally {
      process.close();
    }
  }

  /** Lines of tables of keys that the engine does not take, 0 where it names none: nothing where it takes them all. */
  async tableProblems(tables: readonly KeyTable[]): Promise<readonly number[]> {
    const setup = new DissectSetup();
    setup.change({ tables });
    const process = new DissectProcess(() => undefined, setup);
    try {
      const asked = await process.ask({ kind: 'tables' }, ASK_LIMIT);
      if (!asked.ok) throw new SaidError(asked.died ? say('deep-ended') : asked.message);
      return asked.reply.tableProblems ?? [];
    } finally {
      process.close();
    }
  }

  close(): void {
    this.end();
  }

  private end(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.process?.close();
    this.process = null;
  }
}

/** The row of a frame. */
export function rowOf(loaded: Loaded, frame: number): PacketRow | null {
  if (loaded.rows === null) return (frame - 1) as PacketRow;
  return loaded.rows[frame - 1] ?? null;
}
