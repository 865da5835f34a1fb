// The list of commands. A command's module is loaded when it is called, so that no command waits for another's imports.
import { nearest } from '../contract/index.ts';
import { UsageError } from './context.ts';
import type { Command } from './define.ts';

type Loader = () => Promise<{ readonly command: Command }>;

/** By name, in the order of the help; the module is named as its command is. */
const LOADERS: Readonly<Record<string, Loader>> = {
  score: () => import('./commands/score.ts'),
  flows: () => import('./commands/flows.ts'),
  packets: () => import('./commands/packets.ts'),
  filter: () => import('./commands/filter.ts'),
  follow: () => import('./commands/follow.ts'),
  objects: () => import('./commands/objects.ts'),
  stats: () => import('./commands/stats.ts'),
  capture: () => import('./commands/capture.ts'),
  interfaces: () => import('./commands/interfaces.ts'),
  doctor: () => import('./commands/doctor.ts'),
  merge: () => import('./commands/merge.ts'),
  release: () => import('./commands/release.ts'),
  verify: () => import('./commands/verify.ts'),
  watch: () => import('./commands/watch.ts'),
  recover: () => import('./commands/recover.ts'),
  serve: () => import('./commands/serve.ts'),
  learn: () => import('./commands/learn.ts'),
  report: () => import('./commands/report.ts'),
  rules: () => import('./commands/rules.ts'),
  indicators: () => import('./commands/indicators.ts'),
  label: () => import('./commands/label.ts'),
  export: () => import('./commands/export.ts'),
  import: () => import('./commands/import.ts'),
  collect: () => import('./commands/collect.ts'),
  train: () => import('./commands/train.ts'),
  evaluate: () => import('./commands/evaluate.ts'),
  model: () => import('./commands/model.ts'),
  features: () => import('./commands/features.ts'),
  completion: () => import('./commands/completion.ts'),
};

export const COMMAND_NAMES: readonly string[] = Object.keys(LOADERS);

/** @throws UsageError for a command that there is not, with the nearest that there is */
export async function commandOf(name: string): Promise<Command> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  if (load !== undefined) return (await load()).command;
  const near = nearest(name, COMMAND_NAMES);
  const more = near === null ? "'sightline help' lists them" : `did you mean '${near}'?`;
  throw new UsageError(`there is no command '${name}'; ${more}`);
}

/** Every command, for the help and for what is said of an option that belongs to another. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(COMMAND_NAMES.map(commandOf));
}
