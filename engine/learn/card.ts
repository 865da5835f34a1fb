// The model card: what the figures are, source left out first, and how far to trust them.
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
  /** The reading before this one, of the same method with other features; one a split. */
  readonly before: readonly Experiment[];
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
    `# ${c.name}: a demonstration model`,
    '',
    `**This model demonstrates the product; it is not a detector to rely on.** It was trained on ${c.captures} ` +
      `short public captures. Its benign side is made of protocol samples more than of people's browsing, which is ` +
      `the weakest point of any model trained here. Teach Sightline your own network (\`sightline learn\`) before ` +
      'you read its verdicts.',
    '',
    `${c.method}, ${c.features} features, ${c.flows.benign} benign and ${c.flows.malicious} malicious flows ` +
      `after near-duplicates were merged (${c.flows.merged} merged away), ${c.flows.background} background flows ` +
      `of malicious captures neither taught nor counted as malicious. Sources: ${c.sources.join(', ')}. Trained ` +
      `${c.created} in ${c.seconds.toFixed(0)} s with evaluation. SHA-256 \`${c.sha256}\`.`,
    '',
    'Recall is of malicious flows at a threshold for a false-positive rate of 1 %, in two columns: the threshold ' +
      "taken from the *other* sources (what anybody who ships one number does), and from the *scored source's own* " +
      'ordinary traffic in other captures (what `sightline learn` does). Intervals are 95 % bootstraps over ' +
      'captures. With the source left out recall is the mean over sources.',
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
  lines.push(
    '## Beside the rough script of the design (detection.md, section 7)',
    '',
    'Measured there through tshark and scikit-learn, about 110 features, before this code existed: TLS flows, ' +
      'source left out, recall 0.04 / 0.12 (histogram boosting, foreign / own threshold) and 0.01 / 0.46 (extra ' +
      'trees); TCP flows, AUC 0.79 pooled, recall 0.15–0.16 / 0.22–0.30. Labels and merged duplicates differ in ' +
      'detail, so the comparison is of size, not of digits.',
    '',
    '## Limits',
    '',
    '- A label belongs to a capture: in malicious captures whatever is not known background counts as malicious, ' +
      'right or wrong.',
    '- Thresholds do not travel; the ranking travels a little. Before anything is learned, verdicts stand on the ' +
      'foreign threshold and say so.',
    '- Flows of few packets carry little; a verdict on half a flow (capture grade) is half a verdict.',
    '- Captures under 300 KB dominate; long sessions are rare in training.',
    '',
  );
  return lines.join('\n');
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
