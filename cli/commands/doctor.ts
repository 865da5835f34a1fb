// `sightline doctor`: why capturing does not work, and what mends it.
import { join } from 'node:path';
import { EXIT, english } from '../../contract/index.ts';
import { examine } from '../../engine/host-capture.ts';
import { AS_JSON } from '../common-flags.ts';
import { print, printJson } from '../context.ts';
import { defineCommand } from '../define.ts';
import { HELPER } from '../product.ts';
import { paint, type Colour } from '../terminal.ts';

const COLOURS: Readonly<Record<'ok' | 'warning' | 'bad', Colour>> = { ok: 'green', warning: 'amber', bad: 'red' };
const WORDS = { ok: 'good', warning: 'look', bad: 'wrong' } as const;
const NOT_READY = "Not ready to capture. Run what is named above, then 'sightline doctor' again.";

export const command = defineCommand({
  name: 'doctor',
  summary: 'Why capturing does not work, and what mends it',
  usage: '[--json]',
  takesPaths: false,
  flags: AS_JSON,
  examples: ['sightline doctor'],
  run: async ({ json }, _, folders) => {
    const report = await examine(HELPER, join(folders.data, 'captures'));
    if (json) printJson({ ...report, checks: report.checks.map((c) => ({ ...c, sentence: english(c.sentence) })) });
    else {
      for (const c of report.checks) {
        print([paint(WORDS[c.state].padEnd(6), COLOURS[c.state]), `${c.name.padEnd(12)} ${english(c.sentence)}`]);
        if (c.command !== null) print(`${' '.repeat(19)}${c.command}`);
      }
      print(report.ready ? 'Ready to capture.' : NOT_READY);
    }
    return report.ready ? EXIT.clean : EXIT.error;
  },
});
