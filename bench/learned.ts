// `npm run bench:learned`: what a learned network changes on the labelled captures, source by source: benign captures
// are dealt into five parts, each judged after learning the other four; malicious ones after learning all benign ones
// of their source. Foreign thresholds, own thresholds, and own thresholds with what was learned of hosts and peers.
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BaselineDocument, foreignBaseline } from '../engine/detect/index.ts';
import { MALICIOUS_POINTS, SUSPICIOUS_POINTS } from '../engine/evidence/index.ts';
import { sourceFamily } from '../engine/lab/index.ts';
import {
  baselineFrom,
  knownFrom,
  type LabelledCapture,
  Pupil,
  readLabels,
  scoreFile,
  shippedFile,
  usableModel,
} from '../engine/session/index.ts';
import { DATA } from './oracle/campaign.ts';
import { ROOT } from './peers.ts';
import { markdown } from './run.ts';

const FOLDS = 5;
const FEWEST = 5;

if (!existsSync(DATA)) {
  console.error(`The labelled captures are missing: ${DATA}`);
  process.exit(2);
}
const model = usableModel(shippedFile(ROOT));

/** Counts of one setting: captures raised, suspicious incidents, captures with something new here. */
class Count {
  raised = 0;
  suspicious = 0;
  newHere = 0;

  get text(): string {
    return `${this.raised} / ${this.suspicious} / ${this.newHere}`;
  }
}

const common = { model, threads: 1, cacheFolder: tmpdir(), readAhead: false };

async function learned(captures: readonly LabelledCapture[]): Promise<BaselineDocument | null> {
  const pupil = new Pupil(model);
  for (const { path } of captures) {
    const listener = pupil.capture(path);
    const { scorer } = await scoreFile(path, { ...common, baseline: foreignBaseline(model) }, listener);
    listener.finish(scorer);
  }
  return pupil.document(new Date(0));
}

async function judge(path: string, doc: BaselineDocument | null, facts: boolean, into: Count): Promise<void> {
  const baseline = baselineFrom(model, doc);
  const { scorer } = await scoreFile(path, { ...common, baseline, known: facts ? knownFrom(doc) : null }, {});
  const all = [...scorer.incidents.incidents.values()];
  if (all.some((i) => i.points >= MALICIOUS_POINTS)) into.raised++;
  into.suspicious += all.filter((i) => i.points === SUSPICIOUS_POINTS).length;
  if (all.some((i) => i.evidence.get('new-here') !== undefined)) into.newHere++;
}

/** Judged with foreign thresholds, own ones, and own ones with facts. */
async function judgeThrice(captures: readonly LabelledCapture[], doc: BaselineDocument | null, into: readonly Count[]) {
  for (const { path } of captures) {
    await judge(path, null, false, into[0]!);
    await judge(path, doc, false, into[1]!);
    await judge(path, doc, true, into[2]!);
  }
}

const counts = (): readonly Count[] => [new Count(), new Count(), new Count()];
const groups = Map.groupBy(readLabels(DATA), (c) => sourceFamily(c.source));
const rows: string[][] = [];
for (const [source, captures] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
  const benign = captures.filter((c) => c.label === 'benign');
  const malicious = captures.filter((c) => c.label === 'malicious');
  if (benign.length < FEWEST) continue;
  const ofBenign = counts();
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = benign.filter((_, i) => i % FOLDS === fold);
    await judgeThrice(held, await learned(benign.filter((_, i) => i % FOLDS !== fold)), ofBenign);
  }
  const ofMalicious = counts();
  if (malicious.length > 0) await judgeThrice(malicious, await learned(benign), ofMalicious);
  const n = [String(benign.length), ...ofBenign.map((c) => c.text)];
  const m = malicious.length === 0 ? ['0', '', '', ''] : [String(malicious.length), ...ofMalicious.map((c) => c.text)];
  rows.push([source, ...n, ...m]);
  console.error(rows.at(-1)!.join(' | '));
}
const settings = ['foreign', 'own', 'own and facts'];
const table = markdown(['source', 'benign', ...settings, 'malicious', ...settings], rows);
console.log(table);
const today = new Date().toISOString().slice(0, 10);
const said =
  `Written by \`npm run bench:learned\` on ${today}. In each cell: captures with a malicious incident / suspicious ` +
  `incidents / captures in which something was new here. Benign captures are judged after learning four fifths of the ` +
  `others of their source, malicious ones after learning all benign ones. A source is no network of its own, except for ` +
  `laboratories: most have their captures from many networks, so what is learned of one tells little of another.`;
writeFileSync(join(ROOT, 'docs', 'bench-learned.md'), `# What a learned network changes\n\n${said}\n\n${table}\n`);
