// The `sightline` command: finds the command that is called, reads its options and runs it. Errors end with code 2.
import './guard.ts';
import { EXIT } from '../contract/index.ts';
import { DEFAULT_TIMEOUTS } from '../engine/host.ts';
import { allCommands, commandOf } from './commands.ts';
import { folders, printAll, telling, UsageError, watchInterrupt } from './context.ts';
import { crash } from './crash.ts';
import { commandHelp, overview } from './help.ts';
import { VERSION } from './product.ts';
import { outputBroken } from './terminal.ts';
import { versionLines } from './version.ts';
import { callOf } from './words.ts';

async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    noMore('help takes one command', rest.slice(1));
    printAll(rest[0] === undefined ? overview(VERSION, await allCommands()) : commandHelp(await commandOf(rest[0])));
    return EXIT.clean;
  }
  if (name === '--version' || name === 'version') {
    noMore(`${name} takes nothing more`, rest);
    printAll(versionLines());
    return EXIT.clean;
  }
  const command = await commandOf(name);
  const call = await callOf(command, rest, allCommands);
  if (call.help) {
    printAll(commandHelp(command));
    return EXIT.clean;
  }
  watchInterrupt();
  if (call.values['vlan'] === true) telling.timeouts = { ...DEFAULT_TIMEOUTS, vlan: true };
  return command.run(call.values, call.paths, folders());
}

function noMore(what: string, words: readonly string[]): void {
  if (words[0] !== undefined) throw new UsageError(`'${words[0]}' is not understood: ${what}`);
}

async function main(): Promise<void> {
  try {
    const code = await run(process.argv.slice(2));
    process.exitCode = outputBroken() ? EXIT.error : code;
  } catch (error) {
    crash(error);
  }
}

// Not awaited: commands are loaded by name, and in the build they are pieces that import this module's; a module that
// waits for them while they wait for it would never end.
void main();
