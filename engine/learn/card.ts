// The model card: what the figures are, source left out first, and how far to trust them.
import type { CapturesRaised, ChanceFigures, FamilyRecall } from './audit.ts';
import { SUBSETS, type Split, type SubsetFigures } from './evaluate.ts';

export interface CardInput {
  readonly name: string;
  readonly method: string;
  readonly created: string;
  readonly sha256: string;
  readonly captures: number;
  readonly sources: readonly string[];
  readonly flows: {
    readonly benign: number;
    readonly malicious: number;
    readonly background: number;
    readonly merged: number;
  };
  readonly features: number;
  readonly seconds: number;
  readonly splits: readonly { readonly split: Split; readonly figures: ReadonlyMap<string, SubsetFigures> }[];
  /** Absent where sources were not left out. */
  readonly audit: Audit | null;
  /** The reading before this one, of the same method with other features; one a split. */
  readonly before: readonly Experiment[];
}

/** What is measured beside the splits, sources left out. */
export interface Audit {
  readonly captures: CapturesRaised;
  readonly families: readonly FamilyRecall[];
  readonly chance: ChanceFigures;
  /** The other set of features on the same flows. */
  readonly other: {
    readonly set: string;
    readonly features: number;
    readonly captures: CapturesRaised;
    readonly figures: ReadonlyMap<string, SubsetFigures>;
    readonly families: readonly FamilyRecall[];
  };
}

/** One line of models/experiments.jsonl. */
export interface Experiment {
  readonly at: string;
  readonly split: Split;
  readonly method: string;
  readonly features: number;
  readonly figures: Readonly<Record<string, SubsetFigures>>;
}

const SPLIT_WORDS: Record<Split, string> = {
  source: 'Source left out (the headline: your network is a source that the model never saw)',
  family: 'Family left out',
  capture: 'Capture left out',
};

export function figureRows(figures: ReadonlyMap<string, SubsetFigures>): string[][] {
  return [...figures].map(([subset, f]) => [
    subset,
    `${f.malicious} / ${f.benign} / ${f.background}`,
    interval(f.recallForeign),
    share(f.falseForeign),
    interval(f.recallOwn),
    share(f.falseOwn),
    number(f.prAuc),
    number(f.auc),
    number(f.f1),
    f.recallThousandth === null ? 'too few benign flows' : number(f.recallThousandth),
  ]);
}
export const FIGURE_TITLES = [
  'Flows',
  'malicious / benign / background',
  'recall, foreign threshold for 1 %',
  'false there',
  'recall, own baseline for 1 %',
  'false there',
  'PR-AUC',
  'AUC',
  'F1',
  'recall at 1e-3',
];

function number(x: number): string {
  return x === x ? x.toFixed(3) : '–';
}
function share(x: number): string {
  return x === x ? `${(x * 100).toFixed(1)} %` : '–';
}
function interval(i: SubsetFigures['recallForeign']): string {
  return i.value === i.value ? `${i.value.toFixed(2)} (${i.low.toFixed(2)}–${i.high.toFixed(2)})` : '–';
}

/** Markdown. */
export function modelCard(c: CardInput): string {
  const lines = [
    `# ${c.name}: one witness among others`,
    '',
    ...whatDoesNotHold(c),
    '',
    `${c.method}, ${c.features} features, ${c.captures} captures, ${c.flows.benign} benign and ${c.flows.malicious} ` +
      `malicious flows after near-duplicates were merged (${c.flows.merged} merged away), ${c.flows.background} ` +
      'flows neither taught nor counted. Background of malicious captures is taught as benign; each capture weighs ' +
      `the same in all. Sources: ${c.sources.join(', ')}. Trained ${c.created} in ${c.seconds.toFixed(0)} s with ` +
      `evaluation. SHA-256 \`${c.sha256}\`.`,
    '',
    'Recall is of malicious flows at a threshold for a false-positive rate of 1 %, in two columns: the threshold ' +
      "taken from the *other* sources (what anybody who ships one number does), and from the *scored source's own* " +
      'ordinary traffic in other captures (what `sightline learn` does). Intervals are 95 % bootstraps over ' +
      'captures. With the source left out recall is the mean over sources; whole sources are left out, several at a time.',
    '',
  ];
  if (c.before.length > 0) lines.push(...beforeAndAfter(c));
  for (const { split, figures } of c.splits) {
    lines.push(
      `## ${SPLIT_WORDS[split]}`,
      '',
      `| ${FIGURE_TITLES.join(' | ')} |`,
      `|${FIGURE_TITLES.map(() => '---').join('|')}|`,
      ...figureRows(figures).map((row) => `| ${row.join(' | ')} |`),
      '',
    );
  }
  if (c.audit !== null) lines.push(...auditLines(c.audit, c.features));
  lines.push(
    '## What threat rules add, by source',
    '',
    'Not measured for this model: `sightline evaluate FOLDER --rules FILES --card FILE` puts it here.',
    '',
    '## Beside the rough script of the design (detection.md, section 7)',
    '',
    'Measured there through tshark and scikit-learn, about 110 features, before this code existed: TLS flows, ' +
      'source left out, recall 0.04 / 0.12 (histogram boosting, foreign / own threshold) and 0.01 / 0.46 (extra ' +
      'trees); TCP flows, AUC 0.79 pooled, recall 0.15–0.16 / 0.22–0.30. Labels and merged duplicates differ in ' +
      'detail, so the comparison is of size, not of digits.',
    '',
    '## Limits',
    '',
    '- Labels by flow were made by rules and by looking at conversations; nobody has checked them a second time. ' +
      'Captures without them have labels by capture and weigh a quarter.',
    '- Thresholds do not travel; the ranking travels a little. Before anything is learned, the witness stands on ' +
      'the foreign threshold.',
    '- Flows of few packets carry little; and half a flow (capture grade) carries half of that.',
    '- Captures under 300 KB dominate; long sessions are rare in training.',
    '',
  );
  return lines.join('\n');
}

function whatDoesNotHold(c: CardInput): string[] {
  const foreign = c.splits.find((s) => s.split === 'source')?.figures.get('all flows');
  const measured =
    foreign === undefined || c.audit === null
      ? 'It was not measured on sources that it never saw.'
      : `On sources that it never saw it finds ${interval(foreign.recallForeign)} of malicious flows where ` +
        `${share(foreign.falseForeign)} of benign ones are over its threshold, and raises ` +
        `${raisedText(c.audit.captures)}. ${missedFamilies(c.audit.families)}`;
  return [
    `**This model detects little by itself, and says nothing alone.** ${measured} It adds one point to an incident ` +
      'that evidence makes; its score is shown as a place among ordinary flows, not as a probability. Its benign side ' +
      'is protocol samples, applications and devices more than hours of browsing.',
  ];
}

function raisedText(r: CapturesRaised): string {
  return `${r.malicious} of ${r.ofMalicious} malicious captures and ${r.benign} of ${r.ofBenign} benign ones`;
}

function missedFamilies(families: readonly FamilyRecall[]): string {
  const missed = families.filter((f) => f.recall < 0.1).map((f) => f.family);
  return missed.length === 0
    ? ''
    : `TLS flows of these families it misses (under a tenth found): ${missed.join(', ')}.`;
}

function auditLines(a: Audit, features: number): string[] {
  const otherRecall = new Map(a.other.families.map((f) => [f.family, f.recall]));
  return [
    '## The other set of features, sources left out',
    '',
    `${a.other.features} features (${a.other.set}) on the same flows, in place of ${features}. Captures raised with ` +
      `them: ${raisedText(a.other.captures)}; with this model's: ${raisedText(a.captures)}.`,
    '',
    `| ${FIGURE_TITLES.join(' | ')} |`,
    `|${FIGURE_TITLES.map(() => '---').join('|')}|`,
    ...figureRows(a.other.figures).map((row) => `| ${row.join(' | ')} |`),
    '',
    '## TLS flows by family, sources left out',
    '',
    'Share of malicious TLS flows over what 1 % of all benign TLS flows exceed.',
    '',
    `| family | flows | recall | recall, ${a.other.set} |`,
    '|---|---|---|---|',
    ...a.families.map((f) => {
      const other = otherRecall.get(f.family) ?? NaN;
      return `| ${f.family} | ${f.flows} | ${f.recall.toFixed(2)} | ${other.toFixed(2)} |`;
    }),
    '',
    '## Labels dealt by chance',
    '',
    `With captures' labels dealt anew by chance: AUC ${number(a.chance.auc)}, recall ${number(a.chance.recall)} at 1 %. ` +
      'One deal; captures are few and unlike in size, so it may lie off one half by some tenths.',
    '',
  ];
}

function beforeAndAfter(c: CardInput): string[] {
  const rows = c.splits.flatMap(({ split, figures }) => {
    const before = c.before.find((e) => e.split === split);
    if (before === undefined) return [];
    return [...figures].flatMap(([subset, now]) => {
      const was = before.figures[subset];
      return was === undefined
        ? []
        : [
            `| ${split} left out | ${subset} | ${interval(was.recallForeign)} → ${interval(now.recallForeign)} | ` +
              `${interval(was.recallOwn)} → ${interval(now.recallOwn)} | ${number(was.prAuc)} → ` +
              `${number(now.prAuc)} | ${number(was.auc)} → ${number(now.auc)} |`,
          ];
    });
  });
  return [
    `## Before and after`,
    '',
    `The same method and settings with ${c.before[0]!.features} features (${c.before[0]!.at.slice(0, 10)}) and ` +
      `with ${c.features} now. Intervals overlap wherever they do: then nothing is known to be better.`,
    '',
    '| split | flows | recall, foreign threshold | recall, own baseline | PR-AUC | AUC |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

export const ALL_SUBSETS: readonly string[] = Object.keys(SUBSETS);
