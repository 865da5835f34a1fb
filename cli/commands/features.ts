// `sightline features`: the features of the schema, with their units and meanings.
import { EXIT } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURE_GROUPS, FEATURES } from '../../engine/host.ts';
import { AS_JSON } from '../common-flags.ts';
import { print, printAll, printJson } from '../context.ts';
import { defineCommand } from '../define.ts';
import { table } from '../table.ts';

const COLUMNS = ['Group', 'Feature', 'Unit', 'Kind', 'Meaning'].map((title) => ({ title }));

export const command = defineCommand({
  name: 'features',
  summary: 'The features of the schema',
  usage: '[--json]',
  takesPaths: false,
  flags: AS_JSON,
  examples: ['sightline features'],
  run: ({ json }) => {
    if (json) printJson(FEATURES.map((f, i) => ({ ...f, group: FEATURE_GROUPS[i] })));
    else {
      const rows = FEATURES.map((f, i) => [FEATURE_GROUPS[i]!, f.name, f.unit, f.kind, f.meaning]);
      printAll(table(COLUMNS, rows));
      print(`${FEATURE_COUNT} features.`);
    }
    return EXIT.clean;
  },
});
