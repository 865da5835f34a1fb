// How the next capture is made: what the options dialog shows, remembered between runs.
import type { Request } from '../../contract/index.ts';
import { namedBy } from '../wire/granted.ts';

export interface CaptureChoice {
  readonly source: 'helper' | 'dumpcap' | 'cap';
  readonly promiscuous: boolean;
  readonly monitor: boolean;
  readonly snapLength: number;
  readonly bufferMiB: number;
  readonly segmentMB: number;
  readonly segmentSeconds: number;
  readonly segments: number;
  readonly stopPackets: number;
  readonly stopSeconds: number;
  readonly stopMB: number;
  /** For tcpdump on another machine. */
  readonly host: string;
  readonly remoteInterface: string;
  readonly pipe: string;
}

const KEY = 'sightline.capture';
const MB = 1e6;

export const DEFAULT_CHOICE: CaptureChoice = {
  source: 'helper',
  promiscuous: true,
  monitor: false,
  snapLength: 0,
  bufferMiB: 64,
  segmentMB: 512,
  segmentSeconds: 0,
  segments: 8,
  stopPackets: 0,
  stopSeconds: 0,
  stopMB: 0,
  host: '',
  remoteInterface: 'any',
  pipe: '',
};

export function readChoice(): CaptureChoice {
  try {
    const known = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    const fitting = Object.entries(known).filter(
      ([key, value]) => typeof value === typeof DEFAULT_CHOICE[key as keyof CaptureChoice],
    );
    return { ...DEFAULT_CHOICE, ...Object.fromEntries(fitting) };
  } catch {
    return DEFAULT_CHOICE;
  }
}

export function keepChoice(choice: CaptureChoice): void {
  localStorage.setItem(KEY, JSON.stringify(choice));
}

export function captureRequest(
  source: Request<'capture'>['source'],
  interfaces: readonly string[],
  filter: string,
  c: CaptureChoice,
): Request<'capture'> {
  return {
    source,
    interfaces: interfacesOf(source, interfaces, c),
    host: source === 'ssh' ? c.host.trim() : '',
    path: source === 'pipe' ? namedBy(c.pipe.trim()) : '',
    filter,
    promiscuous: c.promiscuous,
    monitor: c.monitor,
    snapLength: c.snapLength,
    bufferMiB: c.bufferMiB,
    ring: { segmentBytes: c.segmentMB * MB, segmentSeconds: c.segmentSeconds, segments: c.segments },
    stop: { packets: c.stopPackets, seconds: c.stopSeconds, bytes: c.stopMB * MB },
  };
}

function interfacesOf(
  source: Request<'capture'>['source'],
  chosen: readonly string[],
  c: CaptureChoice,
): readonly string[] {
  if (source === 'ssh') return [c.remoteInterface.trim() || 'any'];
  return source === 'pipe' ? [] : chosen;
}
