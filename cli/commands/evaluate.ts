// `sightline evaluate`: how the judgement does on labelled captures.
import { defineCommand } from '../define.ts';
import { evaluate } from '../evaluation.ts';
import { freeText, onOff, path, repeated, whole } from '../flags.ts';

export const command = defineCommand({
  name: 'evaluate',
  summary: 'Measure the judgement on labelled captures',
  usage: 'FOLDER',
  takesPaths: true,
  flags: {
    model: path(
      'FILE',
      'this model as it is, whatever it has seen; without it one is trained for each source left out. `shipped` or ' +
        '`adopted` instead of a file',
    ),
    'rules-only': onOff("without the model's point"),
    shipped: onOff('the shipped model as it is, though it has seen these captures'),
    compare: freeText(
      'WITH',
      'judge by another one as well, side by side: left-out, rules, shipped, adopted or a model file',
    ),
    rules: repeated(path('FILE', 'threat rules, a file or a folder: what they add is told by source')),
    card: path('FILE', "put what threat rules add into a model's card"),
    own: onOff("with each network's own baseline, from its other captures' ordinary flows"),
    source: freeText('NAME', 'only captures of this source'),
    capture: freeText('TEXT', 'only captures whose path holds this'),
    json: onOff('the report as JSON'),
    markdown: path('FILE', 'write the report as Markdown'),
    html: path('FILE', 'write the report as a page of its own'),
    threads: whole('N', 'threads', { least: 1, most: 16, fallback: 2 }),
  },
  apart: [
    ['rules-only', 'shipped', 'model'],
    ['shipped', 'model'],
  ],
  examples: [
    'sightline evaluate ../shared/data',
    'sightline evaluate labelled/ --rules-only --html report.html',
    'sightline evaluate labelled/ --compare mine.json',
    'sightline evaluate labelled/ --rules emerging.rules',
  ],
  run: (o, paths, folders) =>
    evaluate(
      paths,
      {
        model: o.model,
        rulesOnly: o['rules-only'],
        shipped: o.shipped,
        own: o.own,
        rules: o.rules,
        card: o.card,
        compare: o.compare,
        source: o.source,
        capture: o.capture,
        json: o.json,
        markdown: o.markdown,
        html: o.html,
        threads: o.threads,
      },
      folders,
    ),
});
