// What a command is: its name, what it takes and what it does, in one object. Help, parsing and refusals come from it.
import type { Folders } from './context.ts';
import type { Flags, Values } from './flags.ts';

export interface CommandOf<F extends Flags> {
  readonly name: string;
  /** One line of `sightline help`. */
  readonly summary: string;
  /** What follows the name: 'FILE|FOLDER…'. */
  readonly usage: string;
  /** Whether it takes files, folders or other words beside its options. */
  readonly takesPaths: boolean;
  readonly flags: F;
  /** Options that say different things: the first of each row goes with none of the others. */
  readonly apart?: readonly (readonly (keyof F & string)[])[];
  /** Whole lines, as they are typed. */
  readonly examples: readonly string[];
  /**
   * @param values of every option, checked; @param paths what stands beside the options
   * @returns the exit code
   */
  run(values: Values<F>, paths: readonly string[], folders: Folders): Promise<number> | number;
}

/** A command whatever its options are. */
export type Command = CommandOf<Flags>;

/** Makes the types of `run`'s values from the flags. */
export function defineCommand<const F extends Flags>(command: CommandOf<F>): Command {
  // callOf reads the values by these same flags.
  return { ...command, run: (values, paths, folders) => command.run(values as Values<F>, paths, folders) };
}
