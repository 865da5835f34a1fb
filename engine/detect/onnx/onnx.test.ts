// Refusals of ONNX files, each by its reason, before a runtime sees them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { english } from '../../../contract/index.ts';
import { SCHEMA_HASH } from '../../features/index.ts';
import {
  graphAttribute,
  int64Bytes,
  INT64,
  type MadeGraph,
  type MadeModel,
  madeCard,
  madeModel,
  tensor,
} from '../../testing/onnx-files.ts';
import { testRandom } from '../../testing/packets.ts';
import { rankTable } from '../ranks.ts';
import { isOnnx, onnxModel, withCard } from './model.ts';
import { FLOAT } from './read.ts';
import type { OnnxModel } from '../model-type.ts';
import type { WireWriter } from './wire.ts';

function loaded(bytes: Uint8Array, beside: string | null = null): OnnxModel {
  const read = onnxModel(bytes, beside, 'mine.onnx');
  assert.ok(read.ok, read.ok ? '' : english(read.message));
  assert.equal(read.model.kind, 'onnx');
  return read.model as OnnxModel;
}

function why(bytes: Uint8Array, beside: string | null = null): string {
  const read = onnxModel(bytes, beside, 'mine.onnx');
  return read.ok ? 'taken' : english(read.message);
}

const made = (parts: Partial<MadeModel>): string => why(madeModel(parts));
const said = (more: Readonly<Record<string, unknown>>): string => made({ card: madeCard(more) });

test('a model says its features, and what it takes and answers follows from them', () => {
  const m = loaded(madeModel());
  assert.deepEqual(
    [m.name, m.features, m.network.rows, m.network.isFixed],
    ['made', ['packets_fwd', 'packets_rev'], 512, false],
  );
  assert.deepEqual([m.network.input, m.network.output, m.network.column], ['x', 'y', null]);
  assert.deepEqual([...m.network.missing!], [0, 0]);
  assert.deepEqual(m.thresholds, { all: { malicious: 0.9, suspicious: 0.5, flows: 0 } });
  assert.equal(m.network.isProbability, true);
  const beside = loaded(madeModel({ card: null }), madeCard({ name: undefined, column: 0, output: 'y' }));
  assert.deepEqual([beside.name, beside.network.column, beside.network.missing], ['mine.onnx', 0, null]);
  const one = loaded(madeModel({ inputs: [{ name: 'x', type: FLOAT, shape: [1, 2] }] }));
  assert.deepEqual([one.network.rows, one.network.isFixed], [1, true]);
});

test('a model with its description as metadata is the same model', () => {
  const apart = loaded(madeModel({ card: null }), madeCard({ column: 0, ranks: { all: rankTable([0.1, 0.4]) } }));
  const whole = loaded(withCard(apart));
  assert.equal(whole.sha256, apart.sha256);
  assert.deepEqual([whole.name, whole.ranks], [apart.name, apart.ranks]);
  assert.notEqual(loaded(madeModel()).sha256, apart.sha256, 'another column is another model');
  const renamed = loaded(withCard(loaded(withCard(apart))));
  assert.equal(renamed.sha256, apart.sha256);
});

test('ONNX is told from JSON by its first byte, or by its name', () => {
  assert.equal(isOnnx(madeModel(), 'model'), true);
  assert.equal(isOnnx(Buffer.from('{"format":1}'), 'm.json'), false);
  assert.equal(isOnnx(Buffer.from('{"format":1}'), 'M.ONNX'), true);
});

test('what is no ONNX is refused', () => {
  for (const bytes of [Buffer.from('{}'), new Uint8Array(0), Buffer.from('\u007fELF'), madeModel().subarray(0, 60)])
    assert.equal(why(bytes), 'this is no ONNX model, or a damaged one');
  assert.match(made({ besides: (w) => w.message(7, () => undefined) }), /no ONNX model/, 'a second graph');
  assert.match(why(new Uint8Array(64 * 1024 * 1024 + 1)), /too large/);
});

test('parts that are not run, or are elsewhere, are refused by name', () => {
  const node = (domain: string): MadeGraph['nodes'] => [{ operator: 'Steal', domain, inputs: ['x'], outputs: ['y'] }];
  assert.match(made({ nodes: node('com.evil') }), /the operator Steal of com\.evil, which is not of the ONNX standard/);
  assert.match(made({ nodes: node('com.microsoft') }), /com\.microsoft/);
  assert.match(made({ besides: (w) => w.message(25, (f) => f.text(1, 'f')) }), /operators of its own \(functions\)/);
  const external = (write: (w: WireWriter) => void): string =>
    made({ tensors: [(w) => w.ints(1, [4]).int(2, FLOAT).text(8, 'weights') && write(w)] });
  assert.match(
    external((w) => w.message(13, (p) => p.text(1, 'location').text(2, '/etc/passwd'))),
    /weights are in another file/,
  );
  assert.match(
    external((w) => w.int(14, 1)),
    /weights are in another file/,
  );
  assert.match(made({ more: (w) => w.message(15, () => undefined) }), /sparse/);
  const hidden = graphAttribute('then_branch', { nodes: node('evil'), inputs: [], outputs: [] });
  assert.match(
    made({ nodes: [{ operator: 'If', inputs: ['c'], outputs: ['y'], attributes: [hidden] }] }),
    /Steal of evil/,
  );
});

test('weights have as many values as they say', () => {
  const weights = (dims: number[], type: number, raw: number): string =>
    made({ tensors: [tensor('w', type, dims, new Uint8Array(raw))] });
  assert.equal(weights([2, 3], FLOAT, 24), 'taken');
  assert.equal(weights([2], INT64, 16), 'taken');
  assert.equal(weights([0], FLOAT, 0), 'taken');
  for (const [dims, type, raw] of [
    [[1_000_000, 1_000_000], FLOAT, 24],
    [[2 ** 62, 4], FLOAT, 0],
    [[-2, -3], FLOAT, 24],
    [[2, 3], FLOAT, 23],
    [[2], 99, 16],
  ] as const)
    assert.match(weights([...dims], type, raw), /the weights w have not as many values/);
  assert.equal(made({ tensors: [(w) => w.ints(1, [3]).int(2, FLOAT).floats(4, [1, 2, 3])] }), 'taken');
  assert.match(made({ tensors: [(w) => w.ints(1, [4]).int(2, FLOAT).floats(4, [1, 2, 3])] }), /not as many/);
  assert.match(made({ tensors: [(w) => w.ints(1, new Array<number>(17).fill(1)).int(2, FLOAT)] }), /no ONNX model/);
});

test('graphs within graphs, and operators, are bounded', () => {
  let inner: MadeGraph = { nodes: [], inputs: [], outputs: [] };
  for (let n = 0; n < 6; n++)
    inner = {
      nodes: [{ operator: 'If', inputs: [], outputs: [], attributes: [graphAttribute('b', inner)] }],
      inputs: [],
      outputs: [],
    };
  assert.match(made({ nodes: inner.nodes }), /too deep/);
  const one = { operator: 'Identity', inputs: ['x'], outputs: ['y'] };
  assert.match(made({ nodes: Array.from({ length: 50_001 }, () => one) }), /more than 50,000 operators/);
});

test('features are those of the schema', () => {
  assert.match(made({ card: null }), /does not name its features: a JSON object .* mine\.onnx\.json/);
  assert.match(made({ card: '[' }), /no JSON object/);
  assert.match(made({ card: '[]' }), /no JSON object/);
  assert.match(
    said({ features: ['packets_fwd', 'nonsense', 'worse'] }),
    /2 of its features are not in this schema: nonsense, worse/,
  );
  assert.match(said({ features: ['packets_fwd', 'packets_fwd'] }), /names the feature packets_fwd twice/);
  assert.match(said({ features: ['packets_fwd'] }), /takes 2 values a flow, but 1 features are named/);
  assert.match(said({ features: [1, 2] }), /no usable 'features'/);
  assert.match(said({ schema: 'abc' }), /another feature schema \(abc\)/);
  assert.equal(said({ schema: SCHEMA_HASH }), 'taken');
});

test('what is said of a model is held to what it must be', () => {
  for (const [field, wrong] of [
    ['name', 5],
    ['output', ''],
    ['column', -1],
    ['column', 1.5],
    ['missing', [1]],
    ['missing', 1e300],
    ['missing', 'mean'],
    ['thresholds', { TLS: { malicious: 1, suspicious: 0, flows: 1 } }],
    ['thresholds', { all: { malicious: 0.1, suspicious: 0.5, flows: 1 } }],
    ['ranks', { all: [1, 2] }],
  ] as const)
    assert.match(said({ [field]: wrong }), new RegExp(`no usable '${field}'`), `${field}: ${JSON.stringify(wrong)}`);
  // JSON reads it as infinity, and writes none: adopted so, the model could not be read again.
  const endless = madeCard({ thresholds: { all: { malicious: 7, suspicious: 0.5, flows: 1 } } }).replace(
    ':7,',
    ':1e999,',
  );
  assert.match(why(madeModel({ card: null }), endless), /no usable 'thresholds'/);
  assert.match(said({ schema: { toString: 1 } }), /another feature schema/);
  assert.match(why(madeModel({ card: null }), ' '.repeat(4 * 1024 * 1024 + 1)), /too large/);
  const own = loaded(
    madeModel({ card: madeCard({ missing: [1, 2], thresholds: { all: { malicious: 5, suspicious: 3, flows: 9 } } }) }),
  );
  assert.deepEqual(
    [[...own.network.missing!], own.network.isProbability, own.thresholds['all']!.malicious],
    [[1, 2], false, 5],
  );
});

test('inputs and outputs are flows by features, and numbers', () => {
  const x = { name: 'x', type: FLOAT, shape: [null, 2] };
  const input = (type: number | null, shape: (number | null)[]): string =>
    made({ inputs: [{ name: 'x', type, shape }] });
  assert.match(made({ inputs: [x, { ...x, name: 'z' }] }), /has 2 inputs/);
  assert.match(made({ inputs: [] }), /has 0 inputs/);
  assert.equal(
    made({ inputs: [x, { ...x, name: 'w' }], tensors: [tensor('w', FLOAT, [1], new Uint8Array(4))] }),
    'taken',
  );
  assert.match(input(11, [null, 2]), /of the type double/);
  assert.match(input(null, [null, 2]), /of the type sequence/);
  assert.match(input(FLOAT, [2]), /has the shape \[2\]/);
  assert.match(input(FLOAT, [null, 2, 1]), /has the shape \[\?, 2, 1\]/);
  assert.match(input(FLOAT, [513, 2]), /has the shape \[513, 2\]/);
  assert.match(input(FLOAT, [null, 3]), /takes 3 values/);
  const output = (...types: (number | null)[]): string =>
    made({ outputs: types.map((type, i) => ({ name: `o${i}`, type, shape: [null] })) });
  assert.match(output(INT64), /no output of it has numbers/);
  assert.match(output(INT64, null), /maps in place of numbers/);
  assert.match(output(FLOAT, FLOAT), /several outputs with numbers \(o0, o1\)/);
  assert.match(said({ output: 'z' }), /no output 'z' with numbers/);
  const two = madeModel({ outputs: [x, { ...x, name: 'probabilities' }] });
  assert.equal(loaded(two).network.output, 'probabilities');
});

test('no damage to a file does more than have it refused', () => {
  const whole = madeModel({ tensors: [tensor('w', INT64, [2], int64Bytes([1, 2]))] });
  const random = testRandom(9);
  let taken = 0;
  for (let n = 0; n < 20_000; n++) {
    const bytes = Uint8Array.from(whole);
    for (let k = 1 + Math.floor(random() * 4); k > 0; k--)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const cut = random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    const read = onnxModel(cut, null, 'x.onnx');
    if (read.ok) taken++;
    else assert.ok(english(read.message).length > 0);
  }
  assert.ok(taken > 500 && taken < 19_000, `${taken} were still taken`);
});
