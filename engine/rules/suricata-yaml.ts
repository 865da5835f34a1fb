// What a suricata.yaml says of rules: variables, and where files of rules are.
import { isAbsolute, join } from 'node:path';
import { errorText, foreign, type Message, say } from '../../contract/index.ts';
import { shown } from './syntax.ts';

/** Bytes of a suricata.yaml: the one that comes with Suricata has ninety thousand. */
export const LARGEST_YAML = 1_048_576;
/** Nodes that are named and used again; a file of a hundred letters could otherwise become a gigabyte. */
const MAX_ALIASES = 100;
/** Nesting of brackets and braces: the parser calls itself for each. */
const MAX_DEPTH = 100;
const MAX_ENTRIES = 10_000;

export interface SuricataConfig {
  /** Of `vars`, address groups before port groups. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Files of rules (`rule-files`), each where it is; the last part may have stars. */
  readonly ruleFiles: readonly string[];
}

/** @param folder that relative paths begin in @returns what it says, or what is wrong with it */
export async function suricataConfig(text: string, folder: string): Promise<SuricataConfig | Message> {
  // Most calls read no such file: the parser is loaded where one does.
  return configBy(await import('yaml'), text, folder);
}

/** As `suricataConfig`, with the parser. */
export function configBy(
  { parseDocument }: Pick<typeof import('yaml'), 'parseDocument'>,
  text: string,
  folder: string,
): SuricataConfig | Message {
  if (text.length > LARGEST_YAML) return say('is-too-large');
  if (tooDeep(text)) return say('yaml-deep', { max: MAX_DEPTH });
  let root: unknown;
  try {
    // Every value is text: 22:25 would otherwise be a number to the base of sixty.
    const doc = parseDocument(text, { schema: 'failsafe', logLevel: 'silent', prettyErrors: false, uniqueKeys: false });
    const [wrong] = doc.errors;
    if (wrong !== undefined)
      return say('yaml-wrong', { line: lineAt(text, wrong.pos[0]), why: foreign(shown(wrong.message)) });
    root = doc.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true });
  } catch (error) {
    if (error instanceof ReferenceError) return say('yaml-aliases', { max: MAX_ALIASES });
    return say('yaml-wrong', { line: 1, why: foreign(shown(errorText(error))) });
  }
  if (!(root instanceof Map)) return say('yaml-no-map', { name: 'suricata.yaml' });
  return configOf(root, folder);
}

function configOf(root: ReadonlyMap<unknown, unknown>, folder: string): SuricataConfig | Message {
  if (root.has('include')) return say('yaml-include', { files: textsOf(root.get('include')) ?? [] });
  const variables: [string, string][] = [];
  const vars = root.get('vars');
  if (isSaid(vars) && !(vars instanceof Map)) return say('yaml-no-map', { name: 'vars' });
  for (const name of ['address-groups', 'port-groups']) {
    const groups = vars instanceof Map ? (vars.get(name) as unknown) : null;
    if (!isSaid(groups)) continue;
    if (!(groups instanceof Map) || groups.size > MAX_ENTRIES) return say('yaml-no-map', { name: `vars.${name}` });
    for (const [key, value] of groups) {
      const said = valueOf(value);
      if (typeof key !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) || said === null)
        return say('yaml-variable', { name: shown(String(key)) });
      variables.push([key, said]);
    }
  }
  const ruleFiles = filesOf(root, folder);
  return 'say' in ruleFiles ? ruleFiles : { variables, ruleFiles };
}

function filesOf(root: ReadonlyMap<unknown, unknown>, folder: string): readonly string[] | Message {
  const said = root.get('default-rule-path');
  if (isSaid(said) && typeof said !== 'string') return say('yaml-no-text', { name: 'default-rule-path' });
  const base = typeof said === 'string' && said !== '' ? said : '.';
  const from = isAbsolute(base) ? base : join(folder, base);
  const files = root.get('rule-files');
  if (!isSaid(files)) return [];
  const texts = textsOf(files);
  if (texts === null || texts.length > MAX_ENTRIES) return say('yaml-no-text', { name: 'rule-files' });
  return texts.map((file) => (isAbsolute(file) ? file : join(from, file)));
}

/** A value of nothing: `key:` without more. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textsOf(value: unknown): readonly string[] | null {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every((one) => typeof one === 'string') ? all : null;
}

/** A value is written in quotes; a list that lost them means the same. */
function valueOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  if (!Array.isArray(value) || value.length === 0) return null;
  const parts = value.map(valueOf);
  return parts.includes(null) ? null : `[${parts.join(',')}]`;
}

/** Whether brackets stand deeper in each other than is read, or lines further in than any file has them. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
  }
  // Blocks in blocks: each stands further in, or has its dash on the same line.
  return /^ {400}|^(?:\s*[-?:] ){50}/m.test(text);
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}
