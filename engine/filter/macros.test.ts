// Macros: what Wireshark makes of them, and mistakes at their place in what was typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english, macroProblem } from '../../contract/index.ts';
import { FilterError } from './lexer.ts';
import { expandMacros } from './macros.ts';
import { planFilter } from './plan.ts';
import { NO_ENGINE } from './rows.ts';

const MACROS = new Map([
  ['private', '(ip.addr == 10.0.0.0/8 or ip.addr == 192.168.0.0/16)'],
  ['net10', '10.0.0.0/8'],
  ['conv', '(ip.addr == $1 and ip.addr == $2)'],
  ['ports', 'tcp.port in {$1}'],
  ['twice', '$1 or $1'],
  ['nested', '$conv($1,${net10})'],
  ['raw', String.raw`frame matches "a\$1"`],
  ['loop', '${loop}'],
  ['grow', '${double} and ${double}'],
  ['double', `${'x'.repeat(2000)}`],
]);

const out = (text: string): string => expandMacros(text, MACROS).text;

function mistake(run: () => unknown): readonly [at: number, length: number, said: string] {
  try {
    run();
  } catch (error) {
    if (error instanceof FilterError) return [error.at, error.length, error.message];
    throw error;
  }
  throw new Error('it is no mistake');
}

test('a macro stands for its text, $1 and so on for what it is given, in all four ways of writing', () => {
  for (const [text, wanted] of [
    ['tcp', 'tcp'],
    ['${private} and tcp', '(ip.addr == 10.0.0.0/8 or ip.addr == 192.168.0.0/16) and tcp'],
    ['$private()', '(ip.addr == 10.0.0.0/8 or ip.addr == 192.168.0.0/16)'],
    ['ip.addr == ${net10}', 'ip.addr == 10.0.0.0/8'],
    ['${conv:10.0.0.1;10.0.0.2}', '(ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2)'],
    ['${conv;10.0.0.1;10.0.0.2}', '(ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2)'],
    ['$conv(10.0.0.1,10.0.0.2)', '(ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2)'],
    ['$conv{10.0.0.1,10.0.0.2}', '(ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2)'],
    [String.raw`${'${ports:80\\, 443}'}`, 'tcp.port in {80, 443}'],
    ['${twice:udp}', 'udp or udp'],
    ['${nested:10.0.0.1}', '(ip.addr == 10.0.0.1 and ip.addr == 10.0.0.0/8)'],
    ['${raw}', String.raw`frame matches "a\$1"`],
    // Wireshark looks into texts too.
    ['http.host == "${net10}"', 'http.host == "10.0.0.0/8"'],
    // These are no macros.
    ['frame matches "exe$"', 'frame matches "exe$"'],
    ['ip.src == ${ip.dst}', 'ip.src == ${ip.dst}'],
    ['a $b c', 'a $b c'],
  ] as const)
    assert.equal(out(text), wanted, text);
});

test('what is wrong with a macro is told at its place', () => {
  for (const [text, at, length, said] of [
    ['tcp and ${nothing}', 8, 10, "there is no macro 'nothing'"],
    ['tcp and ${privat}', 8, 9, "there is no macro 'privat'; did you mean private?"],
    ['$nothing(1)', 0, 11, "there is no macro 'nothing'"],
    ['${conv:10.0.0.1}', 0, 16, "the macro 'conv' takes 2 arguments, not 1"],
    ['tcp or ${private:1}', 7, 12, "the macro 'private' takes 0 arguments, not 1"],
    ['tcp or ${priv', 7, 6, "the macro is not closed: a '}' is missing"],
    ['$conv(1,2', 0, 9, "the macro is not closed: a ')' is missing"],
    ['${pri vate}', 5, 1, "the name of a macro has letters, digits and _; ' ' is none of them"],
    ['${conv:1;}', 9, 1, 'an argument of the macro is empty'],
    ['${loop}', 0, 7, 'macros stand for macros, more than 31 deep'],
  ] as const)
    assert.deepEqual(
      mistake(() => out(text)),
      [at, length, said],
      text,
    );
});

test('what macros make has an end', () => {
  const many = new Map([
    ['a', '${b}${b}'],
    ['b', '${c}${c}'],
    ['c', 'tcp or '.repeat(500)],
    ...Array.from({ length: 20 }, (_, i): [string, string] => [`d${i}`, `\${d${i + 1}}\${d${i + 1}}`]),
    ['d20', 'tcp'],
  ] as [string, string][]);
  assert.equal(expandMacros('${a}', many).text.length, 14_000);
  const [at, length, said] = mistake(() => expandMacros('x ${d0}', many));
  assert.deepEqual([at, length], [2, 5]);
  assert.match(said, /more than 65536 characters/);
});

test('a mistake in what a macro stands for is told at the macro, one in an argument at the argument', async () => {
  const asker = { ...NO_ENGINE, macros: MACROS };
  const wrong = async (text: string): Promise<readonly [string, string]> => {
    try {
      await planFilter(text, 'packets', asker);
    } catch (error) {
      if (error instanceof FilterError) return [text.slice(error.at, error.at + error.length), error.message];
      throw error;
    }
    throw new Error('it is no mistake');
  };
  const [place, said] = await wrong('tcp and $twice(flow.verdct == benign)');
  assert.equal(place, 'flow.verdct');
  assert.match(said, /flow\.verdct/);
  const [second] = await wrong('udp or ${conv:flow.nothing;1} and tcp');
  assert.ok(second.length > 0 && '${conv:flow.nothing;1}'.includes(second), second);
  assert.deepEqual(await wrong('ip.src == ${ip.dst}'), [
    '${ip.dst}',
    "'${ip.dst}' is the value of the packet selected in Wireshark: write the value itself",
  ]);
  assert.deepEqual((await wrong('ip.src == $ip.dst'))[0], '$ip.dst');
  assert.deepEqual(await wrong('udp or $private'), ['$private', 'a macro is written ${private} or $private(…)']);
  assert.notEqual(await planFilter('frame.len > 3 and frame contains "${ports:x}"', 'packets', asker), null);
});

test('macros that Wireshark refuses are refused when they are kept', () => {
  const said = (name: string, text: string): string | null => {
    const problem = macroProblem({ name, text }, [{ name: 'there', text: 'tcp' }]);
    return problem === null ? null : english(problem);
  };
  assert.equal(said('a_1', 'ip.addr == $1'), null);
  assert.match(said('a-b', 'tcp')!, /'a-b' is no name of a macro/);
  assert.match(said('', 'tcp')!, /is no name of a macro/);
  assert.match(said('there', 'udp')!, /there twice/);
  assert.match(said('a', ' ')!, /has no text/);
  assert.match(said('a', 'ip.addr == $0')!, /'\$0' in the macro 'a' is no argument: they are \$1 to \$99/);
});
