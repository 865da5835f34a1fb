// Packets that a display filter lets through: the window's language, with Wireshark's engine behind it.
import { english, type GraphPage, type PacketRow, say as message } from '../contract/index.ts';
import {
  DissectProcess,
  type DissectSetup,
  FilterEngine,
  FilterError,
  type FilterPlan,
  type FilterSource,
  matching,
  planFilter,
  readMacros,
  TimeSlices,
} from '../engine/host-filter.ts';
import { graphOf } from '../engine/host-packets.ts';
import { type Folders, say, UsageError } from './context.ts';
import type { ReadCapture } from './read-capture.ts';

/** Processes of the engine at once, for a capture that it does not take whole. */
const PROCESSES = 2;

export interface Filtered {
  readonly rows: Uint32Array;
  /** Why the answer may not be the whole capture's, null where it is. */
  readonly partial: string | null;
}

export class PacketFilter {
  private source: FilterSource | null = null;
  private readonly checker: DissectProcess;
  private readonly engine: FilterEngine;
  private plan: FilterPlan<PacketRow> | null = null;

  /**
   * @param dataFolder where the user's macros are; what is wrong with their file is said
   * @param setup what the engine is told first
   */
  constructor(dataFolder: string, setup: DissectSetup) {
    this.checker = new DissectProcess(() => undefined, setup);
    this.engine = new FilterEngine(
      () => this.source,
      () => this.checker,
      PROCESSES,
      setup,
    );
    const { macros, problem } = readMacros(dataFolder);
    this.engine.macros = macros;
    if (problem !== null) say(english(problem));
  }

  /** @throws UsageError that points at the mistake */
  async understand(text: string): Promise<void> {
    try {
      this.plan = await planFilter(text, 'packets', this.engine);
    } catch (error) {
      if (error instanceof FilterError) throw new UsageError(pointed(text, error));
      throw error;
    }
    if (this.plan?.ours === true) refusePlaces(this.plan.text);
  }

  /** What has to be known of the capture beside its columns. */
  get wants(): Wants {
    return wantsOf(this.plan?.ours === true ? this.plan.text : '', this.plan?.features ?? []);
  }

  /** @throws Error where the engine is needed and cannot answer */
  async rows({ analysis, tree, subject }: ReadCapture): Promise<Filtered> {
    this.source = tree;
    if (this.plan === null)
      return { rows: Uint32Array.from({ length: analysis.packetCount }, (_, i) => i), partial: null };
    const { rows, partial } = await matching(this.plan, 'packets', subject, this.engine, new TimeSlices());
    return { rows, partial: partial === null ? null : english(partial) };
  }

  /** Packets and bytes of each interval, of each filter by itself. @param interval seconds */
  graph(c: ReadCapture, filters: readonly string[], interval: number): Promise<GraphPage> {
    this.source = c.tree;
    const list = { ...c.subject, prepare: () => Promise.resolve(), reading: false, revision: 0 };
    const series = filters.flatMap((filter) => [
      { filter, value: 'packets', field: '' } as const,
      { filter, value: 'bytes', field: '' } as const,
    ]);
    const noField = (): never => {
      throw new Error('no series has a field');
    };
    return graphOf(list, this.engine, noField, series, interval, new TimeSlices());
  }

  close(): void {
    this.engine.close();
    this.checker.close();
  }
}

/** @throws UsageError that points at the mistake */
export async function packetFilter(text: string, setup: DissectSetup, folders: Folders): Promise<PacketFilter> {
  const filter = new PacketFilter(folders.data, setup);
  try {
    await filter.understand(text);
    return filter;
  } catch (error) {
    filter.close();
    throw error;
  }
}

const OF_PLACES = /\b(?:flow\.(?:label|tag)|frame\.(?:marked|ignored)|incident\.)\w*/;
const JUDGED = /\b(?:flow\.(?:verdict|score|points|rule|incident)|feature\.|rule\.|indicator\.)\w*/;

/** What a filter or fields ask of verdicts, threat rules and lists. */
export interface Wants {
  /** Whether the capture has to be scored. */
  readonly judged: boolean;
  /** Names of fields of threat rules and lists; null for none. */
  readonly rule: string | null;
  readonly indicator: string | null;
  readonly features: readonly string[];
}

/** @param text a filter, or names of fields */
export function wantsOf(text: string, features: readonly string[]): Wants {
  return {
    judged: JUDGED.test(text),
    rule: /\brule\.\w+/.exec(text)?.[0] ?? null,
    indicator: /\bindicator\.\w+/.exec(text)?.[0] ?? null,
    features,
  };
}

/** @throws UsageError for what people say of packets and incidents */
export function refusePlaces(text: string): void {
  const asks = OF_PLACES.exec(text);
  if (asks !== null) throw new UsageError(english(message('cli-window-only', { field: asks[0] })));
}

/** @throws UsageError where a filter asks for verdicts, rules or lists, and nothing is scored */
export function refuseJudged(wants: Wants): void {
  if (wants.judged || wants.features.length > 0) throw new UsageError(english(message('cli-not-scored')));
}

function pointed(text: string, { at, length, message }: FilterError): string {
  const wrong = text.slice(at, at + length);
  return `the filter is wrong at character ${at + 1}${wrong === '' ? '' : ` ('${wrong}')`}: ${message}`;
}
