// Matches of threat rules as Suricata's EVE: JSON lines in a file that is there when it is whole.
import { WholeFile } from '../engine/host.ts';
import { eveLine, type RuleAlert, type RuleFacts } from '../engine/host-rules.ts';
import { UsageError } from './context.ts';

export class EveFile {
  private readonly file: WholeFile;

  /** @param output where records go, which cannot be the same file @throws WriteError, UsageError */
  constructor(path: string, output: string | null) {
    if (path === output) throw new UsageError('--eve and --output name the same file');
    this.file = new WholeFile(path);
  }

  /** @param capture its name @throws WriteError */
  add(hit: Omit<RuleAlert, 'rule'>, rule: RuleFacts, capture: string): void {
    this.file.write(`${eveLine(hit, rule, capture)}\n`);
  }

  /** @throws WriteError */
  async end(): Promise<void> {
    await this.file.commit();
  }
}
