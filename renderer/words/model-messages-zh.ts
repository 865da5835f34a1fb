// 关于 ONNX 模型与所训网络的话：contract/model-messages-en.ts 的键，花括号中的位置相同。
import type { MessageTable } from '../../contract/index.ts';

type ModelKey = Extract<keyof MessageTable, `${'onnx' | 'perceptron' | 'uncalibrated'}-${string}`>;

export const MODEL_MESSAGES_ZH: Readonly<Record<ModelKey, string>> = {
  // ONNX 模型
  'perceptron-without':
    '网络由 TensorFlow.js 训练（npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm），但无法载入：{why}',
  'onnx-none': '这不是 ONNX 模型，或已损坏',
  'onnx-functions': '它自行定义了算子（函数），不予运行；请不带函数导出',
  'onnx-operator': '它使用 {domain} 的算子 {operator}，不属于 ONNX 标准（ai.onnx、ai.onnx.ml）',
  'onnx-external': '权重 {tensor} 存于另一文件；请保存为单个文件',
  'onnx-tensor': '权重 {tensor} 的数值个数与其形状不符',
  'onnx-sparse': '它含稀疏权重，不予读取',
  'onnx-too-deep': '图中嵌套的图过深',
  'onnx-too-many': '它的算子多于 {most} 个',
  'onnx-no-features':
    '它没有说明特征名：请将含列表 features 的 JSON 对象写入 {file}，或以 sightline 为键写入其元数据；名称见 sightline features',
  'onnx-card-no-json': '对其特征的说明不是 JSON 对象',
  'onnx-card-too-large': '对其特征的说明过大',
  'onnx-card-field': '说明中的 {field} 不可用',
  'onnx-features-unknown': '它的 {count} 个特征不在此处的特征集中：{names}',
  'onnx-feature-twice': '它两次列出特征 {name}',
  'onnx-feature-count': '它每条流取 {takes:plain} 个值，却列出 {named:plain} 个特征',
  'onnx-inputs': '它有 {count:plain} 个输入；流的模型只有一个',
  'onnx-input-type': '它的输入类型为 {type}；数值为 float（32 位）',
  'onnx-input-shape': '它的输入形状为 {shape}；应为 [流数, 特征数]，流数为 1 至 512 或任意',
  'onnx-output-none': '它没有名为 {name} 的数值输出',
  'onnx-outputs': '它有多个数值输出（{names}）：请以 output 说明用哪个',
  'onnx-maps': '它以映射而非数值作答；请不带映射转换（zipmap=False）',
  'onnx-output-type': '它没有数值输出（float 或 double）',
  'onnx-answer-shape': '对 {rows:plain} 条流它答以 {shape}；每条流应为一或两个值，或以 column 说明用哪一列',
  'onnx-no-number': '数值缺失（NaN）时它答不出数；请以 missing 说明以何代之',
  'onnx-no-probability': '它答以 {value}，不是概率；请说明其 thresholds',
  'onnx-refused': '运行时拒绝了它：{why}',
  'onnx-memory': '它需要的内存超过模型可用的 {megabytes:plain} MB',
  'onnx-stopped': '模型 {name} 给不出得分：{why}。',
  'onnx-ended': '其线程已结束',
  'onnx-too-slow': '它 {seconds:plain} 秒没有答复，已被结束',
  'onnx-no-runtime': 'ONNX 模型由 onnxruntime-web 运行（npm install），但无法载入：{why}',
  'uncalibrated-model':
    '无人测量过模型 {name} 如何给普通流打分：得分高于 {threshold} 时它加一分。sightline learn 可在您的网络上测量。',
};
