// Where the product's own files are.
import { fileURLToPath } from 'node:url';

const HERE = import.meta.url;
/** Sources run from `platform`, the build from `dist/platform`. */
export const ROOT = fileURLToPath(new URL(HERE.endsWith('.ts') ? '..' : '../..', HERE));
