// `npm run bench:guard [-- FILE]`: says what got slower by more than 10 % at the last commit of each bench, and ends with
// 1 where something did; 2 where there is nothing to look at.
import { existsSync, readFileSync } from 'node:fs';
import { linesOf, RESULTS } from './results.ts';
import { BACK, slowerOf } from './slower.ts';

const path = process.argv[2] ?? RESULTS;
const lines = existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : [];
if (lines.length === 0) {
  console.log(`${path} has no results: run a bench, such as npm run bench:open.`);
  process.exit(2);
}
const { slower, compared, first } = slowerOf(lines);
for (const s of slower) {
  const more = ((s.now / s.before - 1) * 100).toFixed(0);
  console.log(
    `slower by ${more} %: ${s.bench}, ${s.ratio}: ${s.now} at ${s.commit}, before ${s.before} (${s.machine})`,
  );
}
console.log(
  `${slower.length} of ${compared} ratios are slower than the median of the last ${BACK} commits; ` +
    `${first} are measured for the first time.`,
);
process.exit(slower.length > 0 ? 1 : 0);
