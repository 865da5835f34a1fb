// ONNX files: whatever the bytes are, they are a model or refused with a sentence, in bounded time; what is said of a
// model likewise.
import type * as Contract from '../../contract/index.ts';
import type * as Detect from '../../engine/detect/index.ts';
import { FLOAT } from '../../engine/detect/index.ts';
import {
  endlessModel,
  greedyModel,
  int64Bytes,
  INT64,
  madeCard,
  madeModel,
  tensor,
} from '../../engine/testing/onnx-files.ts';
import { testModel } from '../../engine/testing/models.ts';
import { latin } from './conversations.ts';
import { type Load, type Target, words } from './target.ts';

const WORDS = ['sightline', 'ai.onnx.ml', 'com.x', '"features":[', '"missing":', '"ranks":{', '"thresholds":{"all":{'];

export async function onnxTargets(load: Load): Promise<Target[]> {
  const { onnxModel, treesOnnx, withCard } = await load<typeof Detect>('detect/index');
  const { english } = await load<typeof Contract>('../contract/index');
  const taken = (bytes: Uint8Array, beside: string | null): void => {
    const read = onnxModel(bytes, beside, 'fuzzed.onnx');
    if (!read.ok) {
      if (english(read.message).length > 2_000) throw new Error('a sentence without end');
      return;
    }
    if (read.model.kind !== 'onnx') throw new Error('ONNX became another model');
    const { network, features, places } = read.model;
    if (places.length !== features.length || places.some((p) => p < 0)) throw new Error('a feature without a place');
    if (network.rows < 1 || network.rows > 512) throw new Error('rows out of bounds');
    const again = onnxModel(withCard(read.model), null, 'again.onnx');
    if (!again.ok || again.model.sha256 !== read.model.sha256)
      throw new Error('another model with its own description');
  };
  const whole = madeModel();
  return [
    {
      name: 'onnx',
      seeds: [
        whole,
        madeModel({ card: null }),
        madeModel({
          tensors: [tensor('w', INT64, [2], int64Bytes([1, 2])), tensor('v', FLOAT, [1], new Uint8Array(4))],
        }),
        endlessModel(),
        greedyModel(9),
        treesOnnx({ ...testModel(), features: ['packets_fwd'], ranks: {}, thresholds: {} }).subarray(0, 2_000),
      ],
      words: words(...WORDS, Uint8Array.of(0x0a), Uint8Array.of(0x70, 1), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f)),
      limit: 4_096,
      run: (data) => taken(data, null),
    },
    {
      name: 'onnx-card',
      isText: true,
      seeds: [
        madeCard(),
        madeCard({ missing: [0, 1], output: 'y', column: 0, schema: 'x', ranks: {} }),
        madeCard({ thresholds: { all: { malicious: 0.9, suspicious: 0.5, flows: 7 } } }),
        '[]',
        'null',
      ].map(latin),
      words: words(...WORDS, 'null', '[', ']', '{', '}', '1e999', '-0', '"packets_fwd"', '"__proto__"'),
      limit: 2_048,
      run: (data) => taken(whole, Buffer.from(data).toString('utf8')),
    },
  ];
}
