// Models of others: JSON of ours, and ONNX. What a model decides is its maker’s; loading and running it must harm nobody.
import { type Attack, instead, type Mitigation } from '../types.ts';

const NONE: Attack = {
  stride: 'D',
  threat: 'a file that is no model, or too large, is loaded',
  test: ['engine/detect/onnx/onnx.test.ts', 'what is no ONNX is refused'],
};
const PARTS: Attack = {
  stride: 'I',
  threat: 'a model reads other files, or brings operators of its own',
  test: ['engine/detect/onnx/onnx.test.ts', 'parts that are not run, or are elsewhere, are refused by name'],
};
const WEIGHTS: Attack = {
  stride: 'D',
  threat: 'weights say that they are larger than they are',
  test: ['engine/detect/onnx/onnx.test.ts', 'weights have as many values as they say'],
};
const DEEP: Attack = {
  stride: 'D',
  threat: 'graphs in graphs, operators without end',
  test: ['engine/detect/onnx/onnx.test.ts', 'graphs within graphs, and operators, are bounded'],
};
const CARD: Attack = {
  stride: 'T',
  threat: 'a description that says of a model what cannot be',
  test: ['engine/detect/onnx/onnx.test.ts', 'what is said of a model is held to what it must be'],
};
const FEATURES: Attack = {
  stride: 'T',
  threat: 'a model takes other features than those it was made with',
  test: ['engine/detect/onnx/onnx.test.ts', 'features are those of the schema'],
};
const ENDLESS: Attack = {
  stride: 'D',
  threat: 'a model that never answers',
  test: ['engine/workers/onnx-scorer.test.ts', 'a model that never answers is ended, and what waits for it hears why'],
};
const GREEDY: Attack = {
  stride: 'D',
  threat: 'a model that takes all memory',
  test: [
    'engine/workers/onnx-scorer.test.ts',
    'a model that asks for too much memory is refused, and a smaller one is not',
  ],
};
const TRIED: Attack = {
  stride: 'T',
  threat: 'a model that answers no probabilities judges',
  test: ['engine/workers/onnx-scorer.test.ts', 'a model is tried out before it judges'],
};
const CHANGED: Attack = {
  stride: 'T',
  threat: 'a byte of a model is changed',
  test: ['engine/detect/detect.test.ts', 'a model survives writing and reading, and a changed byte is noticed'],
};

export const MODELS: readonly Mitigation[] = [
  instead(
    'MOD-01',
    'an ONNX file is so large only',
    'engine/detect/onnx/read.ts',
    "if (bytes.length > LARGEST_ONNX) return { ok: false, message: say('model-too-large') };",
    '',
    NONE,
  ),
  instead(
    'MOD-02',
    'a second graph is refused',
    'engine/detect/onnx/read.ts',
    "if (graph !== null) throw new WireError('two graphs');",
    '',
    NONE,
  ),
  instead(
    'MOD-03',
    'operators are those of the standard',
    'engine/detect/onnx/read.ts',
    'if (!STANDARD.has(domain))',
    "if (domain === 'never')",
    PARTS,
  ),
  instead(
    'MOD-04',
    'functions are refused',
    'engine/detect/onnx/read.ts',
    "throw new Refused(say('onnx-functions'));",
    'break;',
    PARTS,
  ),
  instead(
    'MOD-05',
    'weights in other files are refused',
    'engine/detect/onnx/read.ts',
    "case 13:\n        throw new Refused(say('onnx-external', { tensor: cut(name) }));",
    'case 13:\n        break;',
    PARTS,
  ),
  instead(
    'MOD-06',
    'weights that say they are elsewhere are refused',
    'engine/detect/onnx/read.ts',
    "if (f.int !== 0) throw new Refused(say('onnx-external', { tensor: cut(name) }));",
    '',
    PARTS,
  ),
  instead(
    'MOD-07',
    'graphs within operators are looked through',
    'engine/detect/onnx/read.ts',
    'else if (f.field === 6 || f.field === 11) this.walk(f.message(), depth + 1);',
    '',
    PARTS,
  ),
  instead(
    'MOD-08',
    'weights are as many as their shape says',
    'engine/detect/onnx/read.ts',
    'if (shape.some((d) => d < 0) || !isWhole)',
    'if (!isWhole && shape.length > 99)',
    WEIGHTS,
  ),
  instead(
    'MOD-09',
    'shapes have so many sizes only',
    'engine/detect/onnx/read.ts',
    'const MOST_DIMS = 16;',
    'const MOST_DIMS = 1e6;',
    WEIGHTS,
  ),
  instead(
    'MOD-10',
    'graphs nest so deep only',
    'engine/detect/onnx/read.ts',
    'const DEEPEST = 4;',
    'const DEEPEST = 1e6;',
    DEEP,
  ),
  instead(
    'MOD-11',
    'a model has so many operators only',
    'engine/detect/onnx/read.ts',
    'const MOST_NODES = 50_000;',
    'const MOST_NODES = 50_000_000;',
    DEEP,
  ),
  instead(
    'MOD-12',
    'a description is so large only',
    'engine/detect/onnx/card.ts',
    'export const LARGEST_CARD = 4 * 1024 * 1024;',
    'export const LARGEST_CARD = 4 * 1024 * 1024 * 1024;',
    CARD,
  ),
  instead(
    'MOD-13',
    'a feature that is not of the schema is refused',
    'engine/detect/onnx/card.ts',
    "return no(say('onnx-features-unknown', { count: unknown.length, names }));",
    '',
    FEATURES,
  ),
  instead(
    'MOD-14',
    'a model of ours has its own checksum',
    'engine/detect/model.ts',
    "if (typeof sha256 !== 'string' || digestOf(body) !== sha256)",
    "if (typeof sha256 !== 'string')",
    CHANGED,
  ),
  instead(
    'MOD-15',
    'a model that gives no answer is ended',
    'engine/workers/onnx-scorer.ts',
    'this.timer = setTimeout(() => this.fail(',
    'this.timer = setTimeout(() => void (',
    ENDLESS,
  ),
  instead(
    'MOD-16',
    'the runtime has so much memory only',
    'engine/workers/onnx-worker.ts',
    'boundMemory(o.megabytes);',
    'boundMemory(4_096);',
    GREEDY,
  ),
  instead('MOD-17', 'a model scores a trial first', 'engine/workers/onnx-worker.ts', 'await made.tryOut();', '', TRIED),
];
