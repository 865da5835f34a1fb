// The value of a line out of the comparison that the engine makes of it: `tcp.port == 80`.

export interface LineValue {
  /** '' for a line that is text alone. */
  readonly name: string;
  /** As tshark writes it into JSON and PDML; null where the field has none. */
  readonly value: string | null;
}

const TIME = /^"-?\d{4,}-\d\d-\d\d /;

export function lineValue(field: string, label: string): LineValue {
  // Lines without a field of their own are compared by the bytes of the frame.
  if (field === '' || field.startsWith('frame[')) return { name: '', value: null };
  const at = field.indexOf(' == ');
  if (at < 0) return { name: field, value: null };
  const name = field.slice(0, at).replace(/\[[\d:]+\]$/, '');
  return { name, value: shown(field.slice(at + 4), label) };
}

function shown(value: string, label: string): string {
  if (value === 'True') return '1';
  if (value === 'False') return '0';
  // The engine writes a single byte so that no filter takes it for a number.
  if (/^[0-9a-f]{2}:$/.test(value)) return value.slice(0, 2);
  if (!value.startsWith('"') || !value.endsWith('"') || value.length < 2) return value;
  // A moment stands in the label as people read it.
  if (TIME.test(value) && label.includes(': '))
    return label.slice(label.indexOf(': ') + 2).replace('Coordinated Universal Time', 'UTC');
  return unquoted(value.slice(1, -1));
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};

function unquoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|([^]))/gi, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(parseInt(code, 16)),
  );
}
