// What a window is told of an open capture: one object, made anew for each notice.
import {
  type FileStatus,
  type Message,
  type PacketRow,
  packetRow,
  type RecentCapture,
  say,
  type SessionState,
} from '../../contract/index.ts';
import { basename } from 'node:path';
import type { LiveCapture } from '../capture/index.ts';
import type { Baseline } from '../detect/index.ts';
import { gravityOf } from '../evidence/index.ts';
import type { CaptureReader, Ending } from '../read/index.ts';
import type { Outcomes } from './outcomes.ts';
import type { Alert, SessionOptions } from './session-types.ts';
import type { Analysis } from '../session/index.ts';

/** What of a session its state is made from. */
interface Session {
  readonly options: SessionOptions;
  readonly analysis: Analysis;
  readonly outcomes: Pick<Outcomes, 'counts'>;
  readonly baseline: Baseline;
  readonly alerts: readonly Alert[];
  readonly labelCounts: SessionState['labels'];
  readonly phase: SessionState['phase'];
  readonly ending: Ending | null;
  readonly message: Message | null;
  readonly firstOnDisk: PacketRow;
  readonly started: number;
  readonly revision: number;
}

/** What the session keeps to itself and its state tells. */
export interface Inside {
  readonly dissect: SessionState['dissect'];
  /** Whether the user allowed an alert. */
  readonly allowed: (alert: Alert) => boolean;
  readonly learning: SessionState['learning'];
  readonly reader: CaptureReader | null;
  /** What happened to the file or the folder while it was open. */
  readonly befell: Message | null;
}

export function sessionState(s: Session, { dissect, allowed, learning, reader, befell }: Inside): SessionState {
  const { analysis, options: o } = s;
  const { packets } = analysis;
  const status: FileStatus | null = s.ending?.kind ?? null;
  const none = packets.count === 0;
  const shown = s.alerts.filter((alert) => !allowed(alert));
  return {
    session: o.number,
    name: o.name,
    path: o.path,
    source: o.source,
    interface: o.interface,
    captureFilter: o.captureFilter,
    phase: s.phase,
    packets: packets.count,
    flows: analysis.flows.columns.count,
    verdicts: { ...s.outcomes.counts },
    labels: { ...s.labelCounts },
    incidents: gravities(shown),
    alerts: shown.length,
    drops: drops(o.live, reader),
    firstOnDisk: s.firstOnDisk,
    progress: progress(s, reader),
    firstTime: none ? null : packets.secondsOf(packetRow(0)),
    first: firstStamp(s),
    lastTime: none ? null : packets.secondsOf(packetRow(packets.count - 1)),
    started: o.live === null ? null : s.started,
    status,
    message: befell ?? s.message ?? o.live?.trouble ?? missed(o.live),
    dissect,
    judged: { learned: s.baseline.learned, network: o.network ?? '' },
    learning,
    revision: s.revision,
  };
}

function gravities(alerts: readonly Alert[]): SessionState['incidents'] {
  const counts = { malicious: 0, suspicious: 0 };
  for (const alert of alerts) counts[gravityOf(alert.of.points) ?? 'suspicious']++;
  return counts;
}

function drops(live: LiveCapture | null, reader: CaptureReader | null): SessionState['drops'] {
  if (live === null) return { kernel: 0, interface: 0, behind: 0 };
  const unread = reader === null ? 0 : live.offset - live.segments.missedBytes - reader.source.taken();
  const behind = reader === null ? 0 : Math.max(0, unread) + live.waiting;
  return { kernel: live.dropped, interface: live.interfaceDropped, behind };
}

function progress(s: Session, reader: CaptureReader | null): number {
  if (s.phase !== 'reading') return 1;
  const size = reader?.source.size ?? null;
  return size === null || size === 0 ? 0 : Math.min(1, reader!.source.taken() / size);
}

function firstStamp(s: Session): SessionState['first'] {
  const { packets } = s.analysis;
  if (packets.count === 0) return { seconds: 0, nanoseconds: 0 };
  const chunk = packets.chunk(packetRow(0));
  return { seconds: chunk.seconds[0]!, nanoseconds: chunk.nanoseconds[0]! };
}

function missed(live: LiveCapture | null): Message | null {
  const segments = live?.segments.missed ?? 0;
  return segments === 0 ? null : say('analysis-behind', { missed: segments });
}

/** What is said of how reading ended, null where all was read. */
export function endingMessage(s: Session, ending: Ending): Message | null {
  if (ending.kind === 'ok') return null;
  const why = ending.message;
  const packets = s.analysis.packets.count;
  if (ending.kind === 'partial') return say('file-breaks', { byte: ending.offset, why, packets });
  return ending.kind === 'refused'
    ? say('not-opened-further', { why })
    : say('cannot-be-read', { name: basename(s.options.path), why });
}

/** A capture as the start page lists it. */
export function recentOf(s: Pick<Session, 'options' | 'analysis' | 'outcomes'>): RecentCapture {
  const { malicious, suspicious } = s.outcomes.counts;
  const { path, name } = s.options;
  const { packets, flows } = s.analysis;
  return {
    path,
    name,
    packets: packets.count,
    flows: flows.columns.count,
    malicious,
    suspicious,
    opened: new Date().toISOString(),
  };
}
