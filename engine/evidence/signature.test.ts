// Points of threat rules: by class and priority, raised and lowered by what their authors say of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignatureName, signatureRule } from './signature.ts';

function rule(
  classtype: string | null,
  priority: number,
  ...metadata: readonly (readonly [string, string])[]
): readonly [string, number] {
  const { kind, points } = signatureRule({ gid: 1, sid: 5, msg: 'x', classtype, priority, metadata });
  return [kind, points];
}

test('a class of malware with the gravest priority counts two, and three where its author is sure of harm', () => {
  assert.deepEqual(rule('trojan-activity', 1), ['signature-malware', 2]);
  assert.deepEqual(rule('command-and-control', 1, ['confidence', 'High'], ['signature_severity', 'Major']), [
    'signature-malware',
    3,
  ]);
  assert.deepEqual(rule('trojan-activity', 1, ['confidence', 'Low']), ['signature-malware', 1]);
  assert.deepEqual(rule('trojan-activity', 1, ['signature_severity', 'Informational']), ['signature-malware', 0]);
});

test('an attack is another kind, and is never sure by itself', () => {
  assert.deepEqual(rule('web-application-attack', 1, ['confidence', 'High'], ['signature_severity', 'Critical']), [
    'signature-attack',
    2,
  ]);
  assert.deepEqual(rule('misc-attack', 2), ['signature-attack', 1]);
});

test('a rule of one’s own without a class is a hint, and with the gravest priority more', () => {
  assert.deepEqual(rule(null, 3), ['signature', 1]);
  assert.deepEqual(rule(null, 1), ['signature', 2]);
});

test('policies and notes count nothing', () => {
  assert.deepEqual(rule('policy-violation', 1), ['signature', 0]);
  assert.deepEqual(rule('misc-activity', 3), ['signature', 0]);
});

test('names of such evidence are told from ours', () => {
  assert.ok(
    isSignatureName(signatureRule({ gid: 1, sid: 5, msg: '', classtype: null, priority: 3, metadata: [] }).name),
  );
  assert.equal(isSignatureName('exe-over-http'), false);
});
