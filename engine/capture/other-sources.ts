// Which other ways to capture this machine has.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { CaptureReadiness } from '../../contract/index.ts';
import { capModule } from './in-process.ts';

/** Whether a program can be found and run. */
function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Which other sources can be used here. */
export function otherSources(): CaptureReadiness['sources'] {
  return { dumpcap: onPath('dumpcap'), ssh: onPath('ssh'), cap: capModule() !== null };
}
