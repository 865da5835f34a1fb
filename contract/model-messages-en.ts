// What is said of ONNX models and of networks that are trained, beside contract/messages-en.ts.
export const MODEL_ENGLISH = {
  'perceptron-without': `a network is trained by TensorFlow.js (npm install @tensorflow/tfjs-core \
@tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm), which cannot be loaded: {why}`,
  // ONNX models
  'onnx-none': 'this is no ONNX model, or a damaged one',
  'onnx-functions': 'it defines operators of its own (functions), which are not run; export it without them',
  'onnx-operator':
    'it uses the operator {operator} of {domain}, which is not of the ONNX standard (ai.onnx, ai.onnx.ml)',
  'onnx-external': 'the weights {tensor} are in another file; save it as one file',
  'onnx-tensor': 'the weights {tensor} have not as many values as their shape says',
  'onnx-sparse': 'it has sparse weights, which are not read',
  'onnx-too-deep': 'its graphs within graphs are too deep',
  'onnx-too-many': 'it has more than {most} operators',
  'onnx-no-features': `it does not name its features: a JSON object with the list 'features' belongs into {file}, or \
into its metadata as 'sightline'; 'sightline features' has the names`,
  'onnx-card-no-json': 'what is said of its features is no JSON object',
  'onnx-card-too-large': 'what is said of its features is too large',
  'onnx-card-field': "what is said of it has no usable '{field}'",
  'onnx-features-unknown': '{count} of its features are not in this schema: {names}',
  'onnx-feature-twice': 'it names the feature {name} twice',
  'onnx-feature-count': 'it takes {takes:plain} values a flow, but {named:plain} features are named',
  'onnx-inputs': 'it has {count:plain} inputs; a model of flows has one',
  'onnx-input-type': 'its input is of the type {type}; values are float (32 bits)',
  'onnx-input-shape':
    'its input has the shape {shape}; it must be [flows, features], with 1 to 512 flows or any number',
  'onnx-output-none': "it has no output '{name}' with numbers",
  'onnx-outputs': "it has several outputs with numbers ({names}): say which as 'output'",
  'onnx-maps': 'it answers maps in place of numbers; convert it without them (zipmap=False)',
  'onnx-output-type': 'no output of it has numbers (float or double)',
  'onnx-answer-shape':
    "it answers {shape} for {rows:plain} flows; it must be one or two values each, or 'column' says which",
  'onnx-no-number': "it answers no number where values are missing (NaN); say what stands for them as 'missing'",
  'onnx-no-probability': "it answers {value}, which is no probability; say its 'thresholds'",
  'onnx-refused': 'the runtime refuses it: {why}',
  'onnx-memory': 'it takes more memory than the {megabytes:plain} MB that a model may',
  'onnx-stopped': 'The model {name} gives no scores: {why}.',
  'onnx-ended': 'its thread has ended',
  'onnx-too-slow': 'it gave no answer for {seconds:plain} s and was ended',
  'onnx-no-runtime': 'ONNX models are run by onnxruntime-web (npm install), which cannot be loaded: {why}',
  'uncalibrated-model': `Nobody measured how the model {name} scores ordinary flows: it adds its point over {threshold}. \
\`sightline learn\` measures it on your network.`,
} as const;
