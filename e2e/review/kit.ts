// What trials do again and again in the window: filter, choose from menus, copy, open pages, ask tshark beside it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { App, launch, ROOT } from '../harness.ts';
import { Network } from '../network.ts';
import { must, type Subject } from './must.ts';

/** What a window does at once may take so long on a busy machine, ms. */
const WAIT = 8_000;

export class Kit {
  readonly folder: string;
  /** Path of the capture that is open. */
  capture = '';
  /** Two namespaces with a wire between them, while the subject is a live capture. */
  network: Network | null = null;
  private open: App | null = null;
  private browser: Browser | null = null;
  private readonly counted = new Map<string, readonly number[]>();
  private readonly sizes = new Map<string, number>();

  readonly mixed: string;
  /** Lines of the key log of its TLS and QUIC. */
  readonly keys: string;

  /** @param folder where what is tried on is made */
  constructor(folder: string) {
    this.folder = folder;
    execFileSync(process.execPath, [join(ROOT, 'bench', 'review', 'capture.ts'), this.folder]);
    this.mixed = join(this.folder, 'mixed.pcap');
    this.keys = readFileSync(`${this.mixed}.keys`, 'utf8');
  }

  get app(): App {
    return this.open!;
  }

  get page(): Page {
    return this.open!.page;
  }

  /** Opens a window on a subject that nobody used before: a server, a data folder and a page of its own. */
  async begin(on: Subject): Promise<void> {
    await this.end();
    this.capture = on === 'mixed' ? this.mixed : join(ROOT, 'assets', 'sample.pcapng');
    const args = { mixed: [this.mixed], sample: ['--sample'], none: [], live: [] }[on];
    this.network = on === 'live' ? new Network() : null;
    if (this.browser?.isConnected() !== true) this.browser = await launch(this.folder);
    this.open = await App.open({
      args,
      // Compiled code is kept there, so that a server starts in a moment.
      env: { SIGHTLINE_CACHE: join(this.folder, 'cache') },
      ...(this.network === null ? { browser: this.browser } : { within: this.network.within }),
    });
    this.page.setDefaultTimeout(WAIT);
    // The window knows its host, its settings and its keys.
    await this.page.locator('#profile-button').waitFor();
    if (on !== 'sample' && on !== 'mixed') return;
    await this.app.settled();
    await this.page.locator('.status', { hasText: `${this.packets().toLocaleString('en-US')} packets` }).waitFor();
    await this.page.locator('.packets .grid').focus();
  }

  /** Takes a picture of the window, where one is open. */
  async picture(path: string): Promise<void> {
    await this.open?.page.screenshot({ path }).catch(() => undefined);
  }

  /** Closes the window that is open. */
  async end(): Promise<void> {
    const [open, network] = [this.open, this.network];
    this.open = null;
    this.network = null;
    await open?.close();
    await network?.close();
  }

  async close(): Promise<void> {
    await this.end();
    await this.browser?.close();
  }

  /** The packet list without dialog, menu and filter, for the next part of a row. */
  async anew(): Promise<void> {
    const { page } = this;
    for (let i = 0; i < 6 && (await page.locator('dialog, .context-menu, .find-bar').count()) > 0; i++) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(60);
    }
    if ((await page.locator('.start').count()) > 0) return;
    if ((await page.locator('.packets .grid').count()) === 0) await page.locator('.rail-button').first().click();
    await page.locator('.packets .grid').waitFor();
    const clear = page.locator('.filter-bar').getByRole('button', { name: 'Clear the filter' });
    if ((await clear.count()) > 0) await clear.click();
    await this.page.locator('.filter-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
    // The bar is empty before the rows of the new order are there.
    await page.waitForTimeout(250);
    await page.locator('.grid').focus();
  }

  /** Packets of the capture that is open, as capinfos counts them. */
  packets(path = this.capture): number {
    const known = this.sizes.get(path);
    if (known !== undefined) return known;
    const done = spawnSync('capinfos', ['-M', '-c', path], { encoding: 'utf8' });
    const packets = Number(/Number of packets:\s+(\d+)/.exec(done.stdout)?.[1]);
    must(packets >= 0, `capinfos says nothing of ${path}: ${done.stderr}`);
    this.sizes.set(path, packets);
    return packets;
  }

  /** Packets that tshark lets through, by number. */
  tshark(filter: string): readonly number[] {
    const key = `${this.capture} ${filter}`;
    const known = this.counted.get(key);
    if (known !== undefined) return known;
    const done = spawnSync(
      'tshark',
      ['-n', '-2', '-r', this.capture, '-Y', filter, '-T', 'fields', '-e', 'frame.number'],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    must(done.status === 0, `tshark refuses ${filter}: ${done.stderr.split('\n').at(-2) ?? ''}`);
    const numbers = done.stdout.split('\n').filter(Boolean).map(Number);
    this.counted.set(key, numbers);
    return numbers;
  }

  /** Applies a filter and says how many packets or flows it lets through. */
  async count(filter: string): Promise<number> {
    const { page } = this;
    const field = page.locator('#filter');
    // The figure of before would be taken for that of now.
    if ((await field.inputValue()) === filter) await this.app.filter('');
    await field.fill(filter);
    await page.locator('.filter-bar.valid, .filter-bar.invalid').waitFor();
    if ((await page.locator('.filter-bar.invalid').count()) > 0)
      throw new Error(`${filter} is refused: ${await page.locator('.filter-status').innerText()}`);
    await field.press('Enter');
    const status = page.locator('.filter-status', { hasText: /\d (of|incidents?|hosts?) .*·/ });
    await status.waitFor({ state: 'attached', timeout: 20_000 });
    return Number(/^([\d,]+)/.exec(await status.innerText())![1]!.replaceAll(',', ''));
  }

  /**
   * Applies a filter, which must let through exactly the packets that tshark's does, and at least one.
   * @param other the same for tshark, where Debian's 4.0 has not the words
   * @returns the figure
   */
  async same(filter: string, other = filter): Promise<string> {
    const wanted = this.tshark(other);
    must(wanted.length > 0, `the trial itself is wrong: tshark finds nothing for ${other}`);
    const count = await this.count(filter);
    must(count === wanted.length, `${filter} lets ${count} packets through, tshark ${wanted.length}`);
    await this.inSight(wanted.slice(0, 12), 'Home', filter);
    await this.inSight(wanted.slice(-6), 'End', filter);
    return `${count}, tshark ${wanted.length}`;
  }

  /** The list begins, or ends, with these packets. */
  private async inSight(numbers: readonly number[], key: 'Home' | 'End', filter: string): Promise<void> {
    await this.page.locator('.grid').press(key);
    await this.page
      .waitForFunction(
        ({ wanted, end }) => {
          const rows = [...document.querySelectorAll('.grid-row:not([hidden], .alert)')];
          const by = (e: Element): number => Number(e.getAttribute('aria-rowindex'));
          const all = rows
            .toSorted((a, b) => by(a) - by(b))
            .map((r) => Number(r.querySelector('.c-no')!.textContent!.replaceAll(',', '')));
          const shown = end ? all.slice(-wanted.length) : all.slice(0, wanted.length);
          return shown.join() === wanted.join();
        },
        { wanted: numbers, end: key === 'End' },
      )
      .catch(() => {
        throw new Error(`${filter} shows other packets than tshark's ${numbers.join(', ')}`);
      });
  }

  /** What the bar offers once it is empty. */
  async ofEmptyBar(): Promise<string[]> {
    await this.app.filter('');
    await this.page.locator('#filter').focus();
    await this.page.keyboard.press('ArrowDown');
    await this.page.locator('.suggestions li').first().waitFor();
    return this.page.locator('.suggestions li').allInnerTexts();
  }

  cell(no: string, column: string): Locator {
    return this.app.cell(no, column);
  }

  async goTo(no: number): Promise<void> {
    await this.app.goTo(no);
    await this.page
      .locator('.grid-row.selected .c-no', { hasText: new RegExp(`^${no.toLocaleString('en-US')}$`) })
      .waitFor();
  }

  /** The first packet that tshark finds. */
  async goToFirst(filter: string): Promise<number> {
    const no = this.tshark(filter)[0];
    must(no !== undefined, `the trial itself is wrong: tshark finds nothing for ${filter}`);
    await this.goTo(no!);
    await this.page
      .locator('[role="tree"]')
      .waitFor()
      .then(() => this.page.locator('[role="tree"]').evaluate((e) => e.scrollTo(0, 0)));
    await this.page.locator('.node', { hasText: `Frame ${no}:` }).waitFor({ timeout: 20_000 });
    return no!;
  }

  choose(...entries: readonly string[]): Promise<void> {
    return this.app.choose(...entries);
  }

  /** The entries of the menu that is open. */
  entries(): Promise<string[]> {
    return this.page.locator('.context-menu .menu-text').allInnerTexts();
  }

  /** What the palette has for these words. */
  async palette(words: string): Promise<string[]> {
    await this.page.keyboard.press('Control+k');
    await this.page.locator('.palette-field').fill(words);
    const found = await this.page.locator('#palette-list li > span').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.page.locator('dialog').waitFor({ state: 'detached' });
    return found;
  }

  /** Runs the command of this name or id, or what the palette has first for these words; says when there is nothing. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.locator('.palette-field').fill(words);
    const offered = this.page.locator('#palette-list li');
    const all = await offered.evaluateAll((list) =>
      list.map((e) => ({ id: e.id, text: e.querySelector('span')!.textContent! })),
    );
    if (all.length === 0) {
      await this.page.keyboard.press('Escape');
      throw new Error(`no command is called '${words}'`);
    }
    const meant = all.findIndex((c) => c.id === `command-${words}` || c.text.toLowerCase() === words.toLowerCase());
    for (let i = 0; i < meant; i++) await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
    await this.page.locator('.palette-field').waitFor({ state: 'detached' });
  }

  /** What the clipboard holds after an act. */
  async copied(act: () => Promise<void>): Promise<string> {
    const { page } = this;
    await page.evaluate(() => navigator.clipboard.writeText('before'));
    await act();
    for (let i = 0; i < 100; i++) {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      if (text !== 'before') return text;
      await page.waitForTimeout(50);
    }
    throw new Error('nothing came into the clipboard');
  }

  /** A line of the packet's tree, of which only what is in sight is on the page: it is unfolded and scrolled. */
  async node(text: string | RegExp): Promise<Locator> {
    await this.page.locator('.node').first().click({ button: 'right' });
    await this.choose('Unfold all');
    const line = this.page.locator('.node', { hasText: text }).first();
    const tree = this.page.locator('[role="tree"]');
    for (let top = 0; top < 6_000; top += 200) {
      await tree.evaluate((e, to) => e.scrollTo(0, to), top);
      await this.page.waitForTimeout(60);
      if ((await line.count()) > 0) break;
    }
    await line.scrollIntoViewIfNeeded();
    return line;
  }

  /** Opens a page of Statistics and waits for its content. */
  async statistics(name: string): Promise<void> {
    const { page } = this;
    await page.keyboard.press('5');
    await page.locator('.stats-nav button').filter({ hasText: name }).first().click();
    await page.locator('.stats-head h2', { hasText: name }).waitFor();
    await page
      .locator('.stat-row, .stats-plain, .u-over, .seq-row, .connection-picture')
      .first()
      .waitFor({ timeout: 30_000 });
  }

  /** The whole table of the page of Statistics that is open: what Ctrl+C copies of it, by its columns. */
  async table(): Promise<readonly Record<string, string>[]> {
    const grid = this.page.locator('.stat-grid');
    await grid.focus();
    return csvRows(await this.copied(() => this.page.keyboard.press('Control+c')));
  }

  /** The numbers of the chart that is shown, by its series. */
  async chart(): Promise<readonly Record<string, string>[]> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.locator('.chart-buttons .button', { hasText: 'CSV' }).click(),
    ]);
    return csvRows(readFileSync(await download.path(), 'utf8'));
  }

  /** Paths of what was saved. */
  saved(): string[] {
    const folder = join(this.app.folder, 'saved');
    return existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((e) => e.isFile())
          .map((e) => join(e.parentPath, e.name))
      : [];
  }

  /** The command line. */
  cli(...args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    return spawnSync(process.execPath, [join(ROOT, 'dist', 'cli', 'entry.js'), ...args], {
      encoding: 'utf8',
      maxBuffer: 1e8,
      env: {
        ...process.env,
        SIGHTLINE_CACHE: join(this.folder, 'cache'),
        SIGHTLINE_DATA_HOME: join(this.folder, 'data'),
        NO_COLOR: '1',
      },
    });
  }

  /** Records that a command of ours prints, one a line. */
  records(...args: readonly string[]): readonly Record<string, unknown>[] {
    const done = this.cli(...args);
    // 1: something is malicious.
    must(done.status === 0 || done.status === 1, `${args.join(' ')}: ${done.stderr.slice(0, 120)}`);
    return done.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** A field of a packet, as tshark prints it. */
  field(no: number, name: string): string {
    return fieldOf(this.capture, name)[no - 1] ?? '';
  }

  /** Drops files on the window. */
  async drop(paths: readonly string[]): Promise<void> {
    const texts = paths.map((path) => ({ name: basename(path), text: readFileSync(path).toString('base64') }));
    await this.page.evaluate((given) => {
      const data = new DataTransfer();
      for (const { name, text } of given)
        data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
      const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      document.querySelector('.app')!.dispatchEvent(event);
    }, texts);
  }

  /**
   * Saves by a choice of the dialog.
   * @param said in the notice about it @param ending of the file, where others come beside it @returns its path
   */
  async saveBy(choice: string, said: RegExp, ending = ''): Promise<string> {
    const before = new Set(this.saved());
    await this.page.keyboard.press('Control+s');
    await this.page.locator('.choice', { hasText: choice }).first().click();
    await this.page.locator('.toast', { hasText: said }).first().waitFor();
    return (await this.newFiles(before, 1)).find((path) => path.endsWith(ending))!;
  }

  /** The file that came since, once it is there. */
  async newFile(before: ReadonlySet<string>): Promise<string> {
    const [name] = await this.newFiles(before, 1);
    return name!;
  }

  /** Files that came since, once there are so many. */
  async newFiles(before: ReadonlySet<string>, least: number): Promise<readonly string[]> {
    for (let i = 0; ; i++) {
      // A file that is being written has another name until it is whole.
      const came = this.saved().filter((n) => !before.has(n) && !/\.(part|tmp)$/.test(n));
      if (came.length >= least) return came;
      if (i === 100) {
        const said = (await this.page.locator('.toast').allInnerTexts()).join(' ').replaceAll('\n', ' ');
        throw new Error(`${came.length} files came, not ${least}: ${said}`);
      }
      await this.page.waitForTimeout(100);
    }
  }
}

/** A field of every packet of a file, as tshark prints it. */
export function fieldOf(path: string, field: string, ...options: readonly string[]): string[] {
  const done = spawnSync('tshark', ['-n', '-2', ...options, '-r', path, '-T', 'fields', '-e', field], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  must(done.status === 0, `tshark: ${done.stderr}`);
  return done.stdout.replace(/\n$/, '').split('\n');
}

/** Rows of a table whose texts may be quoted, by the names in its head. */
function csvRows(text: string): readonly Record<string, string>[] {
  const cells = (line: string): string[] =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '');
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = cells(head!);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? String(i), cell])));
}
