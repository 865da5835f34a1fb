// An ONNX file as a model: what it takes and answers, held against the feature schema. The runtime sees it later, in a
// thread of its own (`engine/workers/onnx-scorer.ts`).
import { hash } from 'node:crypto';
import { type Message, say } from '../../../contract/index.ts';
import type { ModelResult, OnnxModel, OnnxNetwork, Thresholds } from '../model-type.ts';
import { type OnnxCard, readCard } from './card.ts';
import { CARD_KEY, cut, DOUBLE, FLOAT, type OnnxFile, type OnnxValue, readOnnx, typeName } from './read.ts';
import { WireWriter } from './wire.ts';

/** Vectors that are handed over at once at most. */
export const MOST_ROWS = 512;

/** Where nobody measured a model: half is suspicious, nine tenths malicious. */
const UNMEASURED: Readonly<Record<string, Thresholds>> = { all: { malicious: 0.9, suspicious: 0.5, flows: 0 } };

/** Whether bytes are ONNX rather than JSON; a file that is called so must be. */
export function isOnnx(bytes: Uint8Array, file: string): boolean {
  // ir_version, the first field of every exporter.
  return file.toLowerCase().endsWith('.onnx') || (bytes[0] === 0x08 && bytes.length > 1);
}

/**
 * @param beside what the file beside it says, null where there is none; it goes before the model's own metadata
 * @param file its name, for the model that has none @returns the model, or why it is refused; never throws
 */
export function onnxModel(bytes: Uint8Array, beside: string | null, file: string): ModelResult {
  const read = readOnnx(bytes);
  if (!read.ok) return { ok: false, reason: 'not-a-model', message: read.message };
  const text = beside ?? read.file.card;
  if (text === null) return refused(say('onnx-no-features', { file: `${file}.json` }));
  const said = readCard(text);
  if (!said.ok) return refused(said.message);
  const { card } = said;
  const input = inputOf(read.file, card);
  if ('say' in input) return refused(input);
  const output = outputOf(read.file, card);
  if ('say' in output) return refused(output);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const model: OnnxModel = {
    kind: 'onnx',
    name: card.name ?? file,
    method: 'onnx',
    created: '',
    seed: 0,
    features: card.features,
    calibration: { raw: [0, 1], probability: [0, 1] },
    thresholds: card.thresholds ?? UNMEASURED,
    novelty: { all: Number.MAX_VALUE },
    reference: {},
    ranks: card.ranks,
    training: {},
    sha256: hash('sha256', `${read.file.sha256} ${meaning(card)}`, 'hex'),
    places: card.places,
    network: {
      bytes: shared,
      ...input,
      ...output,
      places: card.places,
      missing: card.missing,
      isProbability: card.thresholds === null,
    },
    card: text,
  };
  return { ok: true, model };
}

/** What a card means, its name left out: models that mean the same have the same baselines. */
function meaning({ features, missing, output, column, thresholds, ranks }: OnnxCard): string {
  return JSON.stringify([features, missing === null ? null : [...missing], output, column, thresholds, ranks]);
}

/** The model with what is said of it as its own metadata, in place of a file beside it. */
export function withCard(model: OnnxModel): Uint8Array {
  const card = JSON.stringify({ ...(JSON.parse(model.card) as object), name: model.name });
  // Fields of a message that follow later are merged into it; of two properties of one name the later one holds.
  const added = new WireWriter().message(14, (p) => p.text(1, CARD_KEY).text(2, card)).bytes;
  return Buffer.concat([model.network.bytes, added]);
}

function refused(message: Message): ModelResult {
  return { ok: false, reason: 'other-schema', message };
}

function inputOf(file: OnnxFile, card: OnnxCard): Pick<OnnxNetwork, 'input' | 'rows' | 'isFixed'> | Message {
  const [only, ...more] = file.inputs;
  if (only === undefined || more.length > 0) return say('onnx-inputs', { count: file.inputs.length });
  if (only.type !== FLOAT) return say('onnx-input-type', { type: typeName(only.type) });
  const { shape } = only;
  if (shape?.length !== 2) return say('onnx-input-shape', { shape: shapeText(only) });
  const [rows, columns] = shape as [number | null, number | null];
  if (columns !== null && columns !== card.features.length)
    return say('onnx-feature-count', { takes: columns, named: card.features.length });
  const isFixed = rows !== null && rows > 0;
  if (isFixed && rows > MOST_ROWS) return say('onnx-input-shape', { shape: shapeText(only) });
  return { input: only.name, rows: isFixed ? rows : MOST_ROWS, isFixed };
}

function outputOf(file: OnnxFile, card: OnnxCard): Pick<OnnxNetwork, 'output' | 'column'> | Message {
  const { column } = card;
  const numbers = file.outputs.filter((o) => o.type === FLOAT || o.type === DOUBLE);
  if (card.output !== null) {
    if (numbers.every((o) => o.name !== card.output)) return say('onnx-output-none', { name: card.output });
    return { output: card.output, column };
  }
  // What scikit-learn's converters call them.
  const probable = numbers.filter((o) => /prob/i.test(o.name));
  const [chosen, ...more] = probable.length === 1 ? probable : numbers;
  if (chosen !== undefined && more.length === 0) return { output: chosen.name, column };
  if (numbers.length > 0) return say('onnx-outputs', { names: numbers.slice(0, 5).map((o) => cut(o.name)) });
  return say(file.outputs.some((o) => o.type === null) ? 'onnx-maps' : 'onnx-output-type');
}

/** '[?, 203]'. */
function shapeText({ shape }: OnnxValue): string {
  return shape === null ? '?' : `[${shape.map((d) => d ?? '?').join(', ')}]`;
}
