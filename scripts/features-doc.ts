// Writes docs/features.md from the schema.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { featureDocument } from '../engine/host.ts';

writeFileSync(fileURLToPath(new URL('../docs/features.md', import.meta.url)), featureDocument());
