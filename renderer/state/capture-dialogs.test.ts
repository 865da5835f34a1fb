// Dialogs that act on the capture which was shown when they were opened close with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stays } from './capture-dialogs.ts';

test('with another capture, dialogs about the one before close and others stay', () => {
  for (const dialog of ['tags', 'time-shift', 'name-address', 'export-packets', 'packet-comment', 'allow'] as const)
    assert.equal(stays(dialog), null, dialog);
  for (const dialog of ['settings', 'several', 'profiles', 'capture-options', null] as const)
    assert.equal(stays(dialog), dialog, String(dialog));
});
