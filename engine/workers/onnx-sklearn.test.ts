// Models that scikit-learn trained, as ONNX by the onnx package's own helper: what their makers' `predict_proba` says is
// what this program scores; and what we write passes onnx's checker. Debian has both (python3-sklearn, python3-onnx).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { english } from '../../contract/index.ts';
import { onnxModel, treesOnnx } from '../detect/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';
import { testModel } from '../testing/models.ts';
import { OnnxScorer } from './onnx-scorer.ts';

/** Debian's interpreter; another one first in the path may not have the packages. */
const PYTHON = '/usr/bin/python3';
const found = spawnSync(PYTHON, ['-c', 'import onnx, sklearn'], { encoding: 'utf8' });
const skip = found.status === 0 ? false : 'python3-sklearn or python3-onnx is not installed';
const COLUMNS = 30;
const ROWS = 512;
const folder = mkdtempSync(join(tmpdir(), 'sightline-sklearn-'));
const scorers: OnnxScorer[] = [];
after(async () => {
  await Promise.all(scorers.map((s) => s.close()));
  rmSync(folder, { recursive: true });
});

const SCRIPT = `
import json, sys, warnings
import numpy as np
from onnx import TensorProto as T, checker, helper as h, load, save
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.neural_network import MLPClassifier
warnings.filterwarnings('ignore')
folder, columns, rows, names = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
r = np.random.default_rng(4)
x = (r.normal(size=(rows + 2000, columns)) * 3).astype(np.float32)
y = ((x[:, 0] + x[:, 1] > 0) ^ (x[:, 2] > 3)).astype(int)
train, test = slice(rows, None), slice(0, rows)
x[test].tofile(folder + '/x')

def write(name, nodes, outputs, weights=()):
    g = h.make_graph(nodes, 'g', [h.make_tensor_value_info('X', T.FLOAT, [None, columns])], outputs, list(weights))
    m = h.make_model(g, opset_imports=[h.make_opsetid('', 17), h.make_opsetid('ai.onnx.ml', 3)], ir_version=8)
    h.set_model_props(m, {'sightline': json.dumps({'features': names, 'missing': 0})})
    checker.check_model(m)
    save(m, folder + '/' + name + '.onnx')

def below(t):
    f = np.float32(t)
    return float(f if f <= t else np.nextafter(f, np.float32(-np.inf)))

def trees(name, all_trees, leaf, post):
    a = {k: [] for k in ('treeids nodeids featureids values modes truenodeids falsenodeids').split()}
    c = {k: [] for k in ('treeids nodeids ids weights').split()}
    for t, tree in enumerate(all_trees):
        for n in range(tree.node_count):
            is_leaf = tree.children_left[n] < 0
            a['treeids'].append(t); a['nodeids'].append(n); a['modes'].append('LEAF' if is_leaf else 'BRANCH_LEQ')
            a['featureids'].append(0 if is_leaf else int(tree.feature[n]))
            a['values'].append(0.0 if is_leaf else below(tree.threshold[n]))
            a['truenodeids'].append(0 if is_leaf else int(tree.children_left[n]))
            a['falsenodeids'].append(0 if is_leaf else int(tree.children_right[n]))
            if is_leaf:
                for k, w in leaf(t, tree, n):
                    c['treeids'].append(t); c['nodeids'].append(n); c['ids'].append(k); c['weights'].append(float(w))
    node = h.make_node('TreeEnsembleClassifier', ['X'], ['label', 'probabilities'], domain='ai.onnx.ml',
        classlabels_int64s=[0, 1], post_transform=post,
        **{'nodes_' + k: v for k, v in a.items()}, **{'class_' + k: v for k, v in c.items()})
    write(name, [node], [h.make_tensor_value_info('label', T.INT64, [None]),
        h.make_tensor_value_info('probabilities', T.FLOAT, [None, 2])])

forest = RandomForestClassifier(n_estimators=40, max_depth=8, random_state=1).fit(x[train], y[train])
def shares(t, tree, n):
    v = tree.value[n][0] / tree.value[n][0].sum() / 40
    return [(0, v[0]), (1, v[1])]
trees('forest', [e.tree_ for e in forest.estimators_], shares, 'NONE')
forest.predict_proba(x[test])[:, 1].astype(np.float64).tofile(folder + '/forest')

boost = GradientBoostingClassifier(n_estimators=60, max_depth=4, random_state=1).fit(x[train], y[train])
base = float(boost._raw_predict_init(x[:1])[0, 0])
trees('boosting', [e[0].tree_ for e in boost.estimators_],
    lambda t, tree, n: [(0, boost.learning_rate * tree.value[n][0][0] + (base if t == 0 else 0))], 'LOGISTIC')
boost.predict_proba(x[test])[:, 1].astype(np.float64).tofile(folder + '/boosting')

mlp = MLPClassifier((24, 12), max_iter=60, random_state=1).fit(x[train], y[train])
nodes, weights, at = [], [], 'X'
for i, (w, b) in enumerate(zip(mlp.coefs_, mlp.intercepts_)):
    weights += [h.make_tensor('w%d' % i, T.FLOAT, w.shape, w.astype(np.float32).ravel()),
                h.make_tensor('b%d' % i, T.FLOAT, b.shape, b.astype(np.float32))]
    nodes.append(h.make_node('Gemm', [at, 'w%d' % i, 'b%d' % i], ['s%d' % i])); at = 'l%d' % i
    nodes.append(h.make_node('Relu' if i < len(mlp.coefs_) - 1 else 'Sigmoid', ['s%d' % i], [at]))
write('mlp', nodes, [h.make_tensor_value_info(at, T.FLOAT, [None, 1])], weights)
mlp.predict_proba(x[test])[:, 1].astype(np.float64).tofile(folder + '/mlp')

ours = load(folder + '/ours.onnx')
checker.check_model(ours, full_check=True)
print(ours.graph.node[0].op_type, [p.key for p in ours.metadata_props])
`;

function doubles(file: string): Float64Array {
  return new Float64Array(Uint8Array.from(readFileSync(join(folder, file))).buffer);
}

test('models of scikit-learn answer here what they answer there, and onnx takes what we write', { skip }, async () => {
  const places = FEATURES.map((_, i) => i).filter((i) => i % 7 === 2);
  const names = places.slice(0, COLUMNS).map((p) => FEATURES[p]!.name);
  writeFileSync(join(folder, 'ours.onnx'), treesOnnx(testModel()));
  const args = [folder, String(COLUMNS), String(ROWS), JSON.stringify(names)];
  const run = spawnSync(PYTHON, ['-c', SCRIPT, ...args], { encoding: 'utf8', timeout: 120_000 });
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stdout.trim(), "TreeEnsembleClassifier ['sightline']");
  const x = new Float32Array(Uint8Array.from(readFileSync(join(folder, 'x'))).buffer);
  const vectors = new Float32Array(new SharedArrayBuffer(ROWS * FEATURE_COUNT * 4)).fill(NaN);
  for (let r = 0; r < ROWS; r++)
    for (let c = 0; c < COLUMNS; c++) vectors[r * FEATURE_COUNT + places[c]!] = x[r * COLUMNS + c]!;
  for (const kind of ['forest', 'boosting', 'mlp']) {
    const read = onnxModel(readFileSync(join(folder, `${kind}.onnx`)), null, kind);
    assert.ok(read.ok && read.model.kind === 'onnx', read.ok ? '' : english(read.message));
    const scorer = OnnxScorer.of(read.model);
    scorers.push(scorer);
    const raw = new Float64Array(new SharedArrayBuffer(ROWS * 8));
    await scorer.score(vectors, raw, ROWS);
    const theirs = doubles(kind);
    const worst = Math.max(...theirs.map((p, r) => Math.abs(p - raw[r]!)));
    const spread = Math.max(...theirs) - Math.min(...theirs);
    assert.ok(worst < 1e-5, `${kind} differs by ${worst}`);
    assert.ok(spread > 0.5, `${kind} tells nothing apart`);
  }
});
