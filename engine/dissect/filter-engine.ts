// Filters that only Wireshark's engine can answer: over the whole capture where it takes that, else over the packets
// that are asked about, with the packets their dissection depends on, in pieces that several processes take.
import { english, type PacketRow, SaidError, say } from '../../contract/index.ts';
import {
  type Answers,
  type Asker,
  type Checked,
  type Macros,
  NO_MACROS,
  NotWhole,
  type PacketSets,
  type Subject,
  type Told,
  type Turns,
} from '../filter/index.ts';
import { contextInSlices } from './context.ts';
import { type OfferedField, TYPE_FRAME } from './filtering.ts';
import { comparedFrame, countedFromBeginning, inPiece, isOfConversations, namesIn } from './piece-fields.ts';
import { PIECE_LIMITS, type PieceLimits, piecesOf } from './pieces.ts';
import { type Asked, DissectProcess } from './process.ts';
import type { DissectSetup } from './setup.ts';
import { isWhole, type TreeSource } from './trees.ts';

/** What the engine gets packets from. */
export interface FilterSource extends TreeSource {
  /** Time references are set, of which the engine knows nothing. */
  readonly references?: boolean;
  /** Packets are at other times than captured: by how much is not known to the engine. */
  readonly shifted?: boolean;
}

const CHECK_LIMIT = 10_000;
const LOAD_LIMIT = 60_000;
const FILTER_LIMIT = 120_000;
/** Frames told at once. */
const AT_ONCE = 16_384;
/** Texts whose check is remembered. */
const REMEMBERED = 2_000;
/** Processes that have nothing to do end after this long, ms. */
const IDLE = 60_000;

/** Fields that number packets, streams or time from the capture's beginning: pieces have other values of them. */
export const WHOLE_ONLY =
  /\bframe\.(?:number|time_relative|time_delta\w*|offset_shift)\b|[\w.]+\.(?:stream|acks_frame|\w+_(?:in|to))\b/;
const QUOTED = /"(?:[^"\\]|\\[^])*"/g;

export class FilterEngine implements Asker {
  macros: Macros = NO_MACROS;
  version = 0;
  readonly sets: PacketSets | undefined;
  private readonly source: () => FilterSource | null;
  private readonly checker: () => DissectProcess;
  private readonly most: number;
  private readonly setup: DissectSetup;
  private readonly quiet: () => void;
  private readonly checked = new Map<string, Checked>();
  private readonly processes: DissectProcess[] = [];
  private idle: NodeJS.Timeout | null = null;
  private busy = 0;
  /** The capture of which the engine finds other packets than we do. */
  private notWhole: number | null = null;

  /**
   * @param source the capture that is open
   * @param checker the process that is asked whether a text is a filter
   * @param most processes at once
   * @param setup what they are told first
   * @param sets sets of packets that filters may name
   */
  constructor(
    source: () => FilterSource | null,
    checker: () => DissectProcess,
    most: number,
    setup: DissectSetup,
    sets?: PacketSets,
  ) {
    this.sets = sets;
    this.setup = setup;
    this.source = source;
    this.checker = checker;
    this.most = most;
    this.quiet = setup.listen(() => {
      this.checked.clear();
      this.version++;
    });
  }

  get whole(): boolean {
    const s = this.source();
    return s !== null && s.session !== this.notWhole && isWhole(s);
  }

  async check(filter: string): Promise<Checked> {
    const known = this.checked.get(filter);
    if (known !== undefined) return known;
    const asked = await this.checker().ask({ kind: 'check', filter }, CHECK_LIMIT);
    if (!asked.ok) return { kind: 'unknown' };
    const { mistake } = asked.reply;
    const said: Checked = mistake === null ? { kind: 'filter' } : { kind: 'mistake', text: mistake! };
    if (this.checked.size >= REMEMBERED) this.checked.clear();
    this.checked.set(filter, said);
    return said;
  }

  /** The engine's fields whose names begin so; none where it is not there. */
  async fields(beginning: string): Promise<readonly OfferedField[]> {
    const asked = await this.checker().ask({ kind: 'fields', beginning }, CHECK_LIMIT);
    return asked.ok ? asked.reply.fields! : [];
  }

  ask(
    filters: readonly string[],
    wanted: Uint8Array,
    subject: Subject,
    turns: Turns,
    told: Told = () => undefined,
  ): Promise<Answers> {
    return this.whole
      ? this.working(filters, (source) => this.ofWhole(filters, source, turns))
      : this.askPieces(filters, wanted, subject, turns, told);
  }

  /** As `ask` of a capture that the engine does not take whole. */
  askPieces(
    filters: readonly string[],
    wanted: Uint8Array,
    subject: Subject,
    turns: Turns,
    told: Told = () => undefined,
    limits = PIECE_LIMITS,
  ): Promise<Answers> {
    return this.working(filters, (source) => this.inPieces(filters, wanted, source, { subject, turns, told, limits }));
  }

  /** Processes are kept while there is work, and a while longer. */
  private async working(
    filters: readonly string[],
    work: (source: FilterSource) => Promise<Answers>,
  ): Promise<Answers> {
    const source = this.source();
    if (source === null) throw new SaidError(say('no-capture'));
    const relative = filters.some((filter) => /\bframe\.time_relative\b/.test(filter.replaceAll(QUOTED, '""')));
    if (source.references === true && relative) throw new SaidError(say('relative-with-references'));
    const offset = filters.some((filter) => /\bframe\.offset_shift\b/.test(filter.replaceAll(QUOTED, '""')));
    if (source.shifted === true && offset) throw new SaidError(say('shift-not-known'));
    if (this.idle !== null) clearTimeout(this.idle);
    this.busy++;
    try {
      return await work(source);
    } finally {
      this.busy--;
      if (this.busy === 0) this.idle = setTimeout(() => this.close(), IDLE).unref();
    }
  }

  /** Nothing is asked any more. */
  end(): void {
    this.quiet();
    this.close();
  }

  close(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    for (const one of this.processes.splice(0)) one.close();
  }

  private process(i: number): DissectProcess {
    return (this.processes[i] ??= new DissectProcess(() => undefined, this.setup));
  }

  /** A capture of which the engine finds other packets than we do cannot be asked by their numbers. */
  private async loadedWhole(source: FilterSource): Promise<DissectProcess> {
    const engine = this.process(0);
    const packets = source.analysis.packets.count;
    const context = `${source.session} whole ${packets}`;
    if (engine.context === context) return engine;
    const told = await engine.ask({ kind: 'load', context, path: source.path }, LOAD_LIMIT);
    if (!told.ok || told.reply.packets !== packets) {
      this.notWhole = source.session;
      throw new NotWhole(told.ok ? `the engine finds ${told.reply.packets} packets` : english(told.message));
    }
    return engine;
  }

  private async ofWhole(filters: readonly string[], source: FilterSource, turns: Turns): Promise<Answers> {
    const engine = await this.loadedWhole(source);
    const rows = filters.map(() => new Uint8Array(source.analysis.packets.count));
    for (const [i, filter] of filters.entries()) {
      await framesOf(engine, filter, turns, (frame) => {
        rows[i]![frame - 1] = 1;
      });
      turns.done = 0.5 + (0.5 * (i + 1)) / filters.length;
      await turns.rest();
    }
    return { rows, partial: null };
  }

  private async inPieces(
    filters: readonly string[],
    wanted: Uint8Array,
    source: FilterSource,
    { subject, turns, told, limits }: PieceWork,
  ): Promise<Answers> {
    const asked = await Promise.all(filters.map((filter) => this.forPieces(filter)));
    const { analysis } = subject;
    const rows = filters.map(() => new Uint8Array(wanted.length));
    const { pieces, whole } = await piecesOf(subject, wanted, turns, limits);
    let next = 0;
    let over = 0;
    const work = async (engine: DissectProcess): Promise<void> => {
      while (next < pieces.length) {
        const piece = pieces[next++]!;
        const bytes = await contextInSlices(analysis, source.bytes, piece, source.secrets, turns);
        await loaded(engine.ask({ kind: 'load', context: 'piece', bytes }, LOAD_LIMIT));
        for (const [i, filter] of asked.entries()) {
          await framesOf(engine, filter(piece), turns, (frame) => {
            rows[i]![piece[frame - 1]!] = 1;
          });
        }
        turns.done = 0.5 + (0.5 * ++over) / pieces.length;
        told(rows, piece);
        await turns.rest();
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.most, pieces.length) }, (_, i) => work(this.process(i))));
    const keys = this.setup.keys !== null || source.secrets.length > 0;
    const sure = whole && filters.every((filter) => isOfConversations(filter, keys));
    return { rows, partial: sure ? null : say('filter-partial', { pieces: pieces.length }) };
  }

  /** A filter as each piece is asked it. @throws SaidError where no piece can answer it */
  private async forPieces(filter: string): Promise<(piece: readonly PacketRow[]) => string> {
    const counted = countedFromBeginning(filter);
    if (counted !== null) throw new SaidError(say('needs-whole', { field: counted }));
    const frames: string[] = [];
    for (const name of namesIn(filter)) {
      const type = (await this.fields(name)).find(({ field }) => field === name)?.type;
      if (type === TYPE_FRAME && filter.trim() !== name) frames.push(name);
    }
    if (frames.length === 0) return () => filter;
    const compared = comparedFrame(filter);
    if (compared === null) throw new SaidError(say('needs-whole', { field: frames[0]! }));
    return (piece) => inPiece(compared, piece);
  }
}

interface PieceWork {
  readonly subject: Subject;
  readonly turns: Turns;
  readonly told: Told;
  readonly limits: PieceLimits;
}

async function loaded(asked: ReturnType<DissectProcess['ask']>): Promise<Extract<Asked, { ok: true }>['reply']> {
  const told = await asked;
  if (!told.ok) throw new SaidError(told.message);
  return told.reply;
}

async function framesOf(
  engine: DissectProcess,
  filter: string,
  turns: Turns,
  take: (frame: number) => void,
): Promise<void> {
  for (let skip = 0, matched = Infinity; skip < matched;) {
    const asked = await engine.ask({ kind: 'filter', filter, skip, limit: AT_ONCE }, FILTER_LIMIT);
    if (!asked.ok) throw new SaidError(asked.message);
    const told = asked.reply.filter!;
    for (const frame of told.frames) take(frame);
    ({ matched } = told);
    skip += told.frames.length;
    if (told.frames.length === 0) return;
    await turns.rest();
  }
}
