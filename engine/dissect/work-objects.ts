// Objects of HTTP whose coding the engine cannot undo (br, zstd, several): of HTTP/1 it leaves them out, of HTTP/2 it
// gives them as they were sent. Both are made whole.
import { undoCodings } from './bodies.ts';
import type { WorkSession } from './engine.ts';
import { framesLetThrough } from './filtering.ts';
import { codedBodies } from './work-follow.ts';
import { fieldOf, numberOf, textOf, walk } from './work-tree.ts';

const MAX_FRAMES = 10_000;
/** Of one object. */
export const MAX_OBJECT = 256 * 1024 * 1024;

export interface UndoneObject {
  readonly frame: number;
  readonly host: string;
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Bodies that the engine leaves out, as they were before they were coded. */
export function leftOut(session: WorkSession): UndoneObject[] {
  return frames(session, 'http.decompression_failed').flatMap((frame) => {
    const { tree } = session.getFrame(frame);
    const said = new Map<string, string>();
    for (const node of walk(tree)) {
      const field = fieldOf(node);
      if ((field === 'http.content_type' || field === 'http.request.full_uri') && !said.has(field))
        said.set(field, textOf(node));
    }
    const { host, name } = placeOf(said.get('http.request.full_uri') ?? '');
    const type = (said.get('http.content_type') ?? '').split(';')[0]!.trim();
    return codedBodies(session, frame).flatMap(({ coding, bytes }) => {
      const undone = undoCodings(bytes, coding, MAX_OBJECT);
      return undone === null ? [] : [{ frame, host, type, name, bytes: undone }];
    });
  });
}

function placeOf(uri: string): { readonly host: string; readonly name: string } {
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/?#]*)([^#]*)/i.exec(uri) ?? [];
  return { host, name: path.slice(path.lastIndexOf('/', path.search(/\?|$/)) + 1) || '/' };
}

/** Codings of streams of HTTP/2 that the engine does not undo. */
export class CodedStreams {
  private readonly codings = new Map<string, string>();
  private readonly session: WorkSession;

  constructor(session: WorkSession) {
    this.session = session;
    const filter = 'http2.headers.content_encoding matches "br|zstd"';
    for (const frame of frames(session, filter)) {
      const { coding, key } = this.look(frame);
      if (coding !== '') this.codings.set(key, coding);
    }
  }

  /** The bytes of an object as they were before they were coded. */
  undone(frame: number, bytes: Uint8Array): Uint8Array {
    if (this.codings.size === 0) return bytes;
    const coding = this.codings.get(this.look(frame).key);
    return coding === undefined ? bytes : (undoCodings(bytes, coding, MAX_OBJECT) ?? bytes);
  }

  private look(frame: number): { readonly key: string; readonly coding: string } {
    let connection = -1;
    let stream = -1;
    let coding = '';
    for (const node of walk(this.session.getFrame(frame).tree)) {
      const field = fieldOf(node);
      if (field === 'tcp.stream') connection = numberOf(node);
      // A packet with several streams is told by the last of them, where an object ends.
      else if (field === 'http2.streamid') stream = numberOf(node);
      else if (field === 'http2.headers.content_encoding') coding = textOf(node);
    }
    return { key: `${connection} ${stream}`, coding };
  }
}

function frames(session: WorkSession, filter: string): number[] {
  return [...framesLetThrough(session, filter, 0, MAX_FRAMES).frames];
}
