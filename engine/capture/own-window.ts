// The window's own connection. Where the window is served over loopback, a capture of loopback would hold the packets
// that draw it, which draw more rows, which make more packets: they are left out in the kernel, and that is said.
import { LONGEST_FILTER, type CaptureSource } from './plan.ts';

/** Names of interfaces that carry what goes over loopback: Linux, BSD and macOS, Npcap, and all of Linux at once. */
const LOOPBACK = /^(?:lo\d*|any|\\Device\\NPF_Loopback)$/i;

/**
 * The source with the window's connection left out, or null where that changes nothing: no served window, another
 * machine's packets, no loopback among the interfaces, a filter that would be too long.
 * @param port the TCP port at 127.0.0.1 where the window is served, 0 for none
 */
export function withoutWindow(source: CaptureSource, port: number): CaptureSource | null {
  if (port === 0 || source.kind === 'pipe' || source.kind === 'ssh') return null;
  if (!source.interfaces.some((name) => LOOPBACK.test(name))) return null;
  const own = `not (host 127.0.0.1 and tcp port ${port})`;
  const filter = source.filter.trim() === '' ? own : `${own} and (${source.filter})`;
  return filter.length > LONGEST_FILTER ? null : { ...source, filter };
}
