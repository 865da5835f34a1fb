// The model's point in an incident at its edges: a capture is scored, and the threshold stands just below its score or
// at it.
import assert from 'node:assert/strict';
import { type Baseline, foreignBaseline } from '../detect/index.ts';
import { CaptureStream } from '../read/index.ts';
import { edge } from '../testing/edges.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testModel } from '../testing/models.ts';
import { Scorer } from './scoring.ts';

const model = testModel();
const capture = new MadeCapture().http([{}]).bytes();

/** The capture's one flow as it is scored: its raw score, and the rules of its incidents. */
async function scored(baseline: Baseline): Promise<{ readonly raw: number; readonly rules: string[] }> {
  let raw = NaN;
  const options = { model, baseline, threads: 1, cacheFolder: '' };
  const scorer = new Scorer(options, { flow: (_analysis, flow) => (raw = flow.raw) });
  new CaptureStream(scorer.analysis).push(capture);
  await scorer.finish();
  await scorer.close();
  return { raw, rules: [...scorer.incidents.incidents.values()].flatMap((i) => [...i.evidence.keys()]) };
}

const foreign = foreignBaseline(model);
const { raw } = await scored(foreign);
assert.ok(Number.isFinite(raw));

/** Thresholds so far below the score: of one point, and of two. */
interface Below {
  readonly one?: number;
  readonly two?: number;
  readonly learned?: boolean;
}

async function rules({ one = 0, two = 0, learned = true }: Below): Promise<string[]> {
  const thresholds = { suspicious: raw - one, malicious: raw - two, flows: 1_000 };
  return (await scored({ ...foreign, learned, thresholds: () => thresholds })).rules;
}

const LITTLE = 1e-6;
edge('model-witness', 'over the threshold of 1 %', rules, { raises: [{ one: LITTLE }], not: [{}] });
edge('model-witness', 'and not over that of 0.2 % of the own network', rules, {
  raises: [{ one: LITTLE }, { one: LITTLE, two: LITTLE, learned: false }],
  not: [{ one: LITTLE, two: LITTLE }],
});
edge('model-witness-own', 'over the threshold of 0.2 %', rules, { raises: [{ two: LITTLE }], not: [{}] });
edge('model-witness-own', 'against a baseline of one’s own', rules, {
  raises: [{ two: LITTLE }],
  not: [{ two: LITTLE, learned: false }],
});
