// The words of a call, by the table of its command: what a command does not take is refused, never ignored.
import { parseArgs } from 'node:util';
import { COMMANDS, NOT_HERE, type CommandSpec, type OptionSpec } from './commands.ts';
import { UsageError } from './context.ts';

/** Suggestions are at most this many letters away. */
const NEAR = 2;

type Value = string | boolean | (string | boolean)[] | undefined;

/** Steps from one word to another: a letter more, less, other, or two that changed places. */
export function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The nearest of some names, or null where none is near. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length > 40) return null;
  const reach = Math.min(NEAR, Math.floor(word.length / 2));
  const near = names
    .map((name) => ({ name, steps: name.startsWith(word) && word.length > 2 ? 1 : distance(word, name) }))
    .filter((n) => n.steps <= reach);
  return near.toSorted((a, b) => a.steps - b.steps)[0]?.name ?? null;
}

export class Words {
  readonly paths: readonly string[];
  private readonly command: CommandSpec;
  private readonly values: Readonly<Record<string, Value>>;

  constructor(command: CommandSpec, values: Readonly<Record<string, Value>>, paths: readonly string[]) {
    this.command = command;
    this.values = values;
    this.paths = paths;
  }

  flag(name: string): boolean {
    return this.value(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.value(name);
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
  }

  whole(name: string, fallback: number, low: number, high: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const n = Number(text);
    if (text.trim() === '' || !Number.isInteger(n) || n < low || n > high)
      throw new UsageError(`--${name} takes a whole number from ${low} to ${high}`);
    return n;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** Two options that say different things. */
  apart(one: string, ...others: readonly string[]): void {
    const both = this.has(one) ? others.find((o) => this.has(o)) : undefined;
    if (both !== undefined) throw new UsageError(`--${one} and --${both} do not go together`);
  }

  private value(name: string): Value {
    if (!this.command.options.some((o) => o.name === name))
      throw new Error(`${this.command.name} has no option ${name} in its table`);
    return this.values[name];
  }
}

/** @throws UsageError for a command that there is not */
export function commandOf(name: string): CommandSpec {
  const found = COMMANDS.find((c) => c.name === name);
  if (found) return found;
  const near = nearest(
    name,
    COMMANDS.map((c) => c.name),
  );
  throw new UsageError(
    `there is no command '${name}'; ${near === null ? "'sightline help' lists them" : `is '${near}' meant?`}`,
  );
}

function refusal(command: CommandSpec, raw: string): UsageError {
  const name = raw.replace(/^-+/, '');
  const others = COMMANDS.filter((c) => c.options.some((o) => o.name === name || o.short === name)).map(
    (c) => `'${c.name}'`,
  );
  const near = nearest(
    name,
    command.options.map((o) => o.name),
  );
  let more = `'sightline help ${command.name}' lists its options`;
  if (Object.hasOwn(NOT_HERE, name)) more = NOT_HERE[name]!;
  else if (near !== null && raw.startsWith('--')) more = `is --${near} meant?`;
  else if (others.length > 0) more = `${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} it`;
  return new UsageError(`'${command.name}' has no option ${raw}: ${more}`);
}

/** @throws UsageError for an option that the command has not, one without its value, and files for a command that takes none */
export function wordsOf(command: CommandSpec, args: readonly string[]): Words {
  const known: readonly OptionSpec[] = [...command.options, { name: 'help', short: 'h', text: '' }];
  const options = Object.fromEntries(
    known.map(
      (o) =>
        [
          o.name,
          {
            type: o.value === undefined ? 'boolean' : 'string',
            multiple: o.multiple ?? false,
            ...(o.short === undefined ? {} : { short: o.short }),
          },
        ] as const,
    ),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const t of tokens) {
    if (t.kind !== 'option') continue;
    const spec = known.find((o) => o.name === t.name);
    if (spec === undefined) throw refusal(command, t.rawName);
    if (spec.value !== undefined && t.value === undefined)
      throw new UsageError(`${t.rawName} needs a value: ${t.rawName} ${spec.value}`);
    if (spec.value === undefined && t.value !== undefined) throw new UsageError(`${t.rawName} takes no value`);
    // `-w -q` forgot its value; one that begins with a dash can be given as --write=-q.
    if (spec.value !== undefined && t.inlineValue === false && /^-./.test(t.value ?? ''))
      throw new UsageError(
        `${t.rawName} needs a value; one that begins with a dash is given as --${spec.name}=${t.value}`,
      );
    if (
      spec.multiple !== true &&
      tokens.some((o) => o.kind === 'option' && o.name === t.name && o.index > t.index && spec.value !== undefined)
    )
      throw new UsageError(`--${t.name} is given twice`);
  }
  const first = positionals[0];
  if (first !== undefined && !command.takes && values['help'] !== true)
    throw new UsageError(`'${first}' is not understood: '${command.name}' takes options only`);
  return new Words({ ...command, options: known }, values, positionals);
}
