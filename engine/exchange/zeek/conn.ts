// conn.log (Zeek: base/protocols/conn). A line a flow.
import { between } from '../talks/stamp.ts';
import type { TalkOver } from '../talks/walk.ts';
import type { Column } from './column.ts';
import { endColumns, transportWord } from './ends.ts';
import { isLocal } from './local.ts';

export interface ConnLine {
  readonly ends: TalkOver;
  /** Zeek's words. */
  readonly services: readonly string[];
}

/** Nanoseconds; null where a single moment is all there was, as Zeek leaves it unset. */
function durationOf({ ends }: ConnLine): number | null {
  const length = between(ends.first, ends.lastCounted);
  return length > 0 ? length : null;
}

function bytesOf(line: ConnLine, dir: 0 | 1): number | null {
  return durationOf(line) === null ? null : line.ends.course.bytes(dir);
}

export const CONN: readonly Column<ConnLine>[] = [
  { name: 'ts', type: 'time', of: ({ ends }) => ends.first },
  ...endColumns<ConnLine>(),
  { name: 'proto', type: 'enum', of: ({ ends }) => transportWord(ends.ipProtocol) },
  { name: 'service', type: 'string', of: ({ services }) => (services.length === 0 ? null : services.join(',')) },
  { name: 'duration', type: 'interval', of: durationOf },
  { name: 'orig_bytes', type: 'count', of: (line) => bytesOf(line, 0) },
  { name: 'resp_bytes', type: 'count', of: (line) => bytesOf(line, 1) },
  { name: 'conn_state', type: 'string', of: ({ ends }) => ends.course.state },
  { name: 'local_orig', type: 'bool', of: ({ ends }) => isLocal(ends.initiator) },
  { name: 'local_resp', type: 'bool', of: ({ ends }) => isLocal(ends.responder) },
  { name: 'missed_bytes', type: 'count', of: ({ ends }) => ends.missed },
  { name: 'history', type: 'string', of: ({ ends }) => (ends.course.history === '' ? null : ends.course.history) },
  { name: 'orig_pkts', type: 'count', of: ({ ends }) => ends.packets[0] },
  { name: 'orig_ip_bytes', type: 'count', of: ({ ends }) => ends.ipBytes[0] },
  { name: 'resp_pkts', type: 'count', of: ({ ends }) => ends.packets[1] },
  { name: 'resp_ip_bytes', type: 'count', of: ({ ends }) => ends.ipBytes[1] },
  // Which flow a tunnel's flow is within is not followed.
  { name: 'tunnel_parents', type: 'set[string]', of: () => null },
  { name: 'ip_proto', type: 'count', of: ({ ends }) => ends.ipProtocol },
];
