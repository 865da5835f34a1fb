// Files within a multipart/form-data body (RFC 7578).
import { textOf } from '../application.ts';

export interface PartFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MAX_FILES = 64;

/** @returns files of the body, null where it is no such body or holds no file */
export function multipartFiles(body: Uint8Array, type: string): readonly PartFile[] | null {
  const boundary = /^multipart\/[^;]*;.*?boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/is.exec(type);
  if (boundary === null) return null;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]!}`, 'latin1');
  const whole = Buffer.from(body.buffer, body.byteOffset, body.length);
  const files: PartFile[] = [];
  let at = whole.indexOf(mark);
  while (at >= 0 && files.length < MAX_FILES) {
    const from = at + mark.length;
    const next = whole.indexOf(mark, from);
    const part = body.subarray(from, next < 0 ? body.length : next);
    const file = fileOf(part, next >= 0);
    if (file !== null) files.push(file);
    at = next;
  }
  return files.length === 0 ? null : files;
}

function fileOf(part: Uint8Array, ended: boolean): PartFile | null {
  const text = textOf(part.subarray(0, 4_096));
  const head = /\r?\n\r?\n/.exec(text);
  if (head === null) return null;
  const name = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(text.slice(0, head.index));
  if (name === null) return null;
  let to = part.length;
  if (ended && part[to - 1] === 10) to--;
  if (ended && part[to - 1] === 13) to--;
  return { name: name[1] ?? name[2] ?? '', bytes: part.subarray(head.index + head[0].length, Math.max(to, 0)) };
}
