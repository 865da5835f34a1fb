#!/usr/bin/env node
// The `sightline` command of the installed package: hands over to the pinned Node and the built files.
import { handOver } from './node24.mjs';

handOver(['dist/cli/entry.js', ...process.argv.slice(2)]);
