// Options of the window's start: of `npm start`, of the served window and of `npm run dev`. One table says what there
// is; what is not in it is refused with the nearest that is.
import { nearest } from './nearest.ts';

interface StartOption {
  /** What its value is called; null for a switch. */
  readonly value: string | null;
  /** A few words for the help. */
  readonly text: string;
}

const OPTIONS = {
  sample: { value: null, text: 'with the bundled sample in it' },
  interface: { value: 'NAME', text: 'capture on NAME at once' },
  filter: { value: 'EXPRESSION', text: 'capture filter (BPF), with --interface' },
  browser: { value: null, text: 'in the browser, also where the desktop runtime is there' },
  port: { value: 'N', text: 'serve the browser on this port of 127.0.0.1' },
  'no-browser': { value: null, text: 'serve, print the link and open no browser' },
  help: { value: null, text: 'this help' },
} as const satisfies Record<string, StartOption>;

export type StartOptionName = keyof typeof OPTIONS;

/** A program that starts the window, and the options it takes. */
export interface Starter {
  /** As it is typed before its options. */
  readonly name: string;
  readonly takes: readonly StartOptionName[];
}

export const STARTERS = {
  start: { name: 'npm start', takes: ['sample', 'interface', 'filter', 'browser', 'port', 'no-browser', 'help'] },
  dev: { name: 'npm run dev', takes: ['sample', 'interface', 'filter', 'port', 'help'] },
  served: { name: 'the served window', takes: ['sample', 'interface', 'filter', 'port', 'no-browser', 'help'] },
} as const satisfies Record<string, Starter>;

/** What is asked for at the start. At most one of file, sample and interface. */
export interface StartCall {
  readonly file: string | null;
  readonly sample: boolean;
  readonly interface: string | null;
  readonly filter: string | null;
  readonly browser: boolean;
  readonly port: number | null;
  readonly noBrowser: boolean;
  readonly help: boolean;
}

export type StartResult =
  | { readonly ok: true; readonly call: StartCall }
  /** One sentence for the terminal. */
  | { readonly ok: false; readonly message: string };

const MOST_PORT = 65_535;

/** What was given, and the sentence that refuses it. */
interface Given {
  readonly values: Map<StartOptionName, string>;
  readonly files: string[];
}

/** Reads the words after a starter's name. */
export function startCall(starter: Starter, args: readonly string[]): StartResult {
  const given: Given = { values: new Map(), files: [] };
  const problem = take(starter, args, given) ?? contradiction(given);
  if (problem !== null) return { ok: false, message: problem };
  const { values, files } = given;
  return {
    ok: true,
    call: {
      file: files[0] ?? null,
      sample: values.has('sample'),
      interface: values.get('interface') ?? null,
      filter: values.get('filter') ?? null,
      browser: values.has('browser'),
      port: values.has('port') ? Number(values.get('port')) : null,
      noBrowser: values.has('no-browser'),
      help: values.has('help'),
    },
  };
}

/** The words that say a call again, without what only `npm start` itself needs. */
export function startWords(call: StartCall): string[] {
  return [
    ...(call.sample ? ['--sample'] : []),
    ...(call.interface === null ? [] : [`--interface=${call.interface}`]),
    ...(call.filter === null ? [] : [`--filter=${call.filter}`]),
    ...(call.port === null ? [] : [`--port=${call.port}`]),
    ...(call.noBrowser ? ['--no-browser'] : []),
    ...(call.file === null ? [] : fileWords(call.file)),
  ];
}

function fileWords(file: string): string[] {
  return file.startsWith('-') ? ['--', file] : [file];
}

export function startHelp(starter: Starter): string[] {
  const heads = starter.takes.map((name) => {
    const { value } = OPTIONS[name];
    return value === null ? `--${name}` : `--${name} ${value}`;
  });
  const width = Math.max(...heads.map((head) => head.length));
  return [
    `Usage: ${starter.name} [${starter.name.startsWith('npm') ? '-- ' : ''}FILE | OPTIONS]`,
    '',
    ...starter.takes.map((name, i) => `  ${heads[i]!.padEnd(width)}  ${OPTIONS[name].text}`),
  ];
}

/** Takes the words apart into `given`. @returns what is wrong with them */
function take(starter: Starter, args: readonly string[], { values, files }: Given): string | null {
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      files.push(...words);
      return null;
    }
    if (!word.startsWith('-') || word === '-') {
      files.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const said = equals < 0 ? word : word.slice(0, equals);
    const name = starter.takes.find((one) => `--${one}` === said);
    if (name === undefined) return refusal(starter, said);
    if (values.has(name)) return `${said} is given twice`;
    const { value } = OPTIONS[name];
    if (value === null) {
      if (equals >= 0) return `${said} takes no value`;
      values.set(name, '');
      continue;
    }
    const text = equals < 0 ? words.shift() : word.slice(equals + 1);
    if (text === undefined || (equals < 0 && /^-./.test(text))) return `${said} needs a value: ${said} ${value}`;
    const wrong = wrongValue(name, text);
    if (wrong !== null) return wrong;
    values.set(name, text);
  }
  return null;
}

function refusal(starter: Starter, said: string): string {
  const near = nearest(said.replace(/^-+/, ''), starter.takes);
  const more = near === null ? `there are ${starter.takes.map((n) => `--${n}`).join(', ')}` : `did you mean --${near}?`;
  return `${starter.name} has no option ${said}; ${more}`;
}

function wrongValue(name: StartOptionName, text: string): string | null {
  if (name === 'port' && !(/^\d+$/.test(text) && Number(text) <= MOST_PORT))
    return `--port takes a whole number from 0 to ${MOST_PORT}; '${text}' is none`;
  return name === 'interface' && text === '' ? '--interface needs a value: --interface NAME' : null;
}

function contradiction({ values, files }: Given): string | null {
  if (files.length > 1) return `one capture is opened at the start, and ${files.length} are named`;
  const [first, second] = [
    ...files.map(() => 'FILE'),
    ...(['sample', 'interface'] as const).filter((name) => values.has(name)).map((name) => `--${name}`),
  ];
  if (second !== undefined) return `${first} and ${second} do not go together`;
  return values.has('filter') && !values.has('interface') ? '--filter needs --interface NAME' : null;
}
