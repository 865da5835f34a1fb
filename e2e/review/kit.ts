// What trials do again and again in the window: filter, choose from menus, copy, open pages, ask tshark beside it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { App, ROOT } from '../harness.ts';
import { Network } from '../network.ts';
import { must, type Subject } from './must.ts';

const WAIT = 6_000;

export class Kit {
  readonly folder: string;
  /** Path of the capture that is open. */
  capture = '';
  /** Two namespaces with a wire between them, while the subject is a live capture. */
  network: Network | null = null;
  private open: App | null = null;
  private counted = new Map<string, readonly number[]>();

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

  /** Opens the window on a subject. */
  async begin(on: Subject): Promise<void> {
    await this.end();
    this.counted = new Map();
    this.capture = on === 'mixed' ? this.mixed : join(ROOT, 'assets', 'sample.pcapng');
    const args = { mixed: [this.mixed], sample: ['--sample'], none: [], live: [] }[on];
    this.network = on === 'live' ? new Network() : null;
    this.open = await App.open({ args, ...(this.network === null ? {} : { within: this.network.within }) });
    this.page.setDefaultTimeout(WAIT);
    if (on === 'sample' || on === 'mixed') await this.app.settled();
  }

  async end(): Promise<void> {
    await this.open?.close();
    this.open = null;
    await this.network?.close();
    this.network = null;
  }

  /** The packet list without dialog, menu and filter, whatever the part before left. */
  async anew(): Promise<void> {
    const { page } = this;
    for (let i = 0; i < 6 && (await page.locator('dialog, .context-menu, .find-bar').count()) > 0; i++) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(60);
    }
    if ((await page.locator('.start').count()) > 0) return;
    if ((await page.locator('.packets .grid').count()) === 0) await page.locator('.rail-button').first().click();
    await page.locator('.packets .grid').waitFor();
    // Suggestions that are open keep the focus in the bar: the first Escape closes them, the second leaves the bar.
    for (let i = 0; i < 2 && (await page.locator('#filter:focus').count()) > 0; i++)
      await page.keyboard.press('Escape');
    // By its button: Enter in the bar would take a suggestion that is still offered from the part before.
    const clear = page.locator('.filter-bar').getByRole('button', { name: 'Clear the filter' });
    if ((await clear.count()) > 0) await clear.click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#filter')!.value === '');
    // The bar is empty before the rows of the new order are there.
    await page.waitForTimeout(250);
    await page.locator('.grid').focus();
  }

  /** Packets that tshark lets through, by number. */
  tshark(filter: string): readonly number[] {
    const known = this.counted.get(filter);
    if (known !== undefined) return known;
    const done = spawnSync(
      'tshark',
      ['-n', '-2', '-r', this.capture, '-Y', filter, '-T', 'fields', '-e', 'frame.number'],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    must(done.status === 0, `tshark refuses ${filter}: ${done.stderr.split('\n').at(-2) ?? ''}`);
    const numbers = done.stdout.split('\n').filter(Boolean).map(Number);
    this.counted.set(filter, numbers);
    return numbers;
  }

  /** Applies a filter and says how many packets or flows it lets through. */
  async count(filter: string): Promise<number> {
    const { page } = this;
    const field = page.locator('#filter');
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
   */
  async same(filter: string, other = filter): Promise<void> {
    const wanted = this.tshark(other);
    must(wanted.length > 0, `the trial itself is wrong: tshark finds nothing for ${other}`);
    const count = await this.count(filter);
    must(count === wanted.length, `${filter} lets ${count} packets through, tshark ${wanted.length}`);
    await this.page.locator('.grid').press('Home');
    const first = wanted.slice(0, 5).join();
    await this.page
      .waitForFunction((f) => {
        const rows = [...document.querySelectorAll('.grid-row:not([hidden], .alert)')];
        const by = (e: Element): number => Number(e.getAttribute('aria-rowindex'));
        const numbers = rows.toSorted((a, b) => by(a) - by(b)).map((r) => r.querySelector('.c-no')?.textContent);
        return numbers.slice(0, f.split(',').length).join().replaceAll(/\s/g, '') === f;
      }, first)
      .catch(() => {
        throw new Error(`${filter} shows other packets than tshark's, which begin ${first}`);
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

  /** Runs what the palette has for these words, or says that there is nothing. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.locator('.palette-field').fill(words);
    if ((await this.page.locator('#palette-list li').count()) === 0) {
      await this.page.keyboard.press('Escape');
      throw new Error(`no command is called '${words}'`);
    }
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
    await page.locator('.stat-row, .stats-plain, .u-over, .seq-row').first().waitFor({ timeout: 30_000 });
  }

  /** Cells of the rows of a table, in their order. */
  table(): Promise<string[][]> {
    return this.page
      .locator('.stat-row')
      .evaluateAll((rows) =>
        rows
          .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => [...row.children].map((c) => c.textContent ?? '')),
      );
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
}
