// `sightline train`: trains and measures a model on labelled captures, or repeats the original project's methods.
import type { Method } from '../../engine/host-learn.ts';
import { defineCommand } from '../define.ts';
import { choice, onOff, path, repeated, whole, freeText } from '../flags.ts';
import { train, trainOriginal } from '../training.ts';

const METHODS = [
  'boosting',
  'random-forest',
  'extra-trees',
  'decision-tree',
  'perceptron',
] as const satisfies readonly (Method | 'perceptron')[];
const SEEDS = 2 ** 31;

export const command = defineCommand({
  name: 'train',
  summary: 'Train and measure a model',
  usage: 'FOLDER… | --benign FOLDER --malicious FOLDER | --methods all FOLDER',
  takesPaths: true,
  flags: {
    benign: repeated(path('FOLDER', 'captures of benign traffic')),
    malicious: repeated(
      path(
        'FOLDER',
        'captures of malicious traffic; without both, FOLDER holds labels.csv (path,source,label,family) and perhaps ' +
          'background-names.txt',
      ),
    ),
    method: choice('M', 'what is trained; perceptron is a small neural network', METHODS, 'boosting'),
    features: choice(
      'SET',
      'features that are taught: robust leaves out what says laboratory',
      ['robust', 'full'],
      'robust',
    ),
    output: path('FILE', 'write the model and its card (.md) there: JSON, or ONNX where the name ends in .onnx'),
    split: choice('WHAT', 'measure with this left out', ['source', 'family', 'capture', 'all'], 'all'),
    'no-evaluate': onOff('train only'),
    experiments: path('FILE', 'append the figures as a JSON line'),
    note: freeText('TEXT', 'what this experiment tries', { mayBeEmpty: true }),
    seed: whole('N', 'seed', { least: 0, most: SEEDS, fallback: 1 }),
    threads: whole('N', 'threads', { least: 1, most: 16, fallback: 2 }),
    methods: choice('all', 'every method of the original project on goodx.csv and badx.csv of the folder', ['all']),
  },
  apart: [
    ['no-evaluate', 'split'],
    ['methods', 'split'],
    ['methods', 'method', 'features', 'output', 'no-evaluate', 'experiments', 'note', 'seed', 'benign', 'malicious'],
  ],
  examples: [
    'sightline train ../shared/data --output models/default.json',
    'sightline train --benign good/ --malicious bad/ --output mine.json',
    'sightline train ../shared/data --method perceptron --split source --output perceptron.onnx',
    'sightline train --methods all original/',
  ],
  run: (o, paths, folders) => {
    if (o.methods !== null) return trainOriginal(paths);
    return train(paths, { ...o, evaluate: !o['no-evaluate'], note: o.note ?? '' }, folders);
  },
});
