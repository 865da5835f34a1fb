// A desk as tests open it: of this tree, without a capture helper, files in folders of the test.
import { fileURLToPath } from 'node:url';
import { Desk } from '../desk/desk.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface DeskFolders {
  readonly dataFolder: string;
  readonly cacheFolder: string;
}

export function testDesk(folders: DeskFolders): Desk {
  return new Desk({
    product: 'Sightline',
    version: 'test',
    root: ROOT,
    ...folders,
    helper: '/nowhere/helper',
    native: true,
  });
}
