// The `sightline` command: finds the command that is called, reads its options and runs it. Errors end with code 2.
import './guard.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../contract/index.ts';
import { DEFAULT_TIMEOUTS, type FlowTimeouts } from '../engine/host.ts';
import { allCommands, commandOf } from './commands.ts';
import { folders, printAll, telling, UsageError, watchInterrupt } from './context.ts';
import { crash } from './crash.ts';
import { commandHelp, overview } from './help.ts';
import { ROOT, VERSION } from './product.ts';
import { outputBroken } from './terminal.ts';
import { versionLines } from './version.ts';
import { type Call, callOf } from './words.ts';

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
  if (name === '--schema') {
    noMore(`${name} takes nothing more`, rest);
    printAll(schemaLines());
    return EXIT.clean;
  }
  const command = await commandOf(name);
  const call = await callOf(command, rest, allCommands);
  if (call.help) {
    printAll(commandHelp(command));
    return EXIT.clean;
  }
  watchInterrupt();
  if ('vlan' in call.values) telling.timeouts = timeoutsOf(call.values);
  if (call.values['as-one'] !== true) return command.run(call.values, call.paths, folders());
  const { asOne } = await import('./as-one.ts');
  return asOne(call.paths, call.values['partial-ok'] === true, folders(), (path) =>
    Promise.resolve(command.run(call.values, [path], folders())),
  );
}

/** The JSON schema of every record, made by `npm run docs:schema`. */
function schemaLines(): string[] {
  return readFileSync(join(ROOT, 'assets', 'records.schema.json'), 'utf8')
    .trimEnd()
    .split('\n');
}

/** How flows are told apart, by the options of a command that follows them. */
function timeoutsOf(values: Call['values']): FlowTimeouts {
  const seconds = (name: string, usual: number): number => Number(values[name] ?? usual);
  const usual = DEFAULT_TIMEOUTS;
  return {
    ...usual,
    tcpEstablished: seconds('tcp-timeout', usual.tcpEstablished),
    udp: seconds('udp-timeout', usual.udp),
    other: seconds('other-timeout', usual.other),
    ...(values['vlan'] === true ? { vlan: true } : {}),
  };
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
