import { buildHelper } from './setup.mjs';

process.exit(buildHelper() ? 0 : 1);
