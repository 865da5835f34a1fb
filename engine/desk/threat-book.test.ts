// Threat rules of files in the window's engine: named, read, refused by line, watched, switched off; own rules are kept.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ThreatState } from '../../contract/index.ts';
import { askDesk, type AskedDesk } from '../testing/asking.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-book-'));
const open: AskedDesk[] = [];
after(async () => {
  for (const asked of open) await asked.close();
  rmSync(home, { recursive: true, force: true });
});
let folders = 0;

function folder(): string {
  const path = join(home, String(++folders));
  mkdirSync(path);
  return path;
}

function asked(place: string): AskedDesk {
  const desk = askDesk(place);
  open.push(desk);
  return desk;
}

const rule = (sid: number, more = ''): string =>
  `alert tcp any any -> any any (msg:"rule ${sid}"; ${more}sid:${sid}; rev:1;)`;

async function wish({ ask }: AskedDesk, rules: readonly string[]): Promise<ThreatState> {
  return ask('setThreat', { wish: { rules, indicators: [], allow: [], variables: [] } });
}

test('files and folders are read, what is refused is told by line, and all of it is there the next time', async () => {
  const place = folder();
  const file = join(place, 'some.rules');
  const below = join(place, 'more');
  mkdirSync(below);
  writeFileSync(file, `# a line\n${rule(1)}\n${rule(2, 'nonsense; ')}\n`);
  writeFileSync(join(below, 'x.rules'), `${rule(3)}\n${rule(4)}\n`);
  const first = asked(place);
  const state = await wish(first, [file, below, join(place, 'none.rules')]);
  assert.equal(state.rules, 3);
  assert.deepEqual(
    state.files.map(({ used, refused, wrong }) => [used, refused, wrong?.say ?? null]),
    [
      [1, 1, null],
      [2, 0, null],
      [0, 0, 'rules-no-file'],
    ],
  );
  const [refused] = state.refusedLines;
  assert.deepEqual([refused!.file, refused!.line, refused!.sid, refused!.why.say], [file, 3, 2, 'rule-keyword']);
  await assert.rejects(wish(first, ['some.rules']), /threat-path-relative/);
  await first.close();
  const again = asked(place);
  while ((await again.ask('threat', {})).busy) await new Promise((done) => setTimeout(done, 5));
  assert.equal((await again.ask('threat', {})).rules, 3);
});

test('a file that changes is read again, one that is damaged loses nothing but its own rules', async () => {
  const place = folder();
  const file = join(place, 'a.rules');
  writeFileSync(file, rule(1));
  const a = asked(place);
  assert.equal((await wish(a, [file])).rules, 1);
  writeFileSync(file, `${rule(1)}\n${rule(2)}`);
  a.desk.shared.threats.look();
  while ((await a.ask('threat', {})).rules !== 2) await new Promise((done) => setTimeout(done, 5));
  const hostile = Buffer.concat([
    Buffer.from(`${rule(7)}\n`),
    Buffer.alloc(300_000, 'x'),
    Buffer.from([10, 0, 27, 0x5b]),
  ]);
  writeFileSync(file, hostile);
  const state = await a.ask('reloadThreat', {});
  assert.equal(state.rules, 1);
  assert.ok(state.refusedLines.length >= 1);
});

test('a rule is switched off and on again, beside the file that nobody changes', async () => {
  const place = folder();
  const file = join(place, 'a.rules');
  const text = `${rule(1)}\n${rule(2)}\n`;
  writeFileSync(file, text);
  const a = asked(place);
  await wish(a, [file]);
  const off = join(place, 'data', 'rules', 'disable.conf');
  mkdirSync(join(place, 'data', 'rules'), { recursive: true });
  writeFileSync(off, '# by hand\nre:heartbleed\n');
  const without = await a.ask('switchRule', { gid: 1, sid: 2, on: false });
  assert.deepEqual([without.rules, without.off.map(({ sid }) => sid)], [1, [2]]);
  assert.equal(readFileSync(off, 'utf8'), '# by hand\nre:heartbleed\n1:2\n');
  assert.equal((await a.ask('switchRule', { gid: 1, sid: 2, on: true })).rules, 2);
  assert.equal(readFileSync(off, 'utf8'), '# by hand\nre:heartbleed\n');
  assert.equal(readFileSync(file, 'utf8'), text);
  const { line, own } = await a.ask('rule', { gid: 1, sid: 2 });
  assert.deepEqual([line, own], [2, false]);
  await assert.rejects(a.ask('rule', { gid: 1, sid: 9 }), /threat-no-rule/);
});

test('own rules are kept one by one, and lost to nothing that is written wrongly', async () => {
  const place = folder();
  const a = asked(place);
  const kept = await a.ask('keepRule', { text: rule(1_000_001) });
  assert.deepEqual([kept.wrong, kept.sid], [null, 1_000_001]);
  const { ownFile } = await a.ask('threat', {});
  // Somebody writes beside, over several lines.
  writeFileSync(
    ownFile,
    `# mine\n${rule(1_000_001)}\nalert tcp any any -> any any ( \\\n  msg:"long"; \\\n  sid:1000002;)\n`,
  );
  const before = readFileSync(ownFile, 'utf8');
  for (const text of [
    '',
    'nonsense',
    rule(1, 'nonsense; '),
    `${rule(1)}${rule(2)}`,
    'alert tcp any any -> any any (sid:0;)',
  ]) {
    assert.notEqual((await a.ask('checkRule', { text })).wrong, null, text);
    assert.notEqual((await a.ask('keepRule', { text })).wrong, null, text);
    assert.equal(readFileSync(ownFile, 'utf8'), before);
  }
  assert.equal(
    (await a.ask('keepRule', { text: 'alert tcp any any -> any 80 (\n msg:"anew";\n sid:1000002; rev:2;)' })).wrong,
    null,
  );
  const after = readFileSync(ownFile, 'utf8');
  assert.equal(after, `# mine\n${rule(1_000_001)}\nalert tcp any any -> any 80 ( msg:"anew"; sid:1000002; rev:2;)\n`);
  const state = await a.ask('threat', {});
  assert.deepEqual(
    state.own.map(({ sid, rev }) => [sid, rev]),
    [
      [1_000_001, 1],
      [1_000_002, 2],
    ],
  );
  assert.equal((await a.ask('deleteRule', { gid: 1, sid: 1_000_001 })).rules, 1);
  await assert.rejects(a.ask('deleteRule', { gid: 1, sid: 1_000_001 }), /threat-not-own/);
  assert.ok(existsSync(ownFile));
});

test('a suricata.yaml names files and variables; one that cannot be read is told', async () => {
  const place = folder();
  const config = join(place, 'suricata.yaml');
  mkdirSync(join(place, 'rules'));
  writeFileSync(join(place, 'rules', 'a.rules'), `${rule(1)}\nalert tcp $HERE any -> any any (msg:"here"; sid:2;)\n`);
  writeFileSync(
    config,
    'vars:\n  address-groups:\n    HERE: "10.0.0.0/8"\ndefault-rule-path: rules\nrule-files:\n  - a.rules\n',
  );
  const a = asked(place);
  const state = await wish(a, [config]);
  assert.deepEqual([state.rules, state.files[0]!.used, state.files[0]!.wrong], [2, 2, null]);
  writeFileSync(config, 'rule-files: [');
  const broken = await a.ask('reloadThreat', {});
  assert.equal(broken.rules, 0);
  assert.notEqual(broken.files[0]!.wrong, null);
});
