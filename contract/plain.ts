// Texts that packets, file names and other people's files brought along, made harmless for a terminal or a line of
// people's.

/**
 * What has no business in one line of text: control characters (C0, DEL, C1), line and paragraph separators, marks that
 * change the direction or cannot be seen (Unicode's Cf and Default_Ignorable_Code_Point), and halves of surrogate
 * pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;
/** Most texts are printable ASCII: told in one look. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line that can do nothing to a terminal: what is not to be shown is a dot. */
export function plainText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, '·');
}

/**
 * JSON on one line of which a terminal shows nothing but characters: what `plainText` would replace is escaped, so that
 * a reader gets the very same text.
 */
export function plainJson(value: unknown): string {
  const text = JSON.stringify(value);
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escaped);
}

function escaped(found: string): string {
  let out = '';
  for (let i = 0; i < found.length; i++) out += `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}
