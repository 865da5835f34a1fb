// The engine's preferences as a plain list.
import type { PreferenceRow } from '../../contract/index.ts';
import type { EngineModule, EnginePref, PreferenceEngine } from './engine.ts';
import type { Vector } from './flatten.ts';

/** A preference with its value in the form in which the engine takes it. */
export type EnginePreference = Omit<PreferenceRow, 'original' | 'changed'>;

/** Types by the engine's numbers (Wireshark 4.4, `PREF_UINT` and those after it). Files, tables and passwords are not among them. */
const KINDS: Readonly<Record<number, EnginePreference['kind']>> = {
  1: 'uint',
  2: 'bool',
  4: 'enum',
  8: 'string',
  16: 'range',
  4096: 'ports',
  8192: 'ports',
};
const MAX_TEXT = 2000;
/** Modules that are not dissectors': windows, capturing, printing. */
const NOT_OURS = new Set(['gui', 'capture', 'console', 'extcap', 'packet_list', 'print', 'stream', 'taps']);

export function preferenceList(engine: PreferenceEngine): EnginePreference[] {
  const found: EnginePreference[] = [];
  const walk = (modules: Vector<EngineModule>): void => {
    for (let i = 0; i < modules.size(); i++) {
      const module = modules.get(i);
      if (NOT_OURS.has(module.name)) continue;
      const prefs = engine.listPreferences(module.name);
      for (let k = 0; k < prefs.size(); k++) {
        const kind = KINDS[prefs.get(k).type];
        if (kind !== undefined) found.push(preference(module, prefs.get(k), kind));
      }
      walk(module.submodules);
    }
  };
  walk(engine.listModules());
  return found;
}

function preference(module: EngineModule, pref: EnginePref, kind: EnginePreference['kind']): EnginePreference {
  const options =
    kind === 'enum' ? Array.from({ length: pref.enum_value.size() }, (_, i) => pref.enum_value.get(i)) : [];
  return {
    module: module.name,
    protocol: module.title.slice(0, MAX_TEXT),
    name: pref.name,
    title: pref.title.slice(0, MAX_TEXT),
    description: pref.description.slice(0, MAX_TEXT),
    kind,
    value: valueOf(pref, kind, options),
    choices: options.map((o) => [o.name, o.description.slice(0, MAX_TEXT)] as const),
  };
}

const UINT = 1;

/**
 * Sets one preference. Numbers are read by the engine in a base of the preference's own, which it does not say, so that
 * what it understood is asked for.
 * @returns what the engine says is wrong with it, null where it has it
 */
export function setPreference(engine: PreferenceEngine, module: string, name: string, value: string): string | null {
  const said = engine.setPref(module, name, value);
  if (said.code !== 0) return said.error === '' ? 'syntax error' : said.error;
  if (!/^\d+$/.test(value)) return null;
  const understood = (): boolean => {
    const { code, data } = engine.getPref(module, name);
    return code !== 0 || data.type !== UINT || data.uint_value === Number(value);
  };
  if (understood()) return null;
  engine.setPref(module, name, Number(value).toString(16));
  return understood() ? null : 'not understood';
}

function valueOf(
  pref: EnginePref,
  kind: EnginePreference['kind'],
  options: readonly { readonly name: string; readonly selected: boolean }[],
): string {
  switch (kind) {
    case 'bool':
      return pref.bool_value ? 'TRUE' : 'FALSE';
    case 'uint':
      return String(pref.uint_value);
    case 'enum':
      return options.find((o) => o.selected)?.name ?? '';
    case 'string':
      return pref.string_value.slice(0, MAX_TEXT);
    case 'range':
    case 'ports':
      return pref.range_value.slice(0, MAX_TEXT);
  }
}
