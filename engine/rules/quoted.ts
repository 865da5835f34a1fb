// Values of options: quotes, escapes, bytes between pipes.
import { type Message, say } from '../../contract/index.ts';

/** A value that may be negated and quoted: `!"text"`. */
export interface Quoted {
  readonly negated: boolean;
  /** What stands between the quotes, escapes untouched; the whole value where it has none. */
  readonly text: string;
  readonly quoted: boolean;
}

export function quotedOf(value: string): Quoted | null {
  const negated = value.startsWith('!');
  const rest = negated ? value.slice(1).trim() : value;
  if (!rest.startsWith('"')) return { negated, text: rest, quoted: false };
  if (rest.length < 2 || !rest.endsWith('"')) return null;
  return { negated, text: rest.slice(1, -1), quoted: true };
}

/** Text of an option such as `msg`, without quotes and with `\"`, `\;`, `\:` and `\\` undone. */
export function plainText(value: string): string | null {
  const q = quotedOf(value);
  if (q === null) return null;
  const text = q.negated ? `!${q.text}` : q.text;
  return text.replace(/\\([";:\\])/g, '$1');
}

/** Bytes of one pattern. */
const MAX_CONTENT = 8192;

/**
 * Bytes of a `content`: letters stand for themselves, `|0d 0a|` for bytes in hexadecimal, a backslash takes the meaning
 * of the next character away.
 */
export function contentBytes(text: string): Uint8Array | Message {
  const out: number[] = [];
  const bytes = Buffer.from(text, 'utf8');
  let at = 0;
  while (at < bytes.length) {
    const c = bytes[at]!;
    if (c === 0x7c) {
      const end = bytes.indexOf(0x7c, at + 1);
      if (end < 0) return say('rule-content-pipe');
      const hex = bytes.toString('latin1', at + 1, end).replace(/\s+/g, '');
      if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return say('rule-content-hex');
      for (let i = 0; i < hex.length; i += 2) out.push(Number.parseInt(hex.slice(i, i + 2), 16));
      at = end + 1;
    } else if (c === 0x5c) {
      if (at + 1 >= bytes.length) return say('rule-content-escape');
      out.push(bytes[at + 1]!);
      at += 2;
    } else {
      out.push(c);
      at++;
    }
    if (out.length > MAX_CONTENT) return say('rule-content-long', { max: MAX_CONTENT });
  }
  return out.length === 0 ? say('rule-content-empty') : Uint8Array.from(out);
}

/** Parts between commas, white space around them cut off; commas within quotes belong to their part. */
export function partsOf(value: string): readonly string[] {
  if (!/["\\]/.test(value)) return value.split(',').map((part) => part.trim());
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    if (c === '\\' && i + 1 < value.length) {
      part += c + value[++i]!;
      continue;
    }
    if (c === '"') quoted = !quoted;
    if (c === ',' && !quoted) {
      parts.push(part.trim());
      part = '';
    } else part += c;
  }
  parts.push(part.trim());
  return parts;
}
