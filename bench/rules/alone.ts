// `node bench/rules/alone.ts CAPTURE [RULES]`: the rule engine by itself in one thread, for profiles.
import { openCapture } from '../../engine/read/index.ts';
import { ruleVariables } from '../../engine/rules/index.ts';
import { RuleAsker } from '../../engine/workers/rule-feed.ts';
import { readRuleFiles } from '../../engine/workers/rule-files.ts';

const [capture, ...paths] = process.argv.slice(2);
const known = ruleVariables([]);
if ('why' in known) throw new Error(known.name);
const began = process.cpuUsage();
const cpu = (): string => {
  const { user, system } = process.cpuUsage(began);
  return `${((user + system) / 1e6).toFixed(2)} s`;
};
const files = readRuleFiles(paths, known, null, () => false);
console.log('loaded', files.ready.rules.length, cpu());
let hits = 0;
let sum = 0;
const asker = new RuleAsker(files.ready, false, (hit) => {
  hits++;
  sum = (Math.imul(sum, 31) + hit.packet * 7 + hit.rule) | 0;
});
console.log('indexed', cpu());
const opened = openCapture(capture!, asker, { cacheFolder: '/tmp' });
if (!opened.ok) throw new Error('not opened');
while (await opened.reader.step()) {
  // Until it is over.
}
console.log('asked', cpu());
asker.finish();
console.log('finished', cpu(), asker.packets, 'packets', hits, 'matches', sum >>> 0);
