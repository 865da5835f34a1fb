// A packaged program that would let others run code in it does not start.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, debuggedBy } from './debugging.ts';

const FIRST = fileURLToPath(new URL('first.ts', import.meta.url));
const NONE = { fromCheckout: false, argv: [], execArgv: [], env: {}, inspector: undefined };

test('what lets others in is named, and only in a packaged program', () => {
  assert.equal(debuggedBy(NONE), null);
  for (const [name, given] of [
    ['NODE_OPTIONS', { env: { NODE_OPTIONS: '--require /tmp/x.js' } }],
    ['NODE_PATH', { env: { NODE_PATH: '/tmp' } }],
    ['--inspect-brk', { argv: ['--inspect-brk=0.0.0.0:9229'] }],
    ['--remote-debugging-port', { argv: ['x.pcap', '--remote-debugging-port=9222'] }],
    ['--js-flags', { argv: ['--js-flags=--expose-gc'] }],
    ['-r', { execArgv: ['-r', '/tmp/x.js'] }],
    ['an inspector', { inspector: 'ws://127.0.0.1:9229/x' }],
  ] as const) {
    assert.equal(debuggedBy({ ...NONE, ...given }), name);
    assert.equal(debuggedBy({ ...NONE, ...given, fromCheckout: true }), null);
  }
  assert.equal(debuggedBy({ ...NONE, argv: ['--', '--inspect'], env: { NODE_OPTIONS: '' } }), null);
  assert.deepEqual(cleanEnvironment({ PATH: '/bin', NODE_OPTIONS: 'x', ELECTRON_RUN_AS_NODE: '1' }), { PATH: '/bin' });
});

test('the first lines of the program: it ends with 2 and says why, or goes on without them', () => {
  const env = cleanEnvironment(process.env);
  const run = (more: NodeJS.ProcessEnv): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [FIRST], { env: { ...env, ...more }, encoding: 'utf8' });
  const refused = run({ NODE_OPTIONS: '--no-deprecation' });
  assert.deepEqual([refused.status, refused.stdout], [2, '']);
  assert.match(String(refused.stderr), /^Sightline does not start with NODE_OPTIONS: it would/);
  assert.equal(run({}).status, 0);
});
