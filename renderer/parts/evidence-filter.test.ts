import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { evidenceFilter, NAMED } from './evidence-filter.ts';

const some = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('evidence is shown by its packets, else by its own flows, and never by those of another incident', () => {
  const e = { rule: 'port-scan', flows: 1, ids: [7], packets: [packetRow(3)] };
  assert.equal(evidenceFilter(e, { id: 2 }), 'frame.number == 4');
  assert.equal(evidenceFilter({ ...e, packets: [] }, { id: 2 }), 'flow.id == 7');
  const few = { ...e, packets: [], flows: 3, ids: [7, 9, 12] };
  assert.equal(evidenceFilter(few, { id: 2 }), 'flow.id in {7, 9, 12}');
  const many = { ...e, packets: [], flows: NAMED + 1, ids: some(NAMED + 1) };
  assert.equal(evidenceFilter(many, { id: 2 }), 'flow.incident == 2 and flow.rule == "port-scan"');
  assert.match(evidenceFilter(many, { id: 0 }), /^flow\.id in \{1, .* 40\}$/, 'a fact has no number');
  assert.match(
    evidenceFilter({ ...e, packets: some(64).map(packetRow) }, { id: 2 }),
    /^frame\.number in \{2, .* 41\}$/,
  );
});
