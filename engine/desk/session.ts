// One open capture: read, scored and kept as columns while the window looks on. File and live capture take the same
// road.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AddressId,
  errorText,
  type FlowRow,
  flowRow,
  type HostPlace,
  type Label,
  LABELS,
  NO_LABEL,
  type PacketRow,
  packetRow,
  VERDICT_OPEN,
  type Phase,
  type SessionState,
  type Message,
  SaidError,
  saidBy,
  say,
  sameMessage,
} from '../../contract/index.ts';
import { endRecord, KeptPackets, type LiveCapture, mendSegment } from '../capture/index.ts';
import { inChunk, PacketDecoder, protocolName, type Layers } from '../decode/index.ts';
import type { Baseline } from '../detect/index.ts';
import type { Incident } from '../evidence/index.ts';
import type { RuleWish } from '../workers/index.ts';
import type { IndicatorSet } from '../indicators/index.ts';
import { featureIndex } from '../features/index.ts';
import { packetInfo } from '../protocols/index.ts';
import {
  captureFiles,
  CaptureReader,
  type Ending,
  KEPT_FILE,
  openCapture,
  type PacketBytes,
  SegmentSource,
  ReadAhead,
} from '../read/index.ts';
import {
  type Analysis,
  type FlowSpan,
  type HeardFlow,
  PROTOCOL_GROUPS,
  type Pupil,
  Scorer,
  type ScoredFlow,
  spanOf,
} from '../session/index.ts';
import { plainReason } from '../store/index.ts';
import type { ListSource, TimeSlices } from '../view/index.ts';
import { Marks } from './marks.ts';
import type { MetIndicators } from './met-indicators.ts';
import { Outcomes } from './outcomes.ts';
import { endingMessage, type Inside, sessionState } from './session-state.ts';
import { firstCut } from './first-cut.ts';
import { FlowTags } from './flow-tags.ts';
import { judgedIncidents } from './judged-incident.ts';
import { type Alert, GONE, type SessionOptions, UNREADABLE } from './session-types.ts';
import { OpenedCapture } from './opened.ts';
import type { SessionHits } from './session-hits.ts';
import { Standing } from './standing.ts';
import { PacketComments } from './packet-comments.ts';
import { ColumnFile } from './spill.ts';
import { sweep } from './sweep.ts';
import { TimeShift } from './time-shift.ts';
import { keepTurnedOver } from './turned-over.ts';
import { WorkBook } from './incident-work.ts';

export type { Alert, SessionOptions } from './session-types.ts';

const BIG_FILE = 20_000_000;
/** Results of the last few flows do not wait longer than this for their block to fill, ms. */
const FLUSH_AFTER = 80;
/** Live, nothing new: look again after this long, ms. */
const LOOK_AGAIN = 15;
/** Of sources that do not say how far they are: packet time may lag the clock by what they buffer, s. */
const CLOCK_LAG = 1;
/** Packets that outlive their segments may take this much, bytes. */
const KEPT_LIMIT = 1e9;
/** Live, matches of rules are waited for so long before a flow is judged, ms. */
const PATIENCE = 100;

export class CaptureSession implements ListSource {
  readonly options: SessionOptions;
  readonly analysis: Analysis;
  readonly outcomes = new Outcomes();
  readonly standing: Standing;
  readonly work = new WorkBook(() => this.analysis);
  readonly judged = (flow: FlowRow) => judgedIncidents(this, flow);
  isAllowed: (incident: Incident) => boolean = () => false;
  placeOf: (address: AddressId) => HostPlace | null = () => null;
  readonly checkpoints = new Map<FlowRow, ScoredFlow['checkpoints']>();
  readonly labelCounts: Record<Label, number> = { benign: 0, malicious: 0, unsure: 0 };
  readonly tags = new FlowTags();
  readonly marks = new Marks();
  readonly comments = new PacketComments(this);
  readonly references = this.marks;
  readonly shift = new TimeShift();
  phase: Phase;
  ending: Ending | null = null;
  message: Message | null = null;
  revision = 0;
  baseline: Baseline;
  readonly started = Date.now() / 1000;
  /** Resolves when reading has ended. */
  done: Promise<void> = Promise.resolve();
  /** What labels were stored by while it was read, which is by less than the whole of a file that grows. */
  labelledAs: string | null = null;
  /** Flows that were labelled since those of the store were asked for. */
  labelledMeanwhile = new Set<FlowRow>();
  private readonly scorer: Scorer;
  reader: CaptureReader | null = null;
  private temporary = false;
  /** The file or folder itself. */
  readonly opened: OpenedCapture;
  private befell: Message | null = null;
  private readonly kept: KeptPackets | null;
  private onDisk = { from: 0, row: packetRow(0) };
  /** How far packets of a source without a clock lag behind ours: those that somebody plays again are old. */
  private skew = 0;
  private readonly spill: ColumnFile | null = null;
  /** Packet time up to which everything came, of a live capture that has nothing unread. */
  private clock = 0;
  private closing = false;
  private readonly decoder = new PacketDecoder();
  private readonly ahead = new ReadAhead();
  readonly readTo = (): number => (this.opened.ring ? -1 : this.ahead.end);
  private readonly featureColumns = new Map<string, { readonly packets: number; readonly column: Float32Array }>();

  constructor(o: SessionOptions) {
    this.options = o;
    this.baseline = o.baseline;
    this.phase = o.live === null ? 'reading' : 'live';
    this.kept = o.live === null ? null : new KeptPackets(o.live.segments, join(o.path, KEPT_FILE), KEPT_LIMIT);
    if (o.live !== null) o.live.onSaid = () => o.changed();
    this.opened = new OpenedCapture(o.path, o.live !== null);
    const size = statSync(o.path, { throwIfNoEntry: false })?.size ?? 0;
    const big = size > BIG_FILE || o.live !== null;
    const openFlows = big ? 32_768 : 1_024;
    this.standing = new Standing({
      options: o,
      openFlows,
      rowAt: (offset) => this.analysis.packets.rowAt(offset),
      outcomes: this.outcomes,
      checkpoints: this.checkpoints,
      scorer: () => this.scorer,
      say: (message) => {
        this.message = message;
        this.touch();
      },
      changed: (isNew) => {
        this.revision++;
        if (isNew) o.changed();
      },
    });
    this.scorer = new Scorer(
      {
        model: o.model,
        baseline: o.baseline,
        known: o.known ?? null,
        threads: big ? 2 : 1,
        cacheFolder: o.cacheFolder,
        timeouts: o.timeouts,
        keepPackets: true,
        openFlows,
        rules: o.live === null ? null : this.standing.feed(o.rules, o.path),
        indicators: o.lists ?? null,
        rejudges: true,
        ...(o.live === null ? {} : { patience: PATIENCE }),
      },
      { ...this.standing.listener, flow: (_a, flow) => this.scored(flow) },
    );
    this.analysis = this.scorer.analysis;
    // A file is read and judged as if there were no rules: nobody waits for them.
    if (o.live === null && o.rules) this.standing.ask(o.rules, o.path);
    if (o.live !== null) this.analysis.packets.spillTo((this.spill = new ColumnFile(o.cacheFolder)));
  }

  get alerts(): readonly Alert[] {
    return this.standing.now.alerts;
  }
  get hits(): SessionHits {
    return this.standing.now.hits;
  }
  get met(): MetIndicators {
    return this.standing.now.met;
  }

  get verdict(): Uint8Array {
    this.outcomes.ensure(this.analysis.flows.columns.count);
    return this.outcomes.verdict;
  }
  get score(): Float32Array {
    this.outcomes.ensure(this.analysis.flows.columns.count);
    return this.outcomes.score;
  }
  get label(): Uint8Array {
    this.outcomes.ensure(this.analysis.flows.columns.count);
    return this.outcomes.label;
  }
  /** Incidents that a flow is part of, the gravest first; those of one point are facts. */
  incidentsOf(flow: FlowRow): Incident[] {
    return this.scorer.incidentsOf(flow).sort((a, b) => b.points - a.points);
  }

  /** Number of an incident in the window, from 1; 0 where it is no alert. */
  incidentNumber(incident: Incident): number {
    const alert = this.standing.now.alert(incident);
    return alert === null ? 0 : alert.number + 1;
  }

  /** Flows of an incident, the first so many, and of all of them how many there are and from when to when. */
  flowsOf(incident: Incident, limit: number): { readonly rows: FlowRow[]; readonly span: FlowSpan } {
    const rows = this.scorer.flowsOf(incident);
    return { rows: rows.slice(0, limit), span: spanOf(incident, this.shift.flowTimes(this.analysis), rows) };
  }

  tagsOf(flow: FlowRow): readonly string[] {
    return this.tags.of(flow);
  }

  rules(flow: FlowRow): readonly string[] {
    return this.scorer.incidentsOf(flow).flatMap((incident) => incident.evidence.keys());
  }

  incidents(flow: FlowRow): readonly number[] {
    return this.scorer.incidentsOf(flow).map((incident) => this.incidentNumber(incident));
  }

  points(flow: FlowRow): number {
    return this.scorer.pointsOf(flow);
  }

  /** Has somebody learn from flows that were over by then. @param seconds after the capture's first packet */
  async teach(pupil: Pupil, seconds: number): Promise<void> {
    const judged = this.scorer.mark();
    while (!judged() && !this.closing) {
      await pause(LOOK_AGAIN);
    }
    pupil.hear(this.options.name, this.scorer, this.flowsOver(seconds));
  }

  private *flowsOver(seconds: number): Generator<HeardFlow> {
    const { columns: c } = this.analysis.flows;
    this.outcomes.ensure(c.count);
    const { raw, novelty, group } = this.outcomes;
    const until = this.firstStamp() + seconds;
    for (let row = flowRow(0); row < c.count; row++) {
      if (this.verdict[row] === VERDICT_OPEN || c.endSeconds[row]! + c.endNanoseconds[row]! / 1e9 > until) continue;
      yield { row, group: PROTOCOL_GROUPS[group[row]!]!, raw: raw[row]!, novelty: novelty[row]! };
    }
  }

  /** How long it captures by now, seconds of packet time. */
  get lasted(): number {
    return this.analysis.packets.count === 0
      ? 0
      : Math.max(0, Math.max(this.lastStamp(), this.clock) - this.firstStamp());
  }

  /** Asks other rules, of what came before too. @param rules null for none */
  askRules(rules: RuleWish | null, key: string): void {
    if (key === this.standing.key || this.phase === 'failed' || this.closing) return;
    this.standing.key = key;
    this.standing.ask(rules, this.dataPath);
  }

  /** Holds flows against other lists, those of the past too; those of a live capture when it is opened again. */
  holdLists(lists: IndicatorSet | null): void {
    const mayRead = (): boolean => this.phase === 'done' && this.options.live === null && !this.closing;
    void this.done.then(() => (mayRead() ? this.standing.hold(lists, this.dataPath) : undefined));
  }

  start(): void {
    this.done = this.read()
      .catch((error: unknown) => {
        this.phase = 'failed';
        this.message = saidBy(error);
      })
      .finally(() => this.options.changed());
  }

  async close(): Promise<void> {
    this.closing = true;
    this.standing.close();
    await this.options.live?.stop();
    await this.done;
    this.kept?.close();
    this.shift.close();
    this.opened.close();
    this.reader?.close();
    if (this.temporary) this.reader?.discard();
    await this.scorer.close();
    this.spill?.close();
  }

  bytes(row: PacketRow): Uint8Array {
    const chunk = this.analysis.packets.chunk(row);
    const i = inChunk(row);
    const offset = chunk.offset[i]!;
    const length = chunk.captured[i]!;
    // Of a ring, some packets are kept of a segment that is gone, and others are not: each is asked for by itself.
    return this.opened.ring ? this.packetBytes.read(offset, length) : this.ahead.read(this.packetBytes, offset, length);
  }

  layers(row: PacketRow): Layers {
    const bytes = this.bytes(row);
    const chunk = this.analysis.packets.chunk(row);
    const i = inChunk(row);
    return this.decoder.decode(bytes, 0, bytes.length, chunk.link[i]!, chunk.wire[i]!);
  }

  info(row: PacketRow): string {
    const bytes = this.bytes(row);
    const chunk = this.analysis.packets.chunk(row);
    const i = inChunk(row);
    if (bytes.length === 0 && chunk.captured[i]! > 0) return this.opened.ring ? GONE : UNREADABLE;
    return packetInfo(
      this.decoder.decode(bytes, 0, bytes.length, chunk.link[i]!, chunk.wire[i]!),
      bytes,
      protocolName(chunk.protocol[i]!),
    );
  }

  get reading(): boolean {
    return this.phase === 'reading';
  }

  marked(row: PacketRow): boolean {
    return this.marks.marked.has(row);
  }
  ignored(row: PacketRow): boolean {
    return this.marks.ignored.has(row);
  }

  feature(name: string): Float32Array {
    const known = this.featureColumns.get(name);
    if (!known) throw new Error(`feature ${name} was not prepared`);
    return known.column;
  }

  /** Makes the columns of features by reading the capture again; kept until the capture has grown. */
  async prepare(features: readonly string[], turns: TimeSlices): Promise<void> {
    const packets = this.analysis.packetCount;
    const missing = features.filter((f) => this.featureColumns.get(f)?.packets !== packets);
    if (missing.length === 0) return;
    const flows = this.analysis.flows.columns.count;
    const columns = missing.map((name) => ({
      name,
      at: featureIndex(name),
      column: new Float32Array(flows).fill(NaN),
    }));
    await this.vectors((row, vector) => {
      for (const c of columns) if (row < flows) c.column[row] = vector[c.at]!;
    }, turns);
    for (const c of columns) this.featureColumns.set(c.name, { packets, column: c.column });
  }

  /** The vector of each completed flow, one after the other. Of a file that was cut, those of flows that are whole. */
  vectors(take: (row: FlowRow, vector: Float32Array) => void, turns: TimeSlices): Promise<void> {
    const { live, cacheFolder, timeouts } = this.options;
    const there = live?.segments.there ?? null;
    const { change } = this.opened;
    if (change?.kind === 'overwritten') throw new SaidError(change.sentence);
    const columns = this.analysis.flows.columns;
    const end = change?.kind === 'cut' ? firstCut(this.analysis.packets, change.readable) : Infinity;
    const whole = (row: FlowRow, vector: Float32Array): void => {
      if (columns.lastPacket[row]! < end) take(row, vector);
    };
    return sweep(
      {
        path: this.dataPath,
        source: this.opened.again,
        files: there?.paths ?? null,
        cacheFolder,
        timeouts,
        packets: this.analysis.packetCount,
        first: there === null ? packetRow(0) : this.analysis.packets.rowAt(there.first),
        columns,
      },
      whole,
      turns,
    );
  }

  /** The file in which offsets of packets count: the capture itself, or what it inflated to. */
  get dataPath(): string {
    const { live } = this.options;
    if (live !== null && live.segments.count === 1) return live.segments.there.paths[0] ?? this.options.path;
    return this.reader?.source.path ?? this.options.path;
  }

  /** Looks whether the file or the folder is still what it was, and says it once. */
  lookAround(): void {
    const said = this.closing ? this.befell : this.opened.befell();
    if (sameMessage(said, this.befell)) return;
    this.befell = said;
    this.touch();
  }

  /** Whether all bytes of a packet can still be read. */
  readable(row: PacketRow): boolean {
    const chunk = this.analysis.packets.chunk(row);
    const i = inChunk(row);
    const length = chunk.captured[i]!;
    return length === 0 || this.packetBytes.read(chunk.offset[i]!, length).length === length;
  }

  /** The capture's files in order; of one that grows only the whole records that were read. */
  files(): readonly { readonly path: string; readonly bytes: number | null }[] {
    const { live, path } = this.options;
    const all = captureFiles(path);
    if (all === null) return [{ path, bytes: null }];
    const last =
      this.phase === 'done' || live === null ? null : (this.reader?.stream.offset ?? 0) - live.segments.lastBase;
    return all.map((p, i) => ({ path: p, bytes: i === all.length - 1 ? last : null }));
  }

  get packetBytes(): PacketBytes {
    return this.kept ?? this.opened.packetBytes;
  }

  /** First packet whose bytes are on disk; packets of alerted, labelled and tagged flows may be there all the same. */
  get firstOnDisk(): PacketRow {
    const first = this.options.live?.segments.first ?? 0;
    if (first !== this.onDisk.from) this.onDisk = { from: first, row: this.analysis.packets.rowAt(first) };
    return this.onDisk.row;
  }

  /** Bytes of a file that no longer grows, else null. */
  get wholeBytes(): number | null {
    if (this.phase !== 'done' || this.opened.change !== null) return null;
    const stat = statSync(this.dataPath, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : null;
  }

  /** What the capture says besides packets, as far as it was read. */
  get meta(): CaptureReader['meta'] | null {
    return this.reader?.meta ?? null;
  }

  pause(paused: boolean): void {
    if (this.options.live === null || (this.phase !== 'live' && this.phase !== 'paused')) return;
    if (paused) this.options.live.pause();
    else this.options.live.resume();
    this.phase = paused ? 'paused' : 'live';
    this.options.changed();
  }

  async stop(): Promise<void> {
    await this.options.live?.stop();
    await this.done;
  }

  private setLabel(flow: FlowRow, label: Label | null): void {
    const before = LABELS[this.label[flow]!];
    if (before !== undefined) this.labelCounts[before]--;
    if (label !== null) this.labelCounts[label]++;
    this.label[flow] = label === null ? NO_LABEL : LABELS.indexOf(label);
  }

  setLabels(flows: readonly FlowRow[], label: Label | null): void {
    for (const flow of flows) {
      this.setLabel(flow, label);
      this.labelledMeanwhile.add(flow);
    }
    this.touch();
  }

  touch(): void {
    this.revision++;
    this.options.changed();
  }

  /** @param o what the desk knows of it */
  state(o: Pick<Inside, 'dissect' | 'allowed' | 'learning'>): SessionState {
    return sessionState(this, { ...o, reader: this.reader, befell: this.befell });
  }

  private async read(): Promise<void> {
    const { options: o, scorer } = this;
    const opened =
      o.live === null
        ? openCapture(o.path, this.analysis, { cacheFolder: o.cacheFolder })
        : {
            ok: true as const,
            reader: new CaptureReader(new SegmentSource(o.live.segments, o.path, null), this.analysis),
            temporary: false,
          };
    if (!opened.ok) {
      this.ending = opened.ending;
      this.phase = 'failed';
      this.message = endingMessage(this, opened.ending);
      await scorer.close();
      return;
    }
    this.reader = opened.reader;
    this.temporary = opened.temporary;
    if (o.live === null) this.opened.hold(opened.reader, opened.temporary);
    await this.follow(opened.reader);
    this.standing.threads.end();
    await scorer.finish();
    this.standing.threads.tidy();
    if (!this.closing) this.opened.settle();
    this.ending = o.live === null ? opened.reader.ending() : await this.liveEnding(opened.reader, o.live);
    this.phase = this.ending.kind === 'unreadable' || this.ending.kind === 'refused' ? 'failed' : 'done';
    this.message =
      o.live?.ended?.message ??
      endingMessage(this, this.ending) ??
      (o.live === null ? this.standing.said : this.message);
    this.touch();
  }

  /** Reads to the end, which of a live capture is when its source has ended. */
  private async follow(reader: CaptureReader): Promise<void> {
    const {
      options: { live, changed },
      scorer,
    } = this;
    let flushed = performance.now();
    while (!this.closing) {
      // What was written before the end was heard of is read after it.
      const over = live === null || live.ended !== null;
      const offset = live?.offset ?? 0;
      const clock = this.clockOf(live);
      const more = await reader.step();
      await scorer.relax();
      const now = performance.now();
      if (now - flushed > FLUSH_AFTER) {
        scorer.flush();
        flushed = now;
        changed();
      }
      if (live !== null) await keepTurnedOver(this, live, this.kept!);
      if (more) {
        this.skew = Math.max(0, Date.now() / 1000 - this.lastStamp());
        continue;
      }
      if (over || reader.stream.stopped) return;
      if (reader.source.taken() >= offset - live.segments.missedBytes) this.tick(clock);
      await pause(LOOK_AGAIN);
    }
  }

  /** Time goes on where nothing comes. */
  private tick(clock: number): void {
    this.analysis.tick(clock);
    if (this.analysis.packets.count > 0) this.clock = clock;
  }

  /** Packet time up to which everything came, seconds since the epoch; of a file nobody asks. */
  private clockOf(live: LiveCapture | null): number {
    if (live === null) return 0;
    return live.clock > 0 ? live.clock : Date.now() / 1000 - this.skew - CLOCK_LAG;
  }

  private firstStamp(): number {
    const { packets } = this.analysis;
    return packets.count === 0 ? 0 : packets.secondsOf(packetRow(0));
  }

  /** The newest packet's time, seconds since the epoch; now while there is none. */
  private lastStamp(): number {
    const { packets } = this.analysis;
    if (packets.count === 0) return Date.now() / 1000;
    return packets.secondsOf(packetRow(packets.count - 1));
  }

  /** A writer that was killed leaves the half of a block: it is cut off, and the capture is whole. */
  private async liveEnding(reader: CaptureReader, live: LiveCapture): Promise<Ending> {
    const ending = reader.ending();
    const last = live.segments.there.paths.at(-1);
    try {
      if (last !== undefined && ending.kind === 'partial') await mendSegment(last, this.options.cacheFolder);
      endRecord(this.options.path);
    } catch (error) {
      this.message = say('not-marked-complete', { why: plainReason(errorText(error)) });
    }
    return this.analysis.packets.count === 0 || ending.kind === 'partial' ? { kind: 'ok' } : ending;
  }

  private scored(flow: ScoredFlow): void {
    const { outcomes } = this;
    const { row } = flow;
    outcomes.ensure(this.analysis.flows.columns.count);
    outcomes.judge(row, flow.verdict);
    outcomes.score[row] = flow.score;
    outcomes.raw[row] = flow.raw;
    outcomes.novelty[row] = flow.novelty;
    outcomes.group[row] = PROTOCOL_GROUPS.indexOf(flow.group as (typeof PROTOCOL_GROUPS)[number]);
    if (flow.checkpoints.length > 0) this.checkpoints.set(row, flow.checkpoints);
    this.revision++;
    this.options.completed?.(flow);
  }
}
