// Files and folders that a person chooses: the window asks for a dialog, and gets what to show of the choice and a grant
// to name it by. A path that the window says itself goes nowhere, but for files that were dropped on it.
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { PathUse } from '../contract/index.ts';
import type { Engine } from './engine.ts';
import type { MenuLanguage } from './menu.ts';
import type { Senders } from './senders.ts';
import type { BrowserWindow, Electron } from './shell.ts';
import { FILTERS } from './words.ts';

const CAPTURES = ['pcap', 'pcapng', 'cap', 'gz', 'zst', 'lz4', 'bz2', 'xz'];
const LONGEST_PATH = 4096;
const LONGEST_NAME = 100;

/** What the window gets: the path is to be shown, the grant to be said. */
export interface Chosen {
  readonly path: string;
  readonly grant: string;
}

export class Choosing {
  private readonly dialog: Electron['dialog'];
  private readonly engine: Engine;
  private readonly language: () => MenuLanguage;
  /** Windows with a dialog of ours in front: one at a time. */
  private readonly asked = new Set<BrowserWindow>();

  constructor(dialog: Electron['dialog'], engine: Engine, language: () => MenuLanguage) {
    this.dialog = dialog;
    this.engine = engine;
    this.language = language;
  }

  handle(senders: Senders): void {
    const opens = (channel: string, use: PathUse, options: () => object): void =>
      senders.handle(channel, (window) =>
        this.once(window, use, async () => {
          const { canceled, filePaths } = await this.dialog.showOpenDialog(window, options());
          return canceled ? undefined : filePaths[0];
        }),
      );
    opens('choose-file', 'open', () => ({
      properties: ['openFile'],
      filters: [
        { name: FILTERS.captures[this.language()], extensions: CAPTURES },
        { name: FILTERS.all[this.language()], extensions: ['*'] },
      ],
    }));
    opens('choose-folder', 'folder', () => ({ properties: ['openDirectory'] }));
    opens('choose-save-folder', 'save-folder', () => ({ properties: ['openDirectory', 'createDirectory'] }));
    opens('choose-pipe', 'pipe', () => ({ properties: ['openFile', 'showHiddenFiles'] }));
    senders.handle('choose-save', (window, name) =>
      this.once(window, 'save', async () => {
        const defaultPath = plainName(name);
        const { canceled, filePath } = await this.dialog.showSaveDialog(window, { defaultPath });
        return canceled ? undefined : filePath;
      }),
    );
    // The preload says the path of a file that was dropped: the one that the page itself has no words for. Whoever has
    // the whole process of the page has them, so it is for reading alone, and of files alone.
    senders.handle('grant-dropped', async (_window, path) =>
      typeof path === 'string' && isFile(path) ? this.chosen(path, 'open') : null,
    );
  }

  private async once(
    window: BrowserWindow,
    use: PathUse,
    ask: () => Promise<string | undefined>,
  ): Promise<Chosen | null> {
    if (this.asked.has(window)) return null;
    this.asked.add(window);
    try {
      const path = await ask();
      return path === undefined || path === '' ? null : await this.chosen(path, use);
    } finally {
      this.asked.delete(window);
    }
  }

  private async chosen(path: string, use: PathUse): Promise<Chosen | null> {
    const grant = await this.engine.grant(path, use);
    return grant === null ? null : { path, grant };
  }
}

/** A name to begin with, and no path: where it goes the person says. */
function plainName(name: unknown): string {
  return typeof name === 'string' ? name.replace(/[^\w. -]/g, '_').slice(0, LONGEST_NAME) : 'capture.pcapng';
}

function isFile(path: string): boolean {
  if (!isAbsolute(path) || path.length > LONGEST_PATH || path.includes('\0')) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
