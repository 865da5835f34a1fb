// Values as the display filter writes them.

/** A value as a text of the filter language. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (c) => `\\${c}`)}"`;
}
