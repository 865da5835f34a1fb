// `sightline completion`: a script by which a shell completes commands, options and their words.
import { EXIT } from '../../contract/index.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { printAll, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { listed } from '../flags.ts';

export const command = defineCommand({
  name: 'completion',
  summary: 'Completion for a shell: bash, zsh or fish',
  usage: SHELLS.join('|'),
  takesPaths: true,
  flags: {},
  examples: [
    'source <(sightline completion bash)',
    'sightline completion zsh > _sightline',
    'sightline completion fish > sightline.fish',
  ],
  run: async (_, paths) => {
    const shell = SHELLS.find((s) => s === paths[0]);
    if (shell === undefined || paths.length > 1) throw new UsageError(`completion takes ${listed(SHELLS)}`);
    // Loaded here: the table of commands names this module.
    const { allCommands } = await import('../commands.ts');
    printAll(completionScript(shell, await allCommands()));
    return EXIT.clean;
  },
});
