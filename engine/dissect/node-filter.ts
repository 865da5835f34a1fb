// The display filter of a line of the tree, so that it applies and finds the packet. The engine's own text may be longer
// than a filter that anybody reads, and compares with bytes and texts to their end.

/** Longer filters are cut to a comparison with the beginning of the value. */
const LONGEST = 1_000;
const KEPT_BYTES = 300;
const KEPT_TEXT = 200;

const BYTES = /^([\w.-]+)(?:\[(\d+):\d+\])? == ((?:[0-9a-f]{2}:)+[0-9a-f]{2})$/;
const TEXT = /^([\w.-]+) == "((?:[^"\\]|\\[^])*)"$/;

const FRAME = /^frame\[(\d+):(\d+)\] == /;
/** Object identifiers may be what the grammar takes for a number, or not at all: `0.0`, `.123.4`. */
const DOTTED = /^([\w.-]+) == \.?\d+(?:\.\d+)+$/;
/** A stamp of a capture with more than a second of nanoseconds; the engine finds none of the ways in which it writes it. */
const BEYOND_A_SECOND = /^([\w.-]+) == "?[\d :-]+\.(?:\d{10,}|\(\d+ nanosec)/;

/**
 * @param frame the packet's bytes, null where they are not at hand: the engine tells some of them wrongly, where a line is of a part that was cut out
 * @param isFilter whether the engine takes a text
 * @returns '' where the line cannot be filtered by
 */
export function nodeFilter(
  said: string,
  frame: Uint8Array | null = null,
  isFilter: (filter: string) => boolean = () => true,
): string {
  // With every packet shown the one displayed before is the one captured before, which other filters do not change.
  const filter = ofFrame(said.replace(/^frame\.time_delta_displayed\b/, 'frame.time_delta'), frame);
  const beyond = BEYOND_A_SECOND.exec(filter);
  if (beyond !== null) return beyond[1]!;
  const dotted = DOTTED.exec(filter);
  if (dotted !== null && !isFilter(filter)) return dotted[1]!;
  if (filter.length <= LONGEST) return filter;
  const bytes = BYTES.exec(filter);
  if (bytes !== null) {
    const kept = bytes[3]!.slice(0, KEPT_BYTES * 3 - 1);
    return `${bytes[1]}[${bytes[2] ?? 0}:${KEPT_BYTES}] == ${kept}`;
  }
  const text = TEXT.exec(filter);
  if (text === null) return '';
  const whole = text[2]!.match(/\\x[0-9a-f]{2}|\\[^]|[^\\]/g) ?? [];
  return `${text[1]} contains "${whole.slice(0, KEPT_TEXT).join('')}"`;
}

/** A comparison of the frame's bytes, with those that are there. */
function ofFrame(filter: string, frame: Uint8Array | null): string {
  const found = FRAME.exec(filter);
  if (found === null || frame === null) return filter;
  const bytes = frame.subarray(Number(found[1]), Number(found[1]) + Number(found[2]));
  if (bytes.length < Number(found[2])) return '';
  // A byte alone would be read as a decimal number.
  const alone = bytes.length === 1 ? '0x' : '';
  return found[0] + alone + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
