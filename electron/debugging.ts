// Ways to put code into the main process from outside: options of Node, an inspector, a debugging port of Chromium. A
// packaged Sightline has fuses against them; where they do not hold, it refuses to start.

export interface Started {
  /** Run from a checkout by a developer, who may debug. */
  readonly fromCheckout: boolean;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where an inspector listens, undefined where none does. */
  readonly inspector: string | undefined;
}

/** Variables that bring code or options of others into Node. */
export const VARIABLES = ['NODE_OPTIONS', 'NODE_REPL_EXTERNAL_MODULE', 'ELECTRON_RUN_AS_NODE', 'NODE_PATH'] as const;
const SWITCHES = /^--(?:inspect|remote-debugging|js-flags|require|import|loader|experimental-loader|eval)\b|^-[re]$/;
/** What is left out when a command line is a file's name: a file may be named like anything behind this. */
const END = '--';

/** @returns what stands against a start of a packaged program, null where nothing does */
export function debuggedBy({ fromCheckout, argv, execArgv, env, inspector }: Started): string | null {
  if (fromCheckout) return null;
  const given = [env['NODE_OPTIONS'], env['NODE_REPL_EXTERNAL_MODULE'], env['ELECTRON_RUN_AS_NODE'], env['NODE_PATH']];
  const variable = VARIABLES.find((_name, i) => (given[i] ?? '') !== '');
  if (variable !== undefined) return variable;
  const end = argv.indexOf(END);
  const words = end < 0 ? argv : argv.slice(0, end);
  const option = [...execArgv, ...words].find((word) => SWITCHES.test(word));
  if (option !== undefined) return option.split('=')[0]!;
  return inspector === undefined ? null : 'an inspector';
}

/** The environment of a process that we start. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names: readonly string[] = VARIABLES;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}
