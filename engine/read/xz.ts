// xz, piece by piece: xz-embedded as WebAssembly, in a memory of its own that ends at a dictionary of 64 MiB.
import { type MessageKey, SaidError, say } from '../../contract/index.ts';
import { ReadableStream } from 'node:stream/web';

/** What xz-embedded's codes mean (xz.h, enum xz_ret). */
const CODES: Readonly<Record<string, MessageKey>> = {
  3: 'xz-no-memory',
  4: 'xz-dictionary',
  5: 'xz-no-stream',
  6: 'xz-check',
  7: 'xz-damaged',
  8: 'unexpected-end',
};

/**
 * Inflates an xz stream, members joined end to end included.
 * @throws Error with the reason where it is damaged, cut or not to be read
 */
export async function* inflateXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
  const pieces = source[Symbol.asyncIterator]();
  async function* feed(): AsyncGenerator<Uint8Array> {
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  try {
    for await (const piece of new xz.XzReadableStream(ReadableStream.from(feed()))) if (piece.length > 0) yield piece;
  } catch (error) {
    const code = error instanceof Error ? /error code (\d+)/.exec(error.message)?.[1] : undefined;
    if (code === undefined) throw error;
    const known = CODES[code];
    throw new SaidError(known === undefined ? say('xz-code', { code }) : { say: known });
  } finally {
    await pieces.return?.();
  }
}
