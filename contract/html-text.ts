// Texts of others in a page that we write: nothing in them is markup.
import { plainText } from './plain.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One line of text, as it stands in a page or in a quoted attribute. */
export function htmlText(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** The same, and line feeds stay. */
export function htmlLines(text: string): string {
  return text.split('\n').map(htmlText).join('\n');
}
