// What this program is and where its own files lie.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helperPath } from '../engine/host.ts';

/** The repository's or package's own folder, from sources and from the build alike. */
export const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));
export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
/** What exported files say they were written by. */
export const PRODUCT = `Sightline ${VERSION}`;
/** The program that captures. */
export const HELPER = helperPath(ROOT);
