// `npm run package [-- --runtime FOLDER] [--output FOLDER]`: the Linux packages of this commit, without the network.
// Without a folder of Electron's runtime, a stand-in takes its place: command line and served window are whole in it,
// the desktop's program only says what it is. With `--system linux|win|mac [--arch x64|arm64] TARGET…` electron-builder
// makes those targets of its own, for which it downloads Electron and its tools: what the release workflow does.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import { ROOT } from '../node24.mjs';
import { buildHelper, buildPages, buildWindow } from '../setup.mjs';
import { configuration, ELECTRON, VERSION } from './config.ts';
import { commitTime, linuxPackages } from './linux.ts';
import { stage } from './stage.ts';
import { standIn } from './stand-in.ts';

const { values, positionals } = parseArgs({
  options: {
    runtime: { type: 'string' },
    output: { type: 'string' },
    system: { type: 'string' },
    arch: { type: 'string' },
  },
  allowPositionals: true,
});
const SYSTEMS = new Map([
  ['linux', Platform.LINUX],
  ['win', Platform.WINDOWS],
  ['mac', Platform.MAC],
]);

function stop(why: string): never {
  console.error(why);
  process.exit(2);
}

const arch = values.arch ?? process.arch;
if (arch !== 'x64' && arch !== 'arm64') stop(`There is no package for ${arch}: x64 or arm64.`);
const platform = SYSTEMS.get(values.system ?? 'linux');
if (platform === undefined) stop(`There is no system ${values.system}: linux, win or mac.`);
// The pinned Node and the helper are this machine's.
if (arch !== process.arch && platform !== Platform.WINDOWS) stop(`Packages for ${arch} are made on ${arch}.`);
const offline = values.system === undefined;

buildWindow();
buildPages();
if (!buildHelper()) process.exit(2);
const output = resolve(values.output ?? join(ROOT, 'dist', 'package'));
mkdirSync(output, { recursive: true });
process.env['SOURCE_DATE_EPOCH'] ??= String(commitTime());

let runtime = values.runtime === undefined ? null : resolve(values.runtime);
if (offline && runtime === null) {
  console.error('Electron’s runtime was not given (--runtime FOLDER): a stand-in is packed.');
  runtime = standIn(join(output, 'stand-in'), ELECTRON);
  if (runtime === null) stop('Without a C++ compiler no stand-in for it can be made.');
}
const staged = await stage(join(output, 'stage'));
const unpacked = join(output, arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
if (offline) rmSync(unpacked, { recursive: true, force: true });
const made = await build({
  targets: platform.createTarget(offline ? ['dir'] : positionals, Arch[arch]),
  config: configuration({ stage: staged, output, runtime }),
  // Not the repository: electron-builder takes the packages of the folder that it works in.
  projectDir: staged.app,
  publish: 'never',
});
const files = offline ? linuxPackages(unpacked, output) : made;
for (const file of files) console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
rmSync(join(output, 'stage'), { recursive: true });
console.log(`Sightline ${VERSION} for ${values.system ?? 'linux'} ${arch}`);
