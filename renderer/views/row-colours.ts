// Colours of rows by Wireshark's rules. In the light theme they are Wireshark's own; in the dark one its pale grounds
// become dark ones of the same hue, and its dark grounds, which warn, stay as they are.
export interface RowColours {
  readonly background: string;
  readonly text: string;
}

const DARK_TEXT = '#e6e9ee';
/** A pale ground of the dark theme: its hue, this lightness, and this share of its saturation. */
const LIGHTNESS = 0.165;
const SATURATION = 0.4;
/** Grounds below this luminance are dark in Wireshark, too. */
const PALE = 0.35;

const known = new Map<string, RowColours | null>();
const MAX_KNOWN = 2_000;

/** @param background 0xRRGGBB @returns null where no rule colours the row */
export function rowColours(background: number, foreground: number, dark: boolean): RowColours | null {
  const key = `${background} ${foreground} ${dark}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size > MAX_KNOWN) known.clear();
  const made = coloursOf(background, foreground, dark);
  known.set(key, made);
  return made;
}

/** Grounds of conversations, as Wireshark offers them. */
export const CONVERSATION_COLOURS = [
  0xeac4c4, 0xf7dfba, 0xf5f5c0, 0xc8e8c8, 0xbfe3e3, 0xc5d6f2, 0xddcdf0, 0xf0cde3, 0xd8d3c3, 0xcfd6db,
] as const;

export function conversationColours(index: number, dark: boolean): RowColours {
  return rowColours(CONVERSATION_COLOURS[index % CONVERSATION_COLOURS.length]!, 0x12272e, dark)!;
}

function coloursOf(background: number, foreground: number, dark: boolean): RowColours | null {
  // Where no rule holds, the engine gives both alike, or black on white.
  if (background === foreground || (background === 0xffffff && foreground === 0)) return null;
  if (!dark || luminance(background) < PALE)
    return { background: hex(background), text: hex(readable(background, foreground)) };
  const { hue, saturation } = hueOf(background);
  return {
    background: `hsl(${hue.toFixed(0)} ${(saturation * SATURATION * 100).toFixed(0)}% ${LIGHTNESS * 100}%)`,
    text: DARK_TEXT,
  };
}

/** The least contrast of text (WCAG 2.2, 1.4.3). */
export const LEAST_CONTRAST = 4.5;

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: number, other: number): number {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return a > b ? a / b : b / a;
}

/** The colour of a rule's text, or black or white where that could not be read on its ground. */
export function readable(background: number, foreground: number): number {
  if (contrast(background, foreground) >= LEAST_CONTRAST) return foreground;
  return contrast(background, 0) >= contrast(background, 0xffffff) ? 0 : 0xffffff;
}

function channels(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

/** Hue in degrees and saturation, 0 to 1, of the model HSL. */
function hueOf(colour: number): { readonly hue: number; readonly saturation: number } {
  const [r, g, b] = channels(colour).map((c) => c / 255) as [number, number, number];
  const most = Math.max(r, g, b);
  const least = Math.min(r, g, b);
  const chroma = most - least;
  if (chroma === 0) return { hue: 0, saturation: 0 };
  const saturation = chroma / (1 - Math.abs(most + least - 1));
  if (most === r) return { hue: (60 * ((g - b) / chroma) + 360) % 360, saturation };
  return { hue: most === g ? 60 * ((b - r) / chroma + 2) : 60 * ((r - g) / chroma + 4), saturation };
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(colour: number): number {
  const [r, g, b] = channels(colour).map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`;
}
