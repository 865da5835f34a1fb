// Faults that are planted in copies of the build, one at a time: the campaign has to notice each, by itself, within some
// faults of the kind that meets it.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plantedCopy, type Plant } from '../planted-copy.ts';
import { markdown } from '../run.ts';
import { ROOT } from '../state/rig.ts';
import { reportPlanted } from './report.ts';

const FAULTS = 15;
const LIMIT = 180_000;
const DESK = 'app/web-desk-worker.js';
const MAIN = 'app/web-main.js';

const PLANTS: readonly (Plant & { readonly what: string; readonly kind: string })[] = [
  {
    what: 'a label is answered and not stored',
    kind: 'kill -9 of the desk host',
    file: DESK,
    check: 'await store.labelInTurns(capture, keys, label, rest);',
    nth: 0,
    instead: '',
  },
  {
    what: 'a label is answered first and stored a second later',
    kind: 'kill -9 of the desk host',
    file: DESK,
    check: 'await store.labelInTurns(capture, keys, label, rest);',
    nth: 0,
    instead: 'setTimeout(() => void store.labelInTurns(capture, keys, label, rest), 1000);',
  },
  {
    what: 'a label that finds no room is answered as if it were stored',
    kind: 'disk full under state',
    file: DESK,
    check: 'await store.labelInTurns(capture, keys, label, rest);',
    nth: 0,
    instead: 'await store.labelInTurns(capture, keys, label, rest).catch(() => void 0);',
  },
  {
    what: 'verdicts depend on the wall clock',
    kind: 'step of the wall clock',
    file: DESK,
    check: 'page.points[k] = s.points(row);',
    nth: 0,
    instead: `page.points[k] = Date.now() < ${Date.now() - 1e10} ? 0 : s.points(row);`,
  },
  {
    what: 'what a lost thread had is not scored (the product as it was)',
    kind: 'a thread that scores',
    file: DESK,
    check: 'worker.on("exit", () => this.lost(helper));',
    nth: 0,
    instead: '',
  },
  {
    what: "the end of the desk's thread is not heard of (the product as it was)",
    kind: "the desk's thread",
    file: MAIN,
    check: 'if (!this.closing) this.failed(',
    nth: 0,
    instead: 'if (false) this.failed(',
  },
  {
    what: 'a host whose desk broke ends with 0',
    kind: "the desk's thread",
    file: MAIN,
    check: 'server.onFailed = () => void end(2);',
    nth: 0,
    instead: 'server.onFailed = () => void end(0);',
  },
  {
    what: 'the end of the helper is not said',
    kind: 'kill -9 of the capture helper',
    file: DESK,
    check: 'live.gone(said);',
    nth: 0,
    instead: '',
  },
  {
    what: 'a dissection process that ended is not started again',
    kind: 'while a tree is asked for',
    file: DESK,
    check: 'this.become("restarting");',
    nth: 0,
    instead: 'return;',
  },
  {
    what: 'a capture that runs is taken for an interrupted one',
    kind: 'two instances',
    file: DESK,
    check: 'if (existsSync(lock)) return FileLock.held(lock);',
    nth: 0,
    instead: 'return false;',
  },
  {
    what: 'a capture whose disk is full ends without a word',
    kind: 'disk full under captures',
    file: DESK,
    check: 'disk: say("stopped-disk", {',
    nth: 0,
    instead: 'disk: null, other: say("stopped-disk", {',
  },
  {
    what: 'the helper loses a chunk now and then',
    kind: 'helper stopped for seconds',
    file: 'native/chunks.cpp',
    check: '  bytes_ += chunk->used;',
    nth: 0,
    instead: '  static int n = 0;\n  if (++n % 10 == 9) chunk->used = 0;\n  bytes_ += chunk->used;',
  },
];

/** @returns 1 where the campaign has not noticed one */
export function planted(): number {
  const rows: string[][] = [];
  let missed = 0;
  for (const plant of PLANTS) {
    const { what, kind } = plant;
    const isNative = plant.file.endsWith('.cpp');
    const { root, remove } = isNative ? nativeCopy(plant) : plantedCopy(plant, true);
    const begun = performance.now();
    const script = join(import.meta.dirname, 'campaign.ts');
    const args = [script, '--root', root, '--only', kind, '--first', '--faults', String(FAULTS)];
    const ran = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: LIMIT, maxBuffer: 1e8 });
    const saw = /^ {2}!! .*?\): (.*)$/m.exec(ran.stderr)?.[1] ?? '';
    const found = ran.status === 1 && saw !== '';
    if (!found) missed++;
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    rows.push([what, kind, found ? `${seconds} s` : '**not noticed**', saw.replaceAll('|', '/').slice(0, 160)]);
    console.log(rows.at(-1)!.join('  '));
    if (!found) console.log(ran.stderr.slice(-1_500));
    remove();
  }
  reportPlanted([
    `\`npm run campaign:faults -- --planted\` on ${new Date().toISOString().slice(0, 10)}: ` +
      `${PLANTS.length - missed} of ${PLANTS.length} noticed, each in a copy of the build that has this one change, by ` +
      `at most ${FAULTS} faults of one kind.`,
    markdown(['planted', 'kind of fault', 'noticed after', 'what it saw first'], rows),
  ]);
  return missed > 0 ? 1 : 0;
}

/** The helper built from changed sources, beside the build as it is. */
function nativeCopy({ file, check, nth, instead }: Plant): ReturnType<typeof plantedCopy> {
  // The build is as it was but for the helper.
  const copy = plantedCopy({ file: MAIN, check: 'server.onFailed', nth: 0, instead: 'server.onFailed' }, true);
  const sources = join(copy.root, 'helper');
  cpSync(join(ROOT, 'native', 'sightline-capture'), sources, { recursive: true });
  const path = join(sources, file.slice('native/'.length));
  const parts = readFileSync(path, 'utf8').split(check);
  if (parts.length < nth + 2) throw new Error(`${file} has no '${check}'`);
  writeFileSync(path, parts.slice(0, nth + 1).join(check) + instead + parts.slice(nth + 1).join(check));
  const all = readdirSync(sources).filter((name) => name.endsWith('.cpp'));
  const program = join(copy.root, 'dist', 'native', 'sightline-capture');
  const built = spawnSync('g++', ['-std=c++17', '-O1', '-pthread', '-o', program, ...all, '-ldl'], {
    cwd: sources,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  return copy;
}
