// `node scripts/run24.mjs scripts/package/release-notice.ts FOLDER PAGE`: writes latest.json and its signature beside the
// packages of a folder, for `sightline release` of those who have an older one. The key (Ed25519, PEM) comes from
// SIGHTLINE_RELEASE_KEY, which only the release workflow has.
import { createPrivateKey, sign } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './hash.ts';
import { NOTICE_FORMAT, noticeIn } from '../../engine/host-exchange.ts';
import { VERSION } from './config.ts';

/** For how long a notice is believed: releases come more often. */
const DAYS = 180;
/** Systems as Node names them, by endings of our packages' names. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:deb|rpm|AppImage|tar\.gz)$/, 'linux'],
  [/\.exe$/, 'win32'],
  [/\.(?:dmg|zip)$/, 'darwin'],
];
const ARM = /(?:arm64|aarch64)/;

/** @param folder with packages @param page where people get them @param today 2026-11-27 @returns notice and signature */
export function releaseNotice(
  folder: string,
  page: string,
  key: string,
  today: string,
): { text: string; signature: string } {
  const until = new Date(Date.parse(today) + DAYS * 86_400_000).toISOString().slice(0, 10);
  const files = readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const system = SYSTEMS.find(([ending]) => ending.test(name))?.[1];
      if (system === undefined) return [];
      const path = join(folder, name);
      const arch = ARM.test(name) ? 'arm64' : 'x64';
      return [{ name, system, arch, bytes: statSync(path).size, sha256: sha256(path) }];
    });
  const notice = { format: NOTICE_FORMAT, version: VERSION, released: today, until, page, files };
  const text = `${JSON.stringify(notice, null, 2)}\n`;
  if (noticeIn(text) === null) throw new Error('no program of ours would understand this notice');
  return { text, signature: `${sign(null, Buffer.from(text), createPrivateKey(key)).toString('base64')}\n` };
}

const [folder, page] = process.argv.slice(2);
if (import.meta.main) {
  const key = process.env['SIGHTLINE_RELEASE_KEY'];
  if (folder === undefined || page === undefined) throw new Error('release-notice FOLDER PAGE');
  if (key === undefined || key === '') {
    console.log('SIGHTLINE_RELEASE_KEY is not set: no notice is written, and nobody is told of this release.');
  } else {
    const { text, signature } = releaseNotice(folder, page, key, new Date().toISOString().slice(0, 10));
    writeFileSync(join(folder, 'latest.json'), text);
    writeFileSync(join(folder, 'latest.json.sig'), signature);
  }
}
