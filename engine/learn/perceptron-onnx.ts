// A trained network as ONNX, from a flow's values as they are to a probability.
import { FLOAT, type Node, onnxFile, onScale, sigmoid, type Weights, type WrittenCard } from '../detect/index.ts';
import { FARTHEST, type Perceptron } from './perceptron.ts';

/** @param said of it, on the scale of its log odds */
export function perceptronOnnx(
  n: Perceptron,
  said: Pick<WrittenCard, 'name' | 'features' | 'thresholds' | 'ranks'>,
): Uint8Array {
  const { length } = n.mean;
  const weights: Weights[] = [
    { name: 'zero', dims: [], values: [0] },
    { name: 'one', dims: [], values: [1] },
    { name: 'least', dims: [], values: [-FARTHEST] },
    { name: 'most', dims: [], values: [FARTHEST] },
    { name: 'mean', dims: [length], values: n.mean },
    { name: 'steep', dims: [length], values: n.steep },
  ];
  const nodes: Node[] = [
    node('IsNaN', ['features'], 'absent'),
    { ...node('Cast', ['absent'], 'missing'), attributes: [{ name: 'to', i: FLOAT }] },
    node('Where', ['absent', 'zero', 'features'], 'present'),
    // sign(x) log(1 + |x|)
    node('Abs', ['present'], 'size'),
    node('Add', ['size', 'one'], 'beyond'),
    node('Log', ['beyond'], 'log'),
    node('Sign', ['present'], 'sign'),
    node('Mul', ['sign', 'log'], 'scaled'),
    node('Sub', ['scaled', 'mean'], 'centred'),
    node('Mul', ['centred', 'steep'], 'standard'),
    node('Clip', ['standard', 'least', 'most'], 'clipped'),
    node('Where', ['absent', 'zero', 'clipped'], 'values'),
    { ...node('Concat', ['values', 'missing'], 'layer0'), attributes: [{ name: 'axis', i: 1 }] },
  ];
  for (const [i, { inputs, units, weights: values, bias }] of n.layers.entries()) {
    weights.push({ name: `weights${i}`, dims: [inputs, units], values });
    weights.push({ name: `bias${i}`, dims: [units], values: bias });
    nodes.push(node('Gemm', [`layer${i}`, `weights${i}`, `bias${i}`], `sum${i}`));
    if (i < n.layers.length - 1) nodes.push(node('Relu', [`sum${i}`], `layer${i + 1}`));
  }
  nodes.push(node('Sigmoid', [`sum${n.layers.length - 1}`], 'probability'));
  return onnxFile({
    input: 'features',
    nodes,
    weights,
    outputs: [{ name: 'probability', type: FLOAT, columns: 1 }],
    card: { name: said.name, features: said.features, output: 'probability', column: 0, ...onScale(said, sigmoid) },
  });
}

function node(operator: string, inputs: readonly string[], output: string): Node {
  return { operator, inputs, outputs: [output] };
}
