// Texts cut to their column before they are drawn. The list is monospaced, so a text's width follows from its number of
// characters. Clipping each of two hundred cells instead cost a quarter of a frame when all rows change.

/**
 * Characters that take two columns of a monospaced font: East Asian wide and full-width ones, emoji (UAX #11, in
 * short).
 */
const WIDE_RANGES = [
  String.raw`\u1100-\u115f`, // Hangul
  String.raw`\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf`, // CJK, kana, Yi
  String.raw`\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6`, // syllables, full-width forms
  String.raw`\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}`, // emoji, CJK beyond the first plane
];
const WIDE = new RegExp(`[${WIDE_RANGES.join('')}]`, 'u');
const NARROW_ONLY = /^[\u0020-\u02ff]*$/;

/** @param columns how many narrow characters the cell holds @returns the text, or its beginning with an ellipsis */
export function fit(text: string, columns: number): string {
  if (text.length <= columns && NARROW_ONLY.test(text)) return text;
  let used = 0;
  let end = 0;
  for (const c of text) {
    used += WIDE.test(c) ? 2 : 1;
    if (used > columns) return `${text.slice(0, lastWithin(text, columns - 1))}…`;
    end += c.length;
  }
  return text.slice(0, end);
}

function lastWithin(text: string, columns: number): number {
  let used = 0;
  let end = 0;
  for (const c of text) {
    used += WIDE.test(c) ? 2 : 1;
    if (used > columns) break;
    end += c.length;
  }
  return end;
}
