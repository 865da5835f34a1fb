// `npm run docs:threats`: writes the rows of the threat model into THREAT_MODEL.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT, withRows } from './model.ts';

const path = join(import.meta.dirname, '..', '..', DOCUMENT);
writeFileSync(path, withRows(readFileSync(path, 'utf8')));
