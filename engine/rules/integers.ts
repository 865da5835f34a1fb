// Numbers that options are compared with: `5`, `!5`, `<5`, `>=5`, `5-10`, `5<>10`, `&0x1`, with units and names.

/** How a number of the traffic is compared. Ranges leave out both of their ends. */
export type NumberTest =
  | { readonly is: 'equal' | 'other' | 'less' | 'atMost' | 'more' | 'atLeast'; readonly value: number }
  | { readonly is: 'between' | 'outside'; readonly low: number; readonly high: number }
  | { readonly is: 'masked'; readonly mask: number; readonly value: number; readonly not: boolean }
  | { readonly is: 'anyOf'; readonly tests: readonly NumberTest[]; readonly not: boolean };

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kb: 1024,
  kib: 1024,
  mb: 1_048_576,
  mib: 1_048_576,
  gb: 1_073_741_824,
  gib: 1_073_741_824,
};

/** @returns the number that a text says, null where it says none. */
export function numberOf(text: string): number | null {
  const match = /^(0x[0-9a-f]+|\d+)\s*([kmg]i?b)?$/i.exec(text.trim());
  if (match === null) return null;
  const value = Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]!;
  return Number.isSafeInteger(value) ? value : null;
}

const COMPARED: readonly (readonly [string, 'equal' | 'other' | 'less' | 'atMost' | 'more' | 'atLeast'])[] = [
  ['<=', 'atMost'],
  ['>=', 'atLeast'],
  ['!=', 'other'],
  ['<', 'less'],
  ['>', 'more'],
  ['=', 'equal'],
  ['!', 'other'],
];

/**
 * @param names words that stand for numbers, in small letters
 * @returns how to compare, or null where the text says nothing of the kind
 */
export function numberTest(text: string, names: ReadonlyMap<string, number> = NO_NAMES): NumberTest | null {
  const t = text.trim();
  const read = (part: string): number | null => numberOf(part) ?? names.get(part.trim().toLowerCase()) ?? null;
  const whole = read(t);
  if (whole !== null) return { is: 'equal', value: whole };
  const masked = /^(!?)&\s*([^=!]+?)(?:\s*(!?=)\s*(.+))?$/.exec(t);
  if (masked !== null) return maskTest(masked, read);
  const range = /^(!?)\s*([^<>!=-]+?)\s*(?:<>|-)\s*([^<>!=-]+)$/.exec(t);
  if (range !== null) {
    const [low, high] = [read(range[2]!), read(range[3]!)];
    if (low !== null && high !== null)
      return low < high ? { is: range[1] === '!' ? 'outside' : 'between', low, high } : null;
  }
  for (const [sign, is] of COMPARED) {
    if (!t.startsWith(sign)) continue;
    const value = read(t.slice(sign.length));
    return value === null ? null : { is, value };
  }
  return null;
}

function maskTest(found: RegExpExecArray, read: (part: string) => number | null): NumberTest | null {
  const mask = read(found[2]!);
  if (mask === null) return null;
  if (found[3] === undefined) return { is: 'masked', mask, value: 0, not: found[1] !== '!' };
  const value = read(found[4]!);
  if (value === null) return null;
  return { is: 'masked', mask, value, not: (found[3] === '!=') !== (found[1] === '!') };
}

const NO_NAMES: ReadonlyMap<string, number> = new Map();

/** Whether a number of the traffic passes. */
export function passes(test: NumberTest, n: number): boolean {
  switch (test.is) {
    case 'equal':
      return n === test.value;
    case 'other':
      return n !== test.value;
    case 'less':
      return n < test.value;
    case 'atMost':
      return n <= test.value;
    case 'more':
      return n > test.value;
    case 'atLeast':
      return n >= test.value;
    case 'between':
      return n > test.low && n < test.high;
    case 'outside':
      return n <= test.low || n >= test.high;
    case 'masked':
      return (and(n, test.mask) === test.value) !== test.not;
    case 'anyOf':
      return test.tests.some((t) => passes(t, n)) !== test.not;
  }
}

/** Bits that two numbers below 2^53 share: JavaScript's own operator knows 32. */
function and(a: number, b: number): number {
  const high = Math.floor(a / 2 ** 32) & Math.floor(b / 2 ** 32);
  return high * 2 ** 32 + (((a >>> 0) & (b >>> 0)) >>> 0);
}
