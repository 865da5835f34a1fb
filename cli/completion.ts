// Completion for shells, out of the same table that help and parsing come from: commands, their options, the words that
// an option takes; files everywhere else.
import type { Command } from './define.ts';
import type { Flag } from './flags.ts';
import { HELP } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** @returns lines of a script that the shell reads */
export function completionScript(shell: Shell, commands: readonly Command[]): string[] {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  stats: ['hierarchy', 'conversations', 'endpoints', 'io', 'expert', 'lengths', 'services', 'dns', 'http', 'tls'],
  rules: ['check', 'test', 'profile'],
  indicators: ['check'],
  completion: SHELLS,
};

function flagsOf(command: Command): [string, Flag][] {
  return Object.entries({ ...command.flags, ...HELP });
}

function choicesOf(flag: Flag): readonly string[] | null {
  return flag.kind === 'choice' && flag.choices.length > 0 ? flag.choices : null;
}

/** Whether what follows it is a value of its own, no file. */
function takesText(flag: Flag): boolean {
  return (
    flag.kind === 'number' ||
    flag.kind === 'text' ||
    flag.kind === 'amounts' ||
    (flag.kind === 'repeated' && flag.of.kind === 'text')
  );
}

function spellings(name: string, flag: Flag): string[] {
  return [`--${name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

function bash(commands: readonly Command[]): string[] {
  const names = [...commands.map((c) => c.name), 'help'];
  const cases = commands.flatMap((c) => {
    const flags = flagsOf(c);
    const values = flags.flatMap(([name, flag]) => {
      const choices = choicesOf(flag);
      const said = spellings(name, flag)
        .map((s) => `${c.name}:${s}`)
        .join('|');
      if (choices !== null)
        return [`    ${said}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return;;`];
      return takesText(flag) ? [`    ${said}) COMPREPLY=(); return;;`] : [];
    });
    return values;
  });
  const options = commands.map((c) => {
    const all = flagsOf(c).flatMap(([name, flag]) => spellings(name, flag));
    return `    ${c.name}) options='${all.join(' ')}'; words='${(WORDS[c.name] ?? []).join(' ')}';;`;
  });
  return [
    '# Completion of sightline for bash: source <(sightline completion bash)',
    '_sightline() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" options words',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W '${names.join(' ')} --version --schema --help' -- "$cur")); return`,
    '  fi',
    '  if [ "$command" = help ]; then',
    `    COMPREPLY=($(compgen -W '${names.join(' ')}' -- "$cur")); return`,
    '  fi',
    '  case "$command:$prev" in',
    ...cases,
    '  esac',
    '  case "$command" in',
    ...options,
    '    *) return;;',
    '  esac',
    '  case "$cur" in',
    '    -*) COMPREPLY=($(compgen -W "$options" -- "$cur"));;',
    '    *) compopt -o filenames 2>/dev/null',
    '       COMPREPLY=($(compgen -f -- "$cur"))',
    '       [ "$COMP_CWORD" -eq 2 ] && COMPREPLY+=($(compgen -W "$words" -- "$cur"));;',
    '  esac',
    '}',
    'complete -F _sightline sightline',
  ];
}

/** A text within single quotes of zsh's specifications. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/([[\]:])/g, '\\$1');
}

function zshValue(flag: Flag): string {
  if (flag.kind === 'switch') return '';
  const choices = choicesOf(flag);
  if (choices !== null) return `:${flag.value}:(${choices.join(' ')})`;
  return takesText(flag) ? `:${zshText(flag.value)}: ` : `:${zshText(flag.value)}:_files`;
}

function zsh(commands: readonly Command[]): string[] {
  const each = commands.flatMap((c) => [
    `    ${c.name})`,
    '      _arguments \\',
    ...flagsOf(c).flatMap(([name, flag]) =>
      spellings(name, flag).map((s) => `        '*${s}[${zshText(flag.text)}]${zshValue(flag)}' \\`),
    ),
    WORDS[c.name] === undefined
      ? "        '*:file:_files'"
      : `        '1:what:(${WORDS[c.name]!.join(' ')})' '*:file:_files'`,
    '      ;;',
  ]);
  return [
    '#compdef sightline',
    '# Completion of sightline for zsh: sightline completion zsh > a file _sightline in a folder of $fpath',
    '_sightline() {',
    '  local -a commands',
    '  commands=(',
    ...commands.map((c) => `    '${c.name}:${zshText(c.summary)}'`),
    '  )',
    '  if (( CURRENT == 2 )); then _describe command commands; return; fi',
    '  local command="$words[2]"',
    '  shift words; (( CURRENT-- ))',
    '  case "$command" in',
    ...each,
    '  esac',
    '}',
    'compdef _sightline sightline',
  ];
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function fish(commands: readonly Command[]): string[] {
  const lines = ['# Completion of sightline for fish: sightline completion fish | source'];
  for (const c of commands) {
    lines.push(`complete -c sightline -n __fish_use_subcommand -f -a ${c.name} -d ${fishText(c.summary)}`);
    const when = `-n '__fish_seen_subcommand_from ${c.name}'`;
    if (WORDS[c.name] !== undefined) lines.push(`complete -c sightline ${when} -a '${WORDS[c.name]!.join(' ')}'`);
    for (const [name, flag] of flagsOf(c)) {
      const choices = choicesOf(flag);
      const takes = flag.kind === 'switch' ? '' : ' -r';
      const plain = takesText(flag) ? ' -f' : '';
      const value = choices === null ? plain : ` -f -a '${choices.join(' ')}'`;
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
      lines.push(`complete -c sightline ${when} -l ${name}${short}${takes}${value} -d ${fishText(flag.text)}`);
    }
  }
  return lines;
}
