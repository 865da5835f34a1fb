// `npm run test:package`: makes the packages of this commit twice, opens them, and installs the deb in a Debian that
// debootstrap made (kept below bench/.cache). Root, dpkg, rpm and debootstrap are needed; what is missing is said.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';
import { ON_REQUEST } from './packages.ts';
import { FUSES, PROGRAM, VERSION } from './config.ts';
import { engineParts } from './contents.ts';
import { sha256 } from './hash.ts';

const require = createRequire(import.meta.url);
// Both are CommonJS, and their types are not.
const asar = require('@electron/asar') as { listPackage(archive: string, o: object): string[] };
const { getCurrentFuseWire, FuseV1Options } = require('@electron/fuses') as {
  getCurrentFuseWire(program: string): Promise<Readonly<Record<string, unknown>>>;
  readonly FuseV1Options: Readonly<Record<string, string | number>>;
};
const ON = 0x31;
const OFF = 0x30;
const HOME = 'opt/Sightline';
const NAME = `sightline-${VERSION}-linux-${process.arch}`;
const DEBIAN = join(ROOT, 'bench', '.cache', 'debian');
/** Everything that the archive may hold. */
const ARCHIVE =
  /^\/(?:package\.json|dist(?:\/electron(?:\/(?:main\.js|preload\.cjs))?|\/renderer(?:\/index\.html|\/assets(?:\/[\w.-]+\.(?:js|css|svg|woff2))?)?)?)$/;

function run(command: string, args: readonly string[], cwd = ROOT): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1e9 });
  assert.equal(done.status, 0, `${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr}${done.stdout}`);
  return done.stdout;
}

function say(text: string): void {
  console.log(`ok    ${text}`);
}

async function fuses(folder: string): Promise<void> {
  const wire = await getCurrentFuseWire(join(folder, PROGRAM));
  for (const [name, wanted] of Object.entries(FUSES)) {
    const place = FuseV1Options[name[0]!.toUpperCase() + name.slice(1)]!;
    assert.equal(wire[place], wanted ? ON : OFF, name);
  }
  say(
    `fuses: ${Object.entries(FUSES)
      .map(([name, on]) => `${name} ${on ? 'on' : 'off'}`)
      .join(', ')}`,
  );
}

function contents(folder: string): void {
  const held = asar.listPackage(join(folder, 'resources', 'app.asar'), {}).map((path) => path.replaceAll('\\', '/'));
  assert.ok(held.includes('/dist/electron/main.js') && held.includes('/dist/renderer/index.html'));
  assert.deepEqual(
    held.filter((path) => !ARCHIVE.test(path)),
    [],
  );
  say(`archive: ${held.length} entries, each of the list`);
  const engine = join(folder, 'resources', 'engine');
  const found = run('find', ['.', '-type', 'f', '-printf', '%P\\n'], engine).trim().split('\n').sort();
  assert.deepEqual(
    found,
    engineParts()
      .map((part) => part.to)
      .sort(),
  );
  assert.ok((statSync(join(engine, 'dist/native/sightline-capture')).mode & 0o111) === 0o111);
  for (const name of ['LICENSE', 'THIRD_PARTY_NOTICES'])
    assert.equal(sha256(join(folder, 'resources', name)), sha256(join(ROOT, name)));
  say(`beside the archive: ${found.length} files of the list, helper, licence and notices`);
}

/** By what of it the product imports each. Node's are no modules, and the dissection engine has been asked by then. */
function directPackages(): string[] {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'optionalDependencies',
    Readonly<Record<string, string>>
  >;
  return Object.keys({ ...dependencies, ...optionalDependencies })
    .filter((name) => !/^node-|wiregasm/.test(name) && !ON_REQUEST.includes(name))
    .map((name) => (name === 'onnxruntime-web' ? 'onnxruntime-web/wasm' : name));
}

function made(output: string): string[] {
  run(process.execPath, [join(ROOT, 'scripts', 'package', 'main.ts'), '--output', output]);
  return ['tar.gz', 'deb', 'rpm'].map((ending) => join(output, `${NAME}.${ending}`));
}

/** A plain Debian, with nothing beside what its base has and the package's dependencies. */
function debian(): string {
  const kept = join(DEBIAN, 'root');
  if (!existsSync(join(kept, 'usr/bin/dpkg'))) {
    const sites = run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
    const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))![1]!;
    mkdirSync(DEBIAN, { recursive: true });
    const beside = '--include=libstdc++6,libcap2-bin';
    run('debootstrap', ['--variant=minbase', beside, release, kept, sites.split('\n')[0]!]);
  }
  const used = mkdtempSync(join(tmpdir(), 'sightline-debian-'));
  run('cp', ['-a', `${kept}/.`, used]);
  return used;
}

/** The served window, asked as a browser asks it. */
async function served(root: string): Promise<void> {
  const words = [root, 'sightline', 'window', '--no-browser', '--sample'];
  const child = spawn('chroot', words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  try {
    const link = await new Promise<string>((resolve, reject) => {
      const hear = (piece: Buffer): void => {
        said += piece.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said);
        if (found !== null) resolve(found[0]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', () => reject(new Error(said)));
      setTimeout(() => reject(new Error(`no link: ${said}`)), 60_000).unref();
    });
    const entered = await fetch(link, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL('/', link), { headers: { cookie } });
    const text = await page.text();
    assert.equal(page.status, 200, text);
    assert.match(text, /<title>Sightline/);
    say('installed: the served window answers with its page');
  } finally {
    process.kill(-child.pid!, 'SIGTERM');
  }
}

async function installedInDebian(deb: string): Promise<void> {
  const root = debian();
  const inside = (...args: string[]): string => run('chroot', [root, ...args]);
  try {
    run('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
    copyFileSync(deb, join(root, 'sightline.deb'));
    inside('dpkg', '--install', '/sightline.deb');
    say(`installed by dpkg in ${/^PRETTY_NAME="(.*)"/m.exec(readFileSync(join(root, 'etc/os-release'), 'utf8'))![1]}`);
    const sample = `/${HOME}/resources/engine/assets/sample.pcapng`;
    const scored = spawnSync('chroot', [root, 'sightline', 'score', sample], { encoding: 'utf8', maxBuffer: 1e9 });
    assert.equal(scored.status, 1, scored.stderr);
    assert.match(scored.stdout, /"type":"file".*"packets":1066/);
    say('installed: sightline score finds what is malicious in the sample (code 1)');
    const shown = inside('sightline', 'packets', sample, '-Y', 'tls', '-e', 'tls.handshake.type', '--limit', '1');
    assert.equal(shown.trim(), '1');
    say('installed: the engine of deep dissection answers');
    const engine = `/${HOME}/resources/engine`;
    const node = `${engine}/node_modules/node-linux-${process.arch}/bin/node`;
    const packages = directPackages();
    const script = packages.map((name) => `await import('${name}')`).join(';');
    inside('env', '-C', engine, node, '--input-type=module', '--eval', script);
    say(`installed: all ${packages.length} packages that sources import load`);
    const version = inside('sightline', '--version').trim();
    assert.ok(version.includes(VERSION), version);
    inside('sightline-capture-setup', 'sniffers');
    const helper = `/${HOME}/resources/engine/dist/native/sightline-capture`;
    assert.match(inside('getcap', helper), /cap_net_admin,cap_net_raw=eip/);
    assert.equal(inside('stat', '-c', '%U %G %a', helper).trim(), 'root sniffers 750');
    // An update brings a helper without; what was asked for holds.
    inside('dpkg', '--install', '/sightline.deb');
    assert.match(inside('getcap', helper), /cap_net_admin,cap_net_raw=eip/);
    inside('sightline-capture-setup', '--off');
    assert.equal(inside('getcap', helper), '');
    say('installed: capabilities with a group are set when asked for, hold over an update, and are taken back');
    await served(root);
    inside('dpkg', '--purge', 'sightline');
    assert.ok(!existsSync(join(root, HOME)) && !existsSync(join(root, 'etc/sightline')));
    say('removed by dpkg: nothing stays');
  } finally {
    run('umount', ['--lazy', join(root, 'proc')]);
    rmSync(root, { recursive: true, force: true });
  }
}

const work = mkdtempSync(join(tmpdir(), 'sightline-package-'));
try {
  const first = made(join(work, 'one'));
  const folder = join(work, 'one', process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  await fuses(folder);
  contents(folder);
  const second = made(join(work, 'two'));
  for (const [i, file] of first.entries()) assert.equal(sha256(file), sha256(second[i]!), file);
  say('two builds of one commit are the same byte for byte');
  for (const file of first)
    console.log(`      ${file.slice(work.length + 5)} ${(statSync(file).size / 1e6).toFixed(1)} MB ${sha256(file)}`);
  const listed = run('rpm', ['-qpl', first[2]!]);
  for (const path of ['/usr/bin/sightline', `/${HOME}/resources/app.asar`, '/usr/share/mime/packages/sightline.xml'])
    assert.ok(listed.split('\n').includes(path), path);
  say(`rpm: ${listed.trim().split('\n').length} entries; not installed anywhere`);
  await installedInDebian(first[1]!);
} finally {
  rmSync(work, { recursive: true, force: true });
}
