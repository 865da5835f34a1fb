// What `sightline --version` says: the release, and what a report of a fault needs beside it.
import { existsSync } from 'node:fs';
import { errorText } from '../contract/index.ts';
import { FEATURE_COUNT, SCHEMA_HASH, SCHEMA_VERSION } from '../engine/host.ts';
import { folders } from './context.ts';
import { chooseModel } from './models.ts';
import { HELPER, VERSION } from './product.ts';

/** Hashes are shown to here, as the model's card and manifests begin with them. */
const HASH_SHOWN = 16;

export function versionLines(): string[] {
  return [
    `sightline ${VERSION}`,
    `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    `Features: ${FEATURE_COUNT}, schema ${SCHEMA_VERSION} (${SCHEMA_HASH.slice(0, HASH_SHOWN)}…)`,
    `Model: ${modelLine()}`,
    `Capture helper: ${existsSync(HELPER) ? HELPER : 'not built (npm run build:native)'}`,
  ];
}

function modelLine(): string {
  try {
    const { model, origin } = chooseModel(null, folders());
    return `${model.name}, ${model.method}, ${origin} (SHA-256 ${model.sha256.slice(0, HASH_SHOWN)}…)`;
  } catch (error) {
    return errorText(error);
  }
}
