// The one configuration of electron-builder, for every system. What it makes on Linux is the unpacked folder and the
// AppImage; deb, rpm and tar.gz are made of that folder by `linux.ts`, with the same names and dependencies.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { ROOT } from '../node24.mjs';
import type { Stage } from './stage.ts';

const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly description: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};

export const VERSION = own.version;
export const DESCRIPTION = own.description;
export const ELECTRON = own.devDependencies['electron']!;
/** The desktop's program; `sightline` is the command line. */
export const PROGRAM = 'sightline-desktop';
export const MAINTAINER = 'The Sightline authors <sightline@localhost>';
/** By electron-builder's names of them. */
export const FUSES = JSON.parse(readFileSync(join(ROOT, 'electron', 'fuses.json'), 'utf8')) as NonNullable<
  Configuration['electronFuses']
>;

/** What the window needs; command line and served window need C and C++ libraries only. */
export const DEB = {
  depends: ['libc6 (>= 2.28)', 'libstdc++6 (>= 8)'],
  recommends: [
    'libgtk-3-0 | libgtk-3-0t64',
    'libnss3',
    'libasound2 | libasound2t64',
    'libgbm1',
    'libxss1',
    'libnotify4',
    'libsecret-1-0',
    'xdg-utils',
    'libpcap0.8 | libpcap0.8t64',
    'libcap2-bin',
  ],
};
export const RPM = {
  depends: ['glibc >= 2.28', 'libstdc++'],
  recommends: ['gtk3', 'nss', 'alsa-lib', 'mesa-libgbm', 'libnotify', 'libsecret', 'xdg-utils', 'libpcap', 'libcap'],
};
export const MIME = ['application/vnd.tcpdump.pcap', 'application/x-pcapng', 'application/x-sightline-packed-capture'];
export const CATEGORIES = 'Network;Monitor;';

/** Compressed forms end in two names. Windows and macOS know a file by its last one, and `.gz` is not ours to take. */
const ASSOCIATIONS = [
  { ext: 'pcap', name: 'Packet capture', description: 'Packet capture', mimeType: MIME[0]!, role: 'Viewer' },
  { ext: 'pcapng', name: 'Packet capture (pcapng)', description: 'Packet capture', mimeType: MIME[1]!, role: 'Viewer' },
  { ext: 'cap', name: 'Packet capture (cap)', description: 'Packet capture', mimeType: MIME[0]!, role: 'Viewer' },
] as const;

export interface Places {
  readonly stage: Stage;
  readonly output: string;
  /** A folder of Electron's runtime; null: electron-builder gets it. */
  readonly runtime: string | null;
}

export function configuration({ stage, output, runtime }: Places): Configuration {
  const both = ['x64', 'arm64'] as ('x64' | 'arm64')[];
  const target = (name: string): { target: string; arch: ('x64' | 'arm64')[] } => ({ target: name, arch: both });
  return {
    appId: 'org.sightline.Sightline',
    productName: 'Sightline',
    copyright: 'Copyright (c) 2026 The Sightline authors',
    directories: { output, buildResources: join(ROOT, 'packaging') },
    // No update is looked for: nothing is published anywhere by itself.
    publish: null,
    electronVersion: ELECTRON,
    ...(runtime === null ? {} : { electronDist: runtime }),
    npmRebuild: false,
    asar: { smartUnpack: false },
    disableAsarIntegrity: false,
    electronFuses: FUSES,
    files: ['**/*'],
    // As a list of extra resources it would lose its packages: electron-builder leaves node_modules out of those.
    afterPack: ({ appOutDir, packager }) => {
      const engine = join(packager.getResourcesDir(appOutDir), 'engine');
      cpSync(stage.engine, engine, { recursive: true });
      return Promise.resolve();
    },
    extraResources: [
      { from: join(ROOT, 'LICENSE'), to: 'LICENSE' },
      { from: join(ROOT, 'THIRD_PARTY_NOTICES'), to: 'THIRD_PARTY_NOTICES' },
    ],
    fileAssociations: [...ASSOCIATIONS],
    // Names without a version's date or a machine in them: two builds of a commit are called the same.
    artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
    linux: {
      target: ['deb', 'rpm', 'AppImage', 'tar.gz'].map(target),
      executableName: PROGRAM,
      category: CATEGORIES,
      maintainer: MAINTAINER,
      vendor: 'The Sightline authors',
      synopsis: 'Analyzer for network traffic',
      description: DESCRIPTION,
      icon: join(ROOT, 'packaging', 'icons'),
      mimeTypes: [...MIME],
      extraResources: [{ from: join(ROOT, 'packaging', 'linux', 'bin'), to: 'bin' }],
    },
    deb: { ...DEB, packageCategory: 'net' },
    rpm: { depends: RPM.depends },
    win: {
      target: ['nsis', 'portable'].map(target),
      icon: join(ROOT, 'packaging', 'icons', 'icon.ico'),
      extraResources: [{ from: join(ROOT, 'packaging', 'windows'), to: 'bin' }],
    },
    nsis: {
      oneClick: false,
      perMachine: true,
      allowToChangeInstallationDirectory: true,
      include: join(ROOT, 'packaging', 'installer.nsh'),
      license: join(ROOT, 'LICENSE'),
      artifactName: '${productName}-${version}-setup-${arch}.${ext}',
    },
    portable: { artifactName: '${productName}-${version}-portable-${arch}.${ext}' },
    mac: {
      target: ['dmg', 'zip'].map(target),
      category: 'public.app-category.developer-tools',
      icon: join(ROOT, 'packaging', 'icons', 'icon.icns'),
      hardenedRuntime: true,
      entitlements: join(ROOT, 'packaging', 'entitlements.plist'),
      entitlementsInherit: join(ROOT, 'packaging', 'entitlements.plist'),
      extraResources: [{ from: join(ROOT, 'packaging', 'linux', 'bin'), to: 'bin' }],
    },
    dmg: { title: 'Sightline ${version}' },
  };
}
