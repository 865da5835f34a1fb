// The place of a capture that a host of root's opens: given away only when it was made for it, gone when the capture
// did not begin.
import assert from 'node:assert/strict';
import {
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { CaptureFiles } from './plan.ts';
import { rootPlace } from './root-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-place-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = process.getuid?.() === 0 ? false : 'only root gives files away';
const ring = (path: string): CaptureFiles => ({
  kind: 'ring',
  folder: path,
  prefix: 'p',
  segmentBytes: 0,
  segmentSeconds: 0,
  segments: 0,
});
const lent = { SUDO_UID: '54321', SUDO_GID: '54322' };

describe('the place that root opens', { skip }, () => {
  test('a new folder is the heir’s, one that was there stays whose it is', () => {
    const made = rootPlace(ring(join(folder, 'new')), lent)!;
    const about = fstatSync(made.descriptor);
    assert.deepEqual([about.uid, about.gid, about.mode & 0o777], [54321, 54322, 0o700]);
    made.given();
    made.undo();
    assert.equal(existsSync(join(folder, 'new')), false);
    const nobody = rootPlace(ring(join(folder, 'new')), {})!;
    assert.equal(fstatSync(nobody.descriptor).uid, 65534);
    nobody.given();
    writeFileSync(join(folder, 'new', 'segment'), 'x');
    nobody.undo();
    assert.ok(existsSync(join(folder, 'new', 'segment')));
    mkdirSync(join(folder, 'old'));
    const old = rootPlace(ring(join(folder, 'old')), lent)!;
    assert.equal(fstatSync(old.descriptor).uid, 0);
    old.given();
    old.undo();
    assert.ok(existsSync(join(folder, 'old')));
  });

  test('a file of root’s own is written again and stays root’s; a symbolic link is refused', () => {
    const path = join(folder, 'file');
    const first = rootPlace({ kind: 'one', path }, lent)!;
    assert.equal(fstatSync(first.descriptor).uid, 54321);
    first.given();
    first.undo();
    assert.equal(existsSync(path), false);
    writeFileSync(path, 'before', { mode: 0o600 });
    const again = rootPlace({ kind: 'one', path }, lent)!;
    again.given();
    again.undo();
    assert.deepEqual([statSync(path).uid, readFileSync(path, 'utf8')], [0, '']);
    writeFileSync(path, 'before');
    symlinkSync(path, join(folder, 'link'));
    symlinkSync(folder, join(folder, 'ring-link'));
    assert.throws(() => rootPlace({ kind: 'one', path: join(folder, 'link') }, lent), /ELOOP/);
    assert.throws(() => rootPlace(ring(join(folder, 'ring-link')), lent), /ELOOP|ENOTDIR/);
    assert.equal(readFileSync(path, 'utf8'), 'before');
  });
});
