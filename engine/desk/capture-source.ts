// What a window asks to capture, as the room of live capture takes it; and what is asked where nothing was chosen.
import type { Request } from '../../contract/index.ts';
import { type CaptureSource, DEFAULT_BUFFER_MIB, DEFAULT_RING, NEVER } from '../capture/index.ts';

export function captureSource(o: Request<'capture'>): CaptureSource {
  const { interfaces, filter, promiscuous, monitor, snapLength, bufferMiB } = o;
  const choice = { interfaces, filter, promiscuous, monitor, snapLength, bufferMiB };
  switch (o.source) {
    case 'pipe':
      return { kind: 'pipe', path: o.path };
    case 'ssh':
      return { kind: 'ssh', host: o.host, ...choice };
    default:
      return { kind: o.source, ...choice };
  }
}

/** A capture with everything as it is by default; '-' as the only name is stdin. */
export function plainCapture(names: readonly string[], filter: string): Request<'capture'> {
  const stdin = names.length === 1 && names[0] === '-';
  return {
    source: stdin ? 'pipe' : 'helper',
    interfaces: stdin ? [] : names,
    host: '',
    path: stdin ? '-' : '',
    filter,
    promiscuous: true,
    monitor: false,
    snapLength: 0,
    bufferMiB: DEFAULT_BUFFER_MIB,
    ring: DEFAULT_RING,
    stop: NEVER,
  };
}
