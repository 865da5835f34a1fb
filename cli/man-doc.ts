// docs/sightline.1, the man page, out of the table of commands: `npm run docs:man`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allCommands } from './commands.ts';
import { manPage } from './man-page.ts';

export const MAN_FILE = fileURLToPath(new URL('../docs/sightline.1', import.meta.url));

export async function manText(): Promise<string> {
  return manPage(await allCommands());
}

if (import.meta.main) writeFileSync(MAN_FILE, await manText());
