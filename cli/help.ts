// Words of `sightline help`, made from the table of commands.
import { COMMANDS, type OptionSpec } from './commands.ts';

export const EXIT_CODES = [
  'Exit codes: 0 nothing malicious, 1 something malicious, 2 an error: something could not be read or written, or only in part',
  '(a capture that is cut is no error with --partial-ok). Where both hold, the code is 2 and a sentence says how much is malicious.',
];

export function overview(version: string): string[] {
  return [
    `Sightline ${version}: packets, flows, and a verdict with reasons for every flow.`,
    '',
    'Usage: sightline COMMAND …',
    '',
    ...COMMANDS.map((c) => `  ${c.name.padEnd(10)} ${c.summary}`),
    '',
    ...EXIT_CODES,
    "`sightline help COMMAND` shows a command's options and examples.",
  ];
}

function optionText(o: OptionSpec): string {
  const name = o.value === undefined ? `--${o.name}` : `--${o.name} ${o.value}`;
  return o.short === undefined ? name : `-${o.short}, ${name}`;
}

/** @returns lines, or null where there is no such command */
export function commandHelp(name: string): string[] | null {
  const c = COMMANDS.find((x) => x.name === name);
  if (!c) return null;
  const width = Math.max(...c.options.map((o) => optionText(o).length));
  return [
    c.summary,
    '',
    `Usage: ${c.usage}`,
    '',
    ...c.options.map((o) => `  ${optionText(o).padEnd(width)}  ${o.text}`),
    '',
    ...(c.options.some((o) => o.name === 'partial-ok') ? [...EXIT_CODES, ''] : []),
    'Examples:',
    ...c.examples.map((x) => `  ${x}`),
  ];
}
