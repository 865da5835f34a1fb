// A suricata.yaml that somebody names: its variables, and its files of rules as they are there.
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Message, say } from '../../contract/index.ts';
import { globFits, LARGEST_YAML, suricataConfig } from '../rules/index.ts';
import { readPlain } from '../store/index.ts';

/** Whether a path names such a file and not a file of rules or of lines. */
export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

export interface SuricataFile {
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Files of rules in the order of the configuration; stars are done, what is not there stays named. */
  readonly rules: readonly string[];
}

/** @returns what is wrong with it, or what it says of rules */
export async function readSuricataFile(path: string): Promise<SuricataFile | Message> {
  const said = readPlain(path, LARGEST_YAML);
  if (said.kind === 'none') return say('rules-no-file');
  if (said.kind === 'odd') return said.message;
  const config = await suricataConfig(said.text.replace(/^\ufeff/, ''), resolve(dirname(path)));
  if ('say' in config) return config;
  return { variables: config.variables, rules: config.ruleFiles.flatMap(matching) };
}

/** Files whose names are as the last part of a path says, in order of name. */
function matching(path: string): readonly string[] {
  const glob = basename(path);
  if (!/[*?[]/.test(glob)) return [path];
  let names: string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return [path];
  }
  const found = names.filter((name) => globFits(glob, name)).sort();
  return found.length === 0 ? [path] : found.map((name) => join(dirname(path), name));
}
