// A column of texts: all of them as one run of UTF-8, with where each ends.

export interface Texts {
  readonly bytes: Uint8Array;
  /** End of each text in `bytes`; the first begins at 0. */
  readonly ends: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function packTexts(texts: readonly string[]): Texts {
  const bytes = encoder.encode(texts.join(''));
  const ends = new Uint32Array(texts.length);
  let at = 0;
  for (let i = 0; i < texts.length; i++) ends[i] = at += utf8Length(texts[i]!);
  return { bytes, ends };
}

export function textAt(texts: Texts, i: number): string {
  return decoder.decode(texts.bytes.subarray(i === 0 ? 0 : texts.ends[i - 1]!, texts.ends[i]!));
}

/** Reads many texts of a column: where all are ASCII, they are decoded together once. */
export function textReader(texts: Texts): (i: number) => string {
  const { bytes, ends } = texts;
  const all = decoder.decode(bytes);
  // As many characters as bytes: each place in the text is the place of its byte.
  if (all.length !== bytes.length) return (i) => textAt(texts, i);
  return (i) => all.slice(i === 0 ? 0 : ends[i - 1]!, ends[i]!);
}

export function unpackTexts(texts: Texts): string[] {
  return Array.from(texts.ends, (_, i) => textAt(texts, i));
}

/** Bytes of a text as the encoder writes it: a surrogate without its half becomes U+FFFD, three bytes. */
function utf8Length(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) n++;
    else if (c < 0x800) n += 2;
    else if (c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      n += 4;
      i++;
    } else n += 3;
  }
  return n;
}
