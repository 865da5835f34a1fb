// Builds the kernels that are older than their sources: a program of its own for `npm run dev`, which goes on where they
// do not compile.
import { buildKernels } from './setup.mjs';

buildKernels();
