// What doctor says of the helper's file: who may capture by it, and whether that is more than was meant.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type DoctorCheck, english } from '../../contract/index.ts';
import { examine } from './doctor.ts';
import { namedCapabilities, rightsCheck } from './helper-rights.ts';

const HELPER = join(import.meta.dirname, '..', '..', 'dist', 'native', 'sightline-capture');
const home = mkdtempSync(join(tmpdir(), 'sightline-rights-'));
after(() => rmSync(home, { recursive: true, force: true }));

const RAW = 'cap_net_admin,cap_net_raw=eip';
const said = (mode: number, capabilities: string | null): string => {
  const { state, sentence, command } = rightsCheck('/opt/help er', {
    mode,
    group: 'wireshark',
    own: 1000,
    capabilities,
  });
  return `${state}: ${english(sentence)} ${command ?? '-'}`;
};

test('getcap says capabilities in two forms, and nothing of a file without', () => {
  assert.equal(namedCapabilities(`/opt/help er ${RAW}\n`), RAW);
  assert.equal(namedCapabilities('/opt/helper = cap_net_admin,cap_net_raw+eip'), 'cap_net_admin,cap_net_raw+eip');
  assert.equal(namedCapabilities(''), '');
  assert.equal(namedCapabilities('/opt/cap_net_raw=eip'), '', 'a name is no capability');
});

test('who may capture is said with capabilities, group and mode, and what is more than was meant with a command', () => {
  assert.equal(
    said(0o100750, `/opt/help er ${RAW}`),
    `ok: Members of the group 'wireshark' may capture: ${RAW}, mode 0750. -`,
  );
  assert.match(
    said(0o100755, `/opt/help er ${RAW}`),
    /^warning: Every user may capture: .*mode 0755\)\. sudo chgrp 1000 '\/opt\/help er' && sudo chmod 750 .* && sudo setcap /,
  );
  assert.match(said(0o100755, ''), /^ok: The helper has no file capabilities: only root .*mode 0755\)\. -$/);
  assert.match(said(0o100755, null), /^warning: getcap is not installed/);
  assert.match(said(0o104755, ''), /^bad: The helper is setuid .*mode 4755.* sudo chmod u-s '\/opt\/help er'$/);
  for (const mode of [0o100770, 0o100757, 0o100722])
    assert.match(
      said(mode, `/opt/help er ${RAW}`),
      /^bad: Others than its owner may change .* chmod go-w '\/opt\/help er'$/,
    );
});

function reason(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'capabilities are given by root on Linux';
  if (!existsSync(HELPER)) return 'the helper is not built';
  const isMissing = spawnSync('setcap', ['--help'], { stdio: 'ignore' }).error !== undefined;
  return isMissing && 'setcap is not installed (Debian: libcap2-bin)';
}

test('doctor reads them from the file', { skip: reason() }, async () => {
  const helper = join(home, 'helper');
  const rights = async (): Promise<DoctorCheck> =>
    (await examine(helper, home)).checks.find((c) => c.name === 'rights')!;
  copyFileSync(HELPER, helper);
  chownSync(helper, 0, 0);
  chmodSync(helper, 0o755);
  assert.deepEqual((await rights()).sentence, {
    say: 'helper-no-capabilities',
    values: { group: 'root', mode: '0755' },
  });
  assert.equal(spawnSync('setcap', ['cap_net_raw,cap_net_admin=eip', helper]).status, 0);
  assert.deepEqual([(await rights()).state, (await rights()).sentence.say], ['warning', 'helper-for-everybody']);
  // In this order: a new mode leaves capabilities, a new group takes them away.
  chmodSync(helper, 0o750);
  assert.deepEqual((await rights()).sentence, {
    say: 'helper-for-group',
    values: { capabilities: RAW, group: 'root', mode: '0750' },
  });
  chownSync(helper, 0, 54321);
  assert.deepEqual((await rights()).sentence, {
    say: 'helper-no-capabilities',
    values: { group: '54321', mode: '0750' },
  });
  assert.equal(
    (await examine(join(home, 'none'), home)).checks.some((c) => c.name === 'rights'),
    false,
  );
});
