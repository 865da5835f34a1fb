// `npm run campaign:faults [-- --faults N --seed S --only KIND --append] [--planted]`: random faults under replayed load while a live
// capture runs. Writes docs/faults.md.
import { parseArgs } from 'node:util';
import { testRandom } from '../../engine/testing/packets.ts';
import { KINDS } from './kinds.ts';
import { planted } from './planted.ts';
import { report } from './report.ts';
import { World } from './world.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '29' },
    only: { type: 'string' },
    root: { type: 'string' },
    /** Ends after the fault in which they are over. */
    minutes: { type: 'string', default: '600' },
    append: { type: 'boolean', default: false },
    /** Nothing is written; ends with 1 after the first trouble. */
    first: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
  },
});
if (values.planted) process.exit(await planted());

const COUNT = Number(values.faults);
const SEED = Number(values.seed);
const kinds = KINDS.filter(({ kind }) => values.only === undefined || kind.includes(values.only));
if (kinds.length === 0) throw new Error(`there is no kind '${values.only}'`);

const draw = testRandom(SEED);
const world = new World(values.root);
const { totals } = world;
const begun = performance.now();
const isOver = (): boolean =>
  (values.first && totals.troubles.length > 0) || performance.now() - begun > Number(values.minutes) * 60_000;
try {
  for (let n = 0; n < COUNT && !isOver(); n++) {
    const fault = kinds[Math.floor(draw() * kinds.length)]!;
    world.random = testRandom(SEED * 1_000_003 + n);
    totals.begin(fault.kind, `seed ${SEED}, fault ${n}`);
    const began = performance.now();
    let brought = began;
    try {
      const host = await world.up();
      await world.open();
      await fault.bring(world, host);
      brought = performance.now();
      await world.check();
    } catch (error) {
      totals.trouble(`the campaign stumbled: ${error instanceof Error ? error.message : String(error)}`);
      await world.anew();
    }
    const took = performance.now() - began;
    totals.took(fault.kind, took);
    console.error(
      `${n + 1} ${fault.kind}: ${(brought - began).toFixed(0)} + ${(took - brought + began).toFixed(0)} ms, ` +
        `${totals.troubles.length} troubles, ${((performance.now() - begun) / 1000 / (n + 1)).toFixed(2)} s a fault`,
    );
  }
} finally {
  await world.close();
}
if (!values.first && values.only === undefined)
  report(totals, SEED, (performance.now() - begun) / 60_000, values.append);
console.log(totals.kept());
process.exit(totals.troubles.length > 0 ? 1 : 0);
