// Words of `sightline help`, made from what the commands say of themselves. Every line fits 100 columns.
import type { Command } from './define.ts';
import { flagHead, flagText } from './flags.ts';
import { HELP } from './words.ts';

const WIDTH = 100;
/** Names of options stand in a column that is at most this wide; a longer one has its text on the next line. */
const HEADS = 26;

const EXIT_CODES = wrapped(
  'Exit codes: 0 nothing malicious, 1 something malicious, 2 an error: something could not be read or written, or ' +
    'only in part (a capture that is cut is no error with --partial-ok). Where both hold, the code is 2 and a ' +
    'sentence says how much is malicious.',
  '',
  '  ',
);

/** Breaks a text between words. @param indent of every line but the first */
function wrapped(text: string, first: string, indent: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

export function overview(version: string, commands: readonly Command[]): string[] {
  return [
    `Sightline ${version}: packets, flows, and a verdict with reasons for every flow.`,
    '',
    'Usage: sightline COMMAND [OPTIONS] …',
    '       sightline help [COMMAND]',
    '       sightline --version',
    '       sightline --schema',
    '',
    'Commands:',
    ...commands.flatMap((c) => wrapped(c.summary, `  ${c.name.padEnd(10)}  `, ' '.repeat(14))),
    '',
    ...EXIT_CODES,
    '',
    "'sightline help COMMAND' shows a command's options and examples.",
  ];
}

export function commandHelp(c: Command): string[] {
  return [
    c.summary,
    '',
    ...wrapped(`sightline ${c.name} ${c.usage}`.trimEnd(), 'Usage: ', ' '.repeat(9)),
    '',
    'Options:',
    ...Object.entries({ ...c.flags, ...HELP }).flatMap(([name, flag]) => option(flagHead(name, flag), flagText(flag))),
    '',
    ...('partial-ok' in c.flags ? [...EXIT_CODES, ''] : []),
    'Examples:',
    ...c.examples.map((x) => `  ${x}`),
  ];
}

function option(head: string, text: string): string[] {
  const indent = ' '.repeat(HEADS + 4);
  if (head.length <= HEADS) return wrapped(text, `  ${head.padEnd(HEADS)}  `, indent);
  return [`  ${head}`, ...wrapped(text, indent, indent)];
}
