// deb, rpm and tar.gz of an unpacked folder, by Debian's own programs. electron-builder would download its own for the
// first two, and what it makes carries the time of making. Here times are those of the commit, owners are root, names are
// sorted: the same folder gives the same bytes.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../node24.mjs';
import { CATEGORIES, DEB, DESCRIPTION, MAINTAINER, MIME, PROGRAM, RPM, VERSION } from './config.ts';

const HOME = '/opt/Sightline';
const LINUX = join(ROOT, 'packaging', 'linux');
const DEBIAN_ARCH = process.arch === 'arm64' ? 'arm64' : 'amd64';
const SCRIPTS = ['postinst', 'postrm'];
const RPM_ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

function run(command: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1e9 });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

/** Seconds since 1970 of what is packed: SOURCE_DATE_EPOCH, or the commit's. */
export function commitTime(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return Number(given);
  return Number(run('git', ['log', '-1', '--format=%ct'], ROOT));
}

/** Same times and modes in a whole tree, whoever made it under whatever umask. */
function even(path: string, time: number): void {
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    for (const name of readdirSync(path)) even(join(path, name), time);
    chmodSync(path, 0o755);
  } else if (stat.isFile()) chmodSync(path, (stat.mode & 0o111) !== 0 ? 0o755 : 0o644);
  lutimesSync(path, time, time);
}

function put(tree: string, path: string, text: string | Buffer, mode = 0o644): void {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}

function zipped(text: Buffer): Buffer {
  const done = spawnSync('gzip', ['-9n'], { input: text });
  if (done.status !== 0) throw new Error(`gzip: ${done.stderr.toString()}`);
  return done.stdout;
}

function desktopFile(): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Sightline',
    'GenericName=Network traffic analyzer',
    'GenericName[zh_CN]=网络流量分析器',
    `Comment=${DESCRIPTION}`,
    `Exec=${HOME}/${PROGRAM} %f`,
    'Icon=sightline',
    'Terminal=false',
    `Categories=${CATEGORIES}`,
    `MimeType=${MIME.join(';')};`,
    'StartupWMClass=Sightline',
    '',
  ].join('\n');
}

/** The whole file system of the package. */
function installed(unpacked: string, tree: string): void {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, HOME), { recursive: true });
  cpSync(unpacked, join(tree, HOME), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  symlinkSync(`${HOME}/resources/bin/sightline`, join(tree, 'usr/bin/sightline'));
  symlinkSync(`${HOME}/${PROGRAM}`, join(tree, `usr/bin/${PROGRAM}`));
  put(tree, 'usr/sbin/sightline-capture-setup', readFileSync(join(LINUX, 'sightline-capture-setup')), 0o755);
  put(tree, 'usr/share/applications/sightline.desktop', desktopFile());
  put(tree, 'usr/share/mime/packages/sightline.xml', readFileSync(join(LINUX, 'sightline.xml')));
  for (const name of readdirSync(join(ROOT, 'packaging', 'icons')).filter((n) => n.endsWith('.png')))
    put(
      tree,
      `usr/share/icons/hicolor/${name.slice(0, -4)}/apps/sightline.png`,
      readFileSync(join(ROOT, 'packaging', 'icons', name)),
    );
  const svg = readFileSync(join(ROOT, 'renderer', 'style', 'icon.svg'));
  put(tree, 'usr/share/icons/hicolor/scalable/apps/sightline.svg', svg);
  put(tree, 'usr/share/man/man1/sightline.1.gz', zipped(readFileSync(join(ROOT, 'docs', 'sightline.1'))));
  put(tree, 'usr/share/doc/sightline/copyright', readFileSync(join(ROOT, 'LICENSE')));
  put(tree, 'usr/share/doc/sightline/THIRD_PARTY_NOTICES.gz', zipped(readFileSync(join(ROOT, 'THIRD_PARTY_NOTICES'))));
  put(tree, 'usr/share/doc/sightline/changelog.gz', zipped(readFileSync(join(ROOT, 'CHANGELOG.md'))));
}

function kilobytes(folder: string): number {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((f) => f.isFile());
  return Math.ceil(files.reduce((sum, f) => sum + lstatSync(join(f.parentPath, f.name)).size, 0) / 1024);
}

/** Chromium's sandbox for kernels that let no user make namespaces: owned by root, as Debian's Chromium has it. */
const SANDBOX = `${HOME}/chrome-sandbox`;

function deb(tree: string, file: string, time: number): void {
  const control = [
    'Package: sightline',
    `Version: ${VERSION}`,
    `Architecture: ${DEBIAN_ARCH}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${kilobytes(tree)}`,
    `Depends: ${DEB.depends.join(', ')}`,
    `Recommends: ${DEB.recommends.join(', ')}`,
    'Section: net',
    'Priority: optional',
    'Description: analyzer for network traffic',
    ` ${DESCRIPTION}`,
    '',
  ].join('\n');
  const folder = join(tree, 'DEBIAN');
  mkdirSync(folder);
  writeFileSync(join(folder, 'control'), control);
  for (const name of SCRIPTS) put(folder, name, readFileSync(join(LINUX, name)), 0o755);
  const sums = globSync('{opt,usr}/**', { cwd: tree, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name).slice(tree.length + 1))
    .sort();
  writeFileSync(join(folder, 'md5sums'), run('md5sum', sums, tree));
  even(tree, time);
  chmodSync(join(tree, SANDBOX), 0o4755);
  // One thread: with more, the number of them shows in the bytes.
  run('dpkg-deb', ['--root-owner-group', '--threads-max=1', '-Zxz', '-z1', '--build', tree, file], ROOT);
  rmSync(folder, { recursive: true });
}

function rpm(tree: string, file: string, time: number, work: string): void {
  const script = (name: string): string => readFileSync(join(LINUX, name), 'utf8').replace(/^#!.*\n/, '');
  // dpkg tells its scripts what happens in words; rpm with the number of versions that stay.
  const spec = [
    '%global __os_install_post %{nil}',
    '%global debug_package %{nil}',
    '%global _build_id_links none',
    '%global source_date_epoch_from_changelog 0',
    '%global use_source_date_epoch_as_buildtime 1',
    '%global clamp_mtime_to_source_date_epoch 1',
    '%global _buildhost sightline',
    '%global _binary_payload w6.zstdio',
    'Name: sightline',
    `Version: ${VERSION}`,
    'Release: 1',
    'Summary: Analyzer for network traffic',
    'License: MIT AND GPL-2.0-only AND BSD-3-Clause AND ISC AND Apache-2.0 AND OFL-1.1',
    'AutoReqProv: no',
    `Requires: ${RPM.depends.join(', ')}`,
    `Recommends: ${RPM.recommends.join(', ')}`,
    '',
    '%description',
    DESCRIPTION,
    '',
    '%install',
    `mkdir -p %{buildroot} && cp -a ${tree}/. %{buildroot}/`,
    '',
    '%post',
    `set -- configure\n${script('postinst')}`,
    '%postun',
    `if [ "$1" = 0 ]; then set -- remove; else set -- upgrade; fi\n${script('postrm')}`,
    '%files',
    '%defattr(-,root,root,-)',
    `%attr(4755,root,root) ${SANDBOX}`,
    HOME,
    '/usr/bin/sightline',
    `/usr/bin/${PROGRAM}`,
    '/usr/sbin/sightline-capture-setup',
    '/usr/share/applications/sightline.desktop',
    '/usr/share/mime/packages/sightline.xml',
    '/usr/share/icons/hicolor/*/apps/sightline.*',
    '/usr/share/man/man1/sightline.1.gz',
    '/usr/share/doc/sightline',
    '',
  ].join('\n');
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'sightline.spec'), spec);
  even(tree, time);
  run('rpmbuild', ['-bb', '--quiet', '--target', RPM_ARCH, '--define', `_topdir ${work}`, 'sightline.spec'], work);
  copyFileSync(join(work, 'RPMS', RPM_ARCH, `sightline-${VERSION}-1.${RPM_ARCH}.rpm`), file);
  rmSync(work, { recursive: true });
}

function tarGz(unpacked: string, file: string, time: number): void {
  const name = `sightline-${VERSION}`;
  const tar = `tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --mtime=@${time}`;
  run('sh', ['-c', `${tar} --transform 's,^\\.,${name},S' -cf - . | gzip -6n > "$1"`, 'sh', file], unpacked);
}

/**
 * @param unpacked electron-builder's folder
 * @param output where the files go
 * @returns the files, each by its path
 */
export function linuxPackages(unpacked: string, output: string): string[] {
  const time = commitTime();
  process.env['SOURCE_DATE_EPOCH'] = String(time);
  const tree = join(output, 'tree');
  const name = join(output, `sightline-${VERSION}-linux-${process.arch}`);
  even(unpacked, time);
  tarGz(unpacked, `${name}.tar.gz`, time);
  installed(unpacked, tree);
  deb(tree, `${name}.deb`, time);
  rpm(tree, `${name}.rpm`, time, join(output, 'rpm'));
  rmSync(tree, { recursive: true });
  return ['tar.gz', 'deb', 'rpm'].map((ending) => `${name}.${ending}`);
}
