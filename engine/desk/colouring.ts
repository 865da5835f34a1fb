// Colouring rules of the user's: kept as Wireshark's own file, told to every dissect process as that file, and asked of
// the engine one by one whether they are filters. Without a file the engine's own rules hold.
import { join } from 'node:path';
import {
  colorfiltersOf,
  type ColouringRule,
  type ColouringRules,
  errorText,
  foreign,
  type Message,
  parseColorfilters,
  say,
} from '../../contract/index.ts';
import type { DeepWork } from '../dissect/index.ts';
import type { Asker } from '../filter/index.ts';
import { plainReason, readPlain, writePlain } from '../store/index.ts';
import { rmSync } from 'node:fs';

const FILE = 'colorfilters';
const LARGEST = 1024 * 1024;

export class Colouring {
  private path = '';
  private readonly deep: DeepWork;
  private readonly note: (message: Message) => void;
  /** Null: the engine's own. */
  private rules: readonly ColouringRule[] | null = null;
  private own: Promise<readonly ColouringRule[]> | null = null;

  constructor(dataFolder: string, deep: DeepWork, note: (message: Message) => void) {
    this.deep = deep;
    this.note = note;
    this.read(dataFolder);
    if (this.rules !== null) this.tell();
  }

  /** Another profile's rules hold from now on. */
  use(folder: string): void {
    const before = this.rules;
    this.read(folder);
    if (before !== null || this.rules !== null) this.tell();
  }

  private read(folder: string): void {
    this.path = join(folder, FILE);
    this.rules = null;
    const said = readPlain(this.path, LARGEST);
    if (said.kind === 'odd')
      this.note(say('kept-file-unreadable', { what: say('what-colours'), path: this.path, why: said.message }));
    if (said.kind !== 'text') return;
    const { rules, left } = parseColorfilters(said.text);
    if (left > 0) this.note(say('colours-lines-left', { path: this.path, left }));
    this.rules = rules;
  }

  async state(asker: Asker): Promise<ColouringRules> {
    const rules = this.rules ?? (await this.originals());
    return { rules, original: this.rules === null, problems: await this.problems(rules, asker) };
  }

  /** @param rules null: the engine's own from now on */
  async keep(rules: readonly ColouringRule[] | null, asker: Asker): Promise<ColouringRules> {
    try {
      if (rules === null) rmSync(this.path, { force: true });
      else writePlain(this.path, colorfiltersOf(rules));
    } catch (error) {
      this.note(say('colours-not-written', { why: plainReason(errorText(error)) }));
    }
    this.rules = rules;
    // Processes start anew with other rules, so they are asked about them first.
    const state = await this.state(asker);
    this.tell();
    return state;
  }

  async problems(rules: readonly ColouringRule[], asker: Asker): Promise<(Message | null)[]> {
    const problems: (Message | null)[] = [];
    for (const rule of rules) problems.push(await problemOf(rule, asker));
    return problems;
  }

  /** The engine leaves out what is no filter to it, as Wireshark does. */
  private tell(): void {
    const { rules } = this;
    this.deep.setup.change({
      colours: rules === null ? null : colorfiltersOf(rules.filter((r) => shapeOf(r) === null)),
    });
  }

  private originals(): Promise<readonly ColouringRule[]> {
    const { deep } = this;
    this.own ??= deep
      .alone(() => deep.ask({ do: 'colours' }))
      .then(
        ({ file }) => parseColorfilters(file).rules,
        (error: unknown) => {
          this.own = null;
          throw error;
        },
      );
    return this.own;
  }
}

async function problemOf(rule: ColouringRule, asker: Asker): Promise<Message | null> {
  const odd = shapeOf(rule);
  if (odd !== null) return odd;
  const checked = await asker.check(rule.filter);
  return checked.kind === 'mistake' ? foreign(checked.text) : null;
}

/** What the file of rules cannot hold. */
function shapeOf({ name, filter }: ColouringRule): Message | null {
  if (/[@\r\n]/.test(name)) return say('colour-odd-name');
  if (filter.trim() === '') return say('colour-no-filter');
  return /[@\r\n]/.test(filter) ? say('colour-odd-filter') : null;
}
