// files.log (Zeek: base/frameworks/files). A line a file that an application carried.
import type { FileSaid } from '../talks/file-said.ts';
import type { Stamp } from '../talks/stamp.ts';
import { byteText } from '../talks/byte-text.ts';
import type { TalkEnds } from '../talks/walk.ts';
import type { Column } from './column.ts';
import { endColumns } from './ends.ts';
import { isLocal } from './local.ts';

export interface FileLine {
  readonly ends: TalkEnds;
  readonly fuid: string;
  readonly at: Stamp;
  /** Zeek's word for the application. */
  readonly source: string;
  /** 0 from whoever began. */
  readonly dir: 0 | 1;
  readonly file: FileSaid;
  readonly name: string | null;
  /** Bytes that the application said it would have, null where it did not. */
  readonly total: number | null;
  readonly analyzers: readonly string[];
}

function hashOf(kind: 'md5' | 'sha1' | 'sha256'): (line: FileLine) => string | null {
  return ({ file }) => (file[kind] === '' ? null : file[kind]);
}

export const FILES: readonly Column<FileLine>[] = [
  { name: 'ts', type: 'time', of: ({ at }) => at },
  { name: 'fuid', type: 'string', of: ({ fuid }) => fuid },
  ...endColumns<FileLine>(),
  { name: 'source', type: 'string', of: ({ source }) => source },
  // Files within files are not looked for.
  { name: 'depth', type: 'count', of: () => 0 },
  { name: 'analyzers', type: 'set[string]', of: ({ analyzers }) => analyzers },
  { name: 'mime_type', type: 'string', of: ({ file }) => file.mime },
  { name: 'filename', type: 'string', of: ({ name }) => (name === null || name === '' ? null : byteText(name)) },
  // When the last byte of a file came is not kept.
  { name: 'duration', type: 'interval', of: () => 0 },
  { name: 'local_orig', type: 'bool', of: ({ ends, dir }) => isLocal(dir === 0 ? ends.initiator : ends.responder) },
  { name: 'is_orig', type: 'bool', of: ({ dir }) => dir === 0 },
  { name: 'seen_bytes', type: 'count', of: ({ file }) => file.size },
  { name: 'total_bytes', type: 'count', of: ({ total }) => total },
  {
    name: 'missing_bytes',
    type: 'count',
    of: ({ file, total }) => (total === null ? 0 : Math.max(0, total - file.size)),
  },
  { name: 'overflow_bytes', type: 'count', of: () => 0 },
  { name: 'timedout', type: 'bool', of: () => false },
  { name: 'parent_fuid', type: 'string', of: () => null },
  { name: 'md5', type: 'string', of: hashOf('md5') },
  { name: 'sha1', type: 'string', of: hashOf('sha1') },
  { name: 'sha256', type: 'string', of: hashOf('sha256') },
];
