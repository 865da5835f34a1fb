// The words of a call, read by the flags of its command. What a command does not take is refused and never ignored.
import { parseArgs } from 'node:util';
import { nearest } from '../contract/index.ts';
import { UsageError } from './context.ts';
import type { Command } from './define.ts';
import { mayRepeat, onOff, readFlag, type Flag, type Flags, type Values } from './flags.ts';

/** What every command has. */
export const HELP = { help: onOff("show this command's help", 'h') };

/** Options that people know from elsewhere, and what to do without them. */
const NOT_HERE: Readonly<Record<string, string>> = {
  filter:
    'it reads every packet; a display filter is -Y of `sightline packets`, a capture filter -f of `sightline capture`',
  'keep-going': 'leave it out, since a file that cannot be read never stops the others; the exit code is 2 then',
};

export interface Call {
  readonly values: Values<Flags>;
  /** What stands beside the options. */
  readonly paths: readonly string[];
  /** Whether only the help is asked for. */
  readonly help: boolean;
}

/** @param all asked for every command's options when one is refused */
export type AllCommands = () => Promise<readonly Command[]>;

/** An option as it was given. */
interface Given {
  /** '--limit' or '-s'. */
  readonly said: string;
  readonly texts: string[];
}

/**
 * Reads what follows a command's name.
 * @throws UsageError for an option that the command has not, a value that is missing or not taken, options that
 *   contradict each other, and files for a command that takes none
 */
export async function callOf(command: Command, args: readonly string[], all: AllCommands): Promise<Call> {
  const flags: Flags = { ...command.flags, ...HELP };
  const { positionals, tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, nodeOption(flag)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, Given>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) throw await refusal(command, token.rawName, all);
    const text = textOf(token, flag);
    const before = given.get(token.name);
    if (before === undefined) given.set(token.name, { said: token.rawName, texts: [text] });
    else if (mayRepeat(flag)) before.texts.push(text);
    else throw new UsageError(`--${token.name} is given twice`);
  }
  if (given.has('help')) return { values: {}, paths: positionals, help: true };
  refuseContradictions(command, given);
  const first = positionals[0];
  if (first !== undefined && !command.takesPaths)
    throw new UsageError(`'${first}' is not understood: '${command.name}' takes options only`);
  const values = Object.entries(command.flags).map(([name, flag]) => {
    const g = given.get(name);
    return [name, readFlag(flag, g?.said ?? `--${name}`, g?.texts ?? [])] as const;
  });
  return { values: Object.fromEntries(values), paths: positionals, help: false };
}

function nodeOption(flag: Flag): { type: 'boolean' | 'string'; multiple: boolean; short?: string } {
  const type = flag.kind === 'switch' ? 'boolean' : 'string';
  return { type, multiple: true, ...(flag.short === undefined ? {} : { short: flag.short }) };
}

/** An option's value as it was written; '' for a switch. */
function textOf(token: { name: string; rawName: string; value?: string; inlineValue?: boolean }, flag: Flag): string {
  const { rawName: said, value } = token;
  if (flag.kind === 'switch') {
    if (value !== undefined) throw new UsageError(`${said} takes no value`);
    return '';
  }
  if (value === undefined) throw new UsageError(`${said} needs a value: ${said} ${flag.value}`);
  // `-w -q` forgot its value; one that begins with a dash can be given as --write=-q.
  if (token.inlineValue === false && /^-./.test(value))
    throw new UsageError(`${said} needs a value; one that begins with a dash is given as --${token.name}=${value}`);
  return value;
}

function refuseContradictions(command: Command, given: ReadonlyMap<string, Given>): void {
  for (const [one, ...others] of command.apart ?? []) {
    const other = given.has(one!) ? others.find((o) => given.has(o)) : undefined;
    if (other !== undefined) throw new UsageError(`--${one} and --${other} do not go together`);
  }
}

/** Says what the command has instead, and which command has the option. */
async function refusal(command: Command, said: string, all: AllCommands): Promise<UsageError> {
  const name = said.replace(/^-+/, '');
  const problem = `'${command.name}' has no option ${said}`;
  if (Object.hasOwn(NOT_HERE, name)) return new UsageError(`${problem}: ${NOT_HERE[name]!}`);
  const near = said.startsWith('--') ? nearest(name, Object.keys({ ...command.flags, ...HELP })) : null;
  const owners = (await all()).filter((c) => has(c, name)).map((c) => `'${c.name}'`);
  const more = [
    ...(near === null ? [] : [`did you mean --${near}?`]),
    ...(owners.length === 0 ? [] : [`${said} belongs to ${owners.join(', ')}`]),
  ];
  if (more.length === 0) more.push(`'sightline help ${command.name}' lists its options`);
  return new UsageError(`${problem}; ${more.join(' ')}`);
}

/** @param name of an option, or its letter */
function has(command: Command, name: string): boolean {
  return Object.hasOwn(command.flags, name) || Object.values(command.flags).some((f) => f.short === name);
}
