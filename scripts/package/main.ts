// `npm run package [-- --runtime FOLDER] [--output FOLDER]`: the Linux packages of this commit, without the network.
// Without a folder of Electron's runtime, a stand-in takes its place: command line and served window are whole in it,
// the desktop's program only says what it is.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import { ROOT } from '../node24.mjs';
import { buildHelper, buildPages, buildWindow } from '../setup.mjs';
import { configuration, ELECTRON } from './config.ts';
import { commitTime, linuxPackages } from './linux.ts';
import { stage } from './stage.ts';
import { standIn } from './stand-in.ts';

const { values } = parseArgs({ options: { runtime: { type: 'string' }, output: { type: 'string' } } });
buildWindow();
buildPages();
if (!buildHelper()) process.exit(2);

const output = resolve(values.output ?? join(ROOT, 'dist', 'package'));
mkdirSync(output, { recursive: true });
const runtime = values.runtime ?? standIn(join(output, 'stand-in'), ELECTRON);
if (runtime === null) {
  console.error('No runtime was given, and without a C++ compiler no stand-in for it can be made.');
  process.exit(2);
}
if (values.runtime === undefined)
  console.error('Electron’s runtime was not given (--runtime FOLDER): a stand-in is packed.');
process.env['SOURCE_DATE_EPOCH'] ??= String(commitTime());
const staged = await stage(join(output, 'stage'));
const unpacked = join(output, 'linux-unpacked');
rmSync(unpacked, { recursive: true, force: true });
const arch = process.arch === 'arm64' ? Arch.arm64 : Arch.x64;
await build({
  targets: Platform.LINUX.createTarget('dir', arch),
  config: configuration({ stage: staged, output, runtime }),
  // Not the repository: electron-builder takes the packages of the folder that it works in.
  projectDir: staged.app,
  publish: 'never',
});
const folder = process.arch === 'arm64' ? join(output, 'linux-arm64-unpacked') : unpacked;
for (const file of linuxPackages(folder, output)) console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
rmSync(join(output, 'stage'), { recursive: true });
console.log(
  `Sightline ${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version} for linux ${process.arch}`,
);
