// Files that a request names are found in whatever shape holds them: one that was overlooked would be taken as it is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { either, filePath, list, object, oneOf, orNull, type Schema } from './schema.ts';

const path = filePath('open');

function taken(schema: Schema<unknown>, value: unknown): unknown {
  assert.equal(schema.check(value, 'x'), null);
  return schema.paths?.(value, (said) => `taken ${said}`);
}

test('a file is taken out of objects, lists, choices and what may be null', () => {
  assert.equal(taken(path, 'a'), 'taken a');
  assert.deepEqual(taken(object({ a: object({ path }) }), { a: { path: 'a' } }), { a: { path: 'taken a' } });
  assert.deepEqual(taken(list(object({ path }), 3), [{ path: 'a' }, { path: 'b' }]), [
    { path: 'taken a' },
    { path: 'taken b' },
  ]);
  const whole = oneOf('in-use');
  for (const schema of [either(whole, object({ path })), either(object({ path }), whole)] as Schema<unknown>[]) {
    assert.deepEqual(taken(schema, { path: 'a' }), { path: 'taken a' });
    assert.equal(taken(schema, 'in-use'), 'in-use');
    assert.deepEqual(taken(orNull(schema), { path: 'a' }), { path: 'taken a' });
    assert.deepEqual(taken(object({ judge: orNull(schema) }), { judge: null }), { judge: 'taken null' });
  }
});
