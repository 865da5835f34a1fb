// Evidence of Kerberos: failures within a minute, and what is no failure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Looks, type MadeLook } from '../testing/looks.ts';
import { kerberosJudge } from './kerberos.ts';

const CONTROLLER: MadeLook = { to: '10.0.0.9', port: 88, transport: 'udp', app: 'Kerberos' };

function failing(n: number, gap: number, code: number, more: MadeLook = {}): string[] {
  const looks = new Looks(kerberosJudge());
  let rules: string[] = [];
  for (let i = 0; i < n; i++)
    rules = looks.rules({ ...CONTROLLER, start: i * gap, observed: { kerberos: [10, 1_000 + code] }, ...more });
  return rules;
}

test('8 failures within a minute are guessing', () => {
  for (const code of [6, 18, 24]) {
    assert.deepEqual(failing(7, 1, code), [], String(code));
    assert.deepEqual(failing(8, 1, code), ['kerberos-guessing'], String(code));
    assert.deepEqual(failing(8, 9, code), [], '63 s');
  }
});

test('the ordinary first answer, tickets and open flows are no failures', () => {
  assert.deepEqual(failing(40, 1, 25), []);
  assert.deepEqual(failing(40, 1, 7), []);
  assert.deepEqual(failing(40, 1, 24, { over: false }), []);
  assert.deepEqual(failing(40, 1, 24, { observed: { kerberos: [10, 11, 12, 13] } }), []);
});

test('a flow without a failure carries none of the others’', () => {
  const looks = new Looks(kerberosJudge());
  for (let i = 0; i < 9; i++) looks.see({ ...CONTROLLER, start: i, observed: { kerberos: [1_006] } });
  assert.deepEqual(looks.rules({ ...CONTROLLER, start: 9, observed: { kerberos: [10, 11] } }), []);
});

test('failures of one connection and of several add up, by controller', () => {
  const looks = new Looks(kerberosJudge());
  const made = (n: number, to = '10.0.0.9'): MadeLook => ({
    ...CONTROLLER,
    to,
    observed: { kerberos: Array.from({ length: n }, () => 1_006) },
  });
  assert.deepEqual(looks.rules(made(4)), []);
  assert.deepEqual(looks.rules(made(4, '10.0.0.8')), [], 'another controller');
  const [found] = looks.see(made(4));
  assert.equal(
    found?.said,
    '10.0.0.9 refused at least 8 logons of 10.0.0.5 within 1 s: unknown accounts or wrong passwords.',
  );
});
