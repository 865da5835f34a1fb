// The man page in the macros of man(7), out of the same table that help and parsing come from.
import type { Command } from './define.ts';
import { flagHead, flagText } from './flags.ts';
import { HELP } from './words.ts';

export function manPage(commands: readonly Command[]): string {
  const lines = [
    '.\\" Made by npm run docs:man of the table of commands.',
    '.TH SIGHTLINE 1',
    '.SH NAME',
    'sightline \\- packets, flows, and a verdict with reasons for every flow',
    '.SH SYNOPSIS',
    ...commands.flatMap((c) => [
      '.B sightline',
      `\\fB${escaped(c.name)}\\fR [\\fIOPTIONS\\fR] ${escaped(c.usage)}`,
      '.br',
    ]),
    '.B sightline help',
    '[\\fICOMMAND\\fR]',
    '.br',
    '.B sightline \\-\\-version',
    '.br',
    '.B sightline \\-\\-schema',
    '.SH DESCRIPTION',
    'Reads captures and live traffic. Results go to standard output, words and progress to standard error. Where the',
    'output is no terminal, results are JSON lines; \\fB\\-\\-schema\\fR prints the JSON schema of every record.',
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH EXIT STATUS',
    '.TP',
    '.B 0',
    'nothing malicious',
    '.TP',
    '.B 1',
    'something malicious, and everything was read',
    '.TP',
    '.B 2',
    'an error: something could not be read or written, or only in part',
    '.SH SEE ALSO',
    '.BR tshark (1),',
    '.BR editcap (1),',
    '.BR mergecap (1)',
  ];
  return `${lines.join('\n')}\n`;
}

function section(c: Command): string[] {
  return [
    `.SS ${escaped(c.name)}`,
    `${escaped(c.summary)}.`,
    ...Object.entries({ ...c.flags, ...HELP }).flatMap(([name, flag]) => [
      '.TP',
      `.B ${escaped(flagHead(name, flag))}`,
      escaped(flagText(flag)),
    ]),
    '.PP',
    'Examples:',
    '.PP',
    '.nf',
    ...c.examples.map((x) => `    ${escaped(x)}`),
    '.fi',
  ];
}

/** Hyphens and backslashes as they are typed; a dot or an apostrophe that begins a line is none of roff's. */
function escaped(text: string): string {
  const plain = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('…', '...');
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
