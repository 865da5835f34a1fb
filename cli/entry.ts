// The program's first file. It imports little: what is loaded after it is loaded as it was compiled by an earlier start.
import { folders, keepCode } from '../engine/host-start.ts';

const BROKEN = 2;

keepCode(folders().cache);
// Not awaited: pieces of the build import what is in this file, and would wait for it while it waits for them.
import('./main.ts').catch(async (error: unknown) => {
  const { crash } = await import('./crash.ts').catch(() => process.exit(BROKEN));
  crash(error);
});
