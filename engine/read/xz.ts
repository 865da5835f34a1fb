// xz, piece by piece: xz-embedded as WebAssembly, in a memory of its own that ends at a dictionary of 64 MiB.
import { ReadableStream } from 'node:stream/web';

/** What xz-embedded's codes mean (xz.h, enum xz_ret), in words that say what to do. */
const CODES: Readonly<Record<string, string>> = {
  3: 'there is no memory for its dictionary',
  4: 'its dictionary is larger than 64 MiB; unpack it first: xz -dc IN',
  5: 'no xz stream follows where one should',
  6: 'it uses a check or filter that is not read (SHA-256, BCJ, delta); unpack it first: xz -dc IN',
  7: 'the xz data is damaged',
  8: 'unexpected end of file',
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
    throw code === undefined
      ? error
      : new Error(CODES[code] ?? `the xz data cannot be read (${code})`, { cause: error });
  } finally {
    await pieces.return?.();
  }
}
