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

/** Interfaces that carry what this machine sends to itself. */
const LOOPBACK = /^(lo\d*|any|\\Device\\NPF_Loopback|Loopback.*)$/i;

/**
 * The capture filter without the window's own traffic: seen on loopback, each row that the window draws would make
 * packets, which make rows.
 * @param port that the window is served on, null where it has none
 */
export function withoutOwn(
  o: Pick<Request<'capture'>, 'source' | 'interfaces' | 'filter'>,
  port: number | null,
): string {
  const sees = (o.source === 'helper' || o.source === 'dumpcap') && o.interfaces.some((name) => LOOPBACK.test(name));
  if (port === null || !sees) return o.filter;
  const others = `not (host 127.0.0.1 and tcp port ${port})`;
  return o.filter.trim() === '' ? others : `(${o.filter}) and ${others}`;
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
