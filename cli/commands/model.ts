// `sightline model`: what a model is, whether it can be used here, and our trees for other programs.
import { EXIT } from '../../contract/index.ts';
import { forestJson, isCalibrated, type Model, treesOnnx, writeWhole } from '../../engine/host.ts';
import { AS_JSON } from '../common-flags.ts';
import { print, printAll, printJson, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { path } from '../flags.ts';
import { chooseModel, modelText, readyModel } from '../models.ts';
import { table } from '../table.ts';

const COLUMNS = [
  { title: 'Group' },
  { title: 'One point over', right: true },
  { title: 'Two points over', right: true },
  { title: 'Ordinary flows', right: true },
];

export const command = defineCommand({
  name: 'model',
  summary: 'What a model is, and whether it can be used here',
  usage: '[FILE|shipped|adopted]',
  takesPaths: true,
  flags: {
    onnx: path('FILE', 'write a model of trees as ONNX, with its thresholds, for other programs'),
    'ml-random-forest': path('FILE', 'write a forest as JSON of the npm package ml-random-forest; it votes there'),
    ...AS_JSON,
  },
  examples: ['sightline model', 'sightline model mine.onnx', 'sightline model shipped --onnx sightline.onnx'],
  run: async (o, paths, folders) => {
    const [said = null, ...more] = paths;
    if (more.length > 0) throw new UsageError('model takes one model');
    const chosen = chooseModel(said, folders);
    await readyModel(chosen);
    const { model } = chosen;
    if (o.json) printJson(described(model));
    else {
      print(`${modelText(chosen)}: ${model.method}, ${model.features.length} features (SHA-256 ${model.sha256})`);
      if (!isCalibrated(model))
        print('How it scores ordinary flows was not measured. `sightline learn` measures it on your network.');
      const rows = Object.entries(model.thresholds).map(([group, t]) => [
        group,
        digits(t.suspicious),
        digits(t.malicious),
        t.flows === 0 ? '–' : String(t.flows),
      ]);
      printAll(table(COLUMNS, rows));
    }
    if (o.onnx !== null) {
      if (model.kind === 'onnx') throw new UsageError('the model is ONNX already');
      await writeWhole(o.onnx, treesOnnx(model));
      if (!o.json) print(`Written as ONNX: ${o.onnx}`);
    }
    if (o['ml-random-forest'] !== null) {
      const forest = model.kind === 'onnx' ? null : forestJson(model);
      if (forest === null)
        throw new UsageError(
          'only a forest is written for ml-random-forest: `sightline train --method random-forest` makes one',
        );
      await writeWhole(o['ml-random-forest'], forest);
      if (!o.json) print(`Written for ml-random-forest: ${o['ml-random-forest']}`);
    }
    return EXIT.clean;
  },
});

function digits(threshold: number): string {
  return threshold === Number.MAX_VALUE ? '–' : String(Number(threshold.toPrecision(6)));
}

function described(model: Model): unknown {
  const { name, method, sha256, features, thresholds } = model;
  return { name, method, sha256, calibrated: isCalibrated(model), thresholds, features };
}
