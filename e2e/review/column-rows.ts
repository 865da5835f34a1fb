// Rows of the review about colours and columns of the packet list.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness.ts';
import { setting } from './acts.ts';
import { fieldOf, type Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const colour = rowsOf('wireshark', 'Colour');
const columns = rowsOf('wireshark', 'Columns');

const heads = (k: Kit): Promise<string[]> =>
  k.page.locator('.packets .head').evaluateAll((all) => all.map((h) => (h as HTMLElement).dataset['column']!));

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A column of every row, as the window copies it. */
async function copiedColumn(k: Kit, column: number): Promise<string[]> {
  const { page } = k;
  await page.locator('.grid').press('Home');
  await page.locator('.grid').press('Shift+End');
  const text = await k.copied(() => page.locator('.grid').press('Control+c'));
  const lines = text.replace(/\n$/, '').split('\n');
  must(lines.length === k.packets(), `${lines.length} rows copied of ${k.packets()}`);
  return lines.map((line) => plain(line.split('\t')[column] ?? ''));
}

/** A column of every row, as the bundled Wireshark has it. */
function columnOfEngine(k: Kit, column: number): string[] {
  const script = join(ROOT, 'bench', 'review', 'engine-column.ts');
  const said = execFileSync(process.execPath, [script, k.capture, String(column)], { encoding: 'utf8' });
  return JSON.parse(said) as string[];
}

/** Fails with the first texts that differ. @param known whether a difference has a name */
function held(
  own: readonly string[],
  others: readonly string[],
  whose: string,
  known?: (a: string, b: string) => boolean,
): number {
  const differ = own.flatMap((text, i) =>
    text === plain(others[i]!) ? [] : [{ text, other: plain(others[i]!), no: i + 1 }],
  );
  const strange = differ.filter(({ text, other }) => known?.(text, other) !== true);
  const first = strange.slice(0, 2).map((d) => `packet ${d.no}: '${d.text}', ${whose} '${d.other}'`);
  must(strange.length === 0, `${strange.length} of ${own.length} rows differ, the first ${first.join('; ')}`);
  return differ.length;
}

/** Info that 4.0 words otherwise than 4.4, or that needs br undone, which the bundled engine was built without. */
const OTHERWISE = (own: string, tsharks: string): boolean =>
  (own.includes('[TCP PDU reassembled in') && tsharks.includes('[TCP segment of a reassembled PDU]')) ||
  `${own} (text/html)` === tsharks ||
  own === `${tsharks} | .`;

/** Ground and text of each of Wireshark's default rules, as #rrggbb on #rrggbb, by its name. */
function rulesOfWireshark(): Map<string, string> {
  const hex = (channels: string): string =>
    `#${channels
      .split(',')
      .map((c) => (Number(c) >> 8).toString(16).padStart(2, '0'))
      .join('')}`;
  return new Map(
    readFileSync('/usr/share/wireshark/colorfilters', 'utf8')
      .split('\n')
      .map((line) => /^@([^@]+)@.*@\[([\d,]+)\]\[([\d,]+)\]$/.exec(line))
      .filter((m) => m !== null)
      .map((m) => [m[1]!, `${hex(m[3]!)} on ${hex(m[2]!)}`]),
  );
}

/** Colours of every row of the list, by packet number, once they have come. */
async function colours(k: Kit, packets: number): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const { page } = k;
  const grid = page.locator('.packets .grid');
  await grid.press('Home');
  for (let turn = 0; turn < packets && found.size < packets; turn++) {
    await page
      .waitForFunction(
        () => document.querySelector('.grid-row:not([hidden], .alert, .coloured) .c-no') === null,
        undefined,
        { timeout: 2_000 },
      )
      .catch(() => undefined);
    const rows = await page.locator('.grid-row:not([hidden], .alert)').evaluateAll((all) =>
      all.map((row) => {
        const { style } = row as HTMLElement;
        return {
          no: Number(row.querySelector('.c-no')!.textContent!.replaceAll(',', '')),
          colours: `${style.getPropertyValue('--row-text')} on ${style.getPropertyValue('--row-ground')}`,
        };
      }),
    );
    for (const row of rows) found.set(row.no, row.colours);
    await grid.press('PageDown');
    await page.waitForTimeout(120);
  }
  return found;
}

/** The time to live of IP as a column, by way of its line in the tree. */
async function columnOfTree(k: Kit): Promise<void> {
  if ((await heads(k)).includes('ip.ttl')) return;
  await k.goToFirst('tcp.port == 1883');
  await (await k.node('Time to Live')).click({ button: 'right' });
  await k.choose('Apply as column');
  await k.page.locator('.head[data-column="ip.ttl"]').waitFor();
}

export const COLUMN_ROWS: readonly Trial[] = [
  colour('colouring rules', 'mixed', {
    'every row has the colours of the rule that tshark finds for it': async (k) => {
      // The light theme has Wireshark's own; the dark one changes them for the eye.
      await k.command('light');
      const rules = rulesOfWireshark();
      const wanted = fieldOf(k.capture, 'frame.coloring_rule.name', '--color').map((name) => rules.get(name) ?? name);
      const shown = await colours(k, wanted.length);
      const differ = wanted.flatMap((w, i) =>
        shown.get(i + 1) === w ? [] : [`packet ${i + 1}: ${shown.get(i + 1)}, ${w}`],
      );
      must(differ.length === 0, `${differ.length} of ${wanted.length} rows differ: ${differ.slice(0, 3).join('; ')}`);
      return `${wanted.length} rows, ${new Set(wanted).size} colours, as tshark`;
    },
    'rules are turned off': async (k) => {
      await setting(k, 'colours', 'None');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor({ state: 'detached' });
      await setting(k, 'colours', 'Wireshark');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor();
    },
    'a rule is made, stands before the others, and is turned off': async (k) => {
      await k.command('light');
      await k.command('Colouring rules');
      const dialog = k.page.locator('dialog');
      await dialog.getByRole('button', { name: 'Add rule' }).click();
      const rule = dialog.locator('.colouring-rules > li').first();
      await rule.getByLabel('Name of the rule').fill('Mail');
      await rule.getByLabel('Filter of').fill('smtp');
      await rule.getByLabel('Ground of').fill('#123456');
      await rule.getByLabel('Text of').fill('#fafafa');
      await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const own = async (): Promise<number[]> =>
        [...(await colours(k, k.packets()))]
          .filter(([, colour]) => colour === '#fafafa on #123456')
          .map(([no]) => no)
          .toSorted((a, b) => a - b);
      // The engine reads its rules as it begins: it begins anew.
      const wanted = k.tshark('smtp');
      let shown: readonly number[] = [];
      for (let i = 0; i < 12 && shown.join() !== wanted.join(); i++) {
        await k.page.waitForTimeout(1_000);
        shown = await own();
      }
      must(shown.join() === wanted.join(), `its colours have ${shown.join()}, smtp is ${wanted.join()}`);
      await k.command('Colouring rules');
      await dialog.locator('.colouring-rules > li').first().getByRole('checkbox').uncheck();
      await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      for (let i = 0; i < 12 && (await own()).length > 0; i++) await k.page.waitForTimeout(1_000);
      must((await own()).length === 0, 'the rule holds although it is off');
      return `${wanted.length} rows of smtp`;
    },
  }),
  colour('colour a conversation', 'mixed', {
    'the rows of a conversation take its colour, others do not': async (k) => {
      const no = await k.goToFirst('tcp.port == 1883');
      await k.cell(String(no), 'info').click({ button: 'right' });
      await k.choose('Colour conversation', 'Green');
      await k.page.waitForTimeout(300);
      const grounds = (filter: string): Promise<string[]> =>
        k.app.filter(filter).then(async () => {
          await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor();
          await k.page.waitForTimeout(300);
          return k.page
            .locator('.grid-row:not([hidden], .selected)')
            .evaluateAll((rows) => rows.map((r) => (r as HTMLElement).style.getPropertyValue('--row-ground')));
        });
      let [own, other] = [new Set<string>(), new Set<string>()];
      for (let i = 0; i < 8 && (own.size !== 1 || other.has([...own][0]!)); i++) {
        await k.page.waitForTimeout(500);
        own = new Set(await grounds('tcp.port == 1883'));
        other = new Set(await grounds('tcp.port == 502'));
      }
      must(own.size === 1 && !other.has([...own][0]!), `own ${[...own].join()}, other ${[...other].join()}`);
    },
  }),
  columns('sort', 'mixed', {
    'by length, up and down, and as captured again': async (k) => {
      const head = k.page.locator('.head-button', { hasText: 'Length' });
      const lengths = async (): Promise<number[]> => {
        await k.page.locator('.grid').press('Home');
        await k.page.waitForTimeout(400);
        return k.page
          .locator('.grid-row:not([hidden], .alert)')
          .evaluateAll((rows) =>
            rows
              .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
              .map((r) => Number(r.querySelector('.c-length')!.textContent!.replace(',', ''))),
          );
      };
      const before = await lengths();
      await head.click();
      await k.page.locator('.head-sort[aria-label="ascending"]').waitFor();
      const up = await lengths();
      must(up.length > 10 && up.every((n, i) => i === 0 || n >= up[i - 1]!), `upwards: ${up.join()}`);
      await head.click();
      await k.page.locator('.head-sort[aria-label="descending"]').waitFor();
      const down = await lengths();
      must(
        down.every((n, i) => i === 0 || n <= down[i - 1]!),
        `downwards: ${down.join()}`,
      );
      await head.click();
      const again = await lengths();
      must(
        again.slice(0, 10).join() === before.slice(0, 10).join(),
        `${again.join()} after a third click, not ${before.join()}`,
      );
    },
  }),
  columns('resize', 'mixed', {
    'drag at the edge, kept after a reload': async (k) => {
      const head = k.page.locator('.head[data-column="source"]');
      const edge = (await head.locator('.head-edge').boundingBox())!;
      const before = (await head.boundingBox())!.width;
      await k.page.mouse.move(edge.x + edge.width / 2, edge.y + 5);
      await k.page.mouse.down();
      await k.page.mouse.move(edge.x + edge.width / 2 + 70, edge.y + 5, { steps: 5 });
      await k.page.mouse.up();
      const after = (await head.boundingBox())!.width;
      must(after > before + 50, `${before} px before, ${after} px after a drag by 70`);
      await k.page.reload();
      await k.app.settled();
      const kept = (await head.boundingBox())!.width;
      must(Math.abs(kept - after) < 2, `${after} px before the reload, ${kept} px after`);
    },
  }),
  columns('add, remove, reorder, custom field column', 'mixed', {
    'a line of the tree becomes a column, which has tshark’s values': async (k) => {
      await columnOfTree(k);
      const values = fieldOf(k.capture, 'ip.ttl');
      for (const no of [1, 20, 60, 100, 120]) {
        await k.goTo(no);
        const wanted = new RegExp(`^${values[no - 1]!}$`);
        await k.cell(String(no), 'ip.ttl').filter({ hasText: wanted }).waitFor();
      }
      return 'ip.ttl of packets 1, 20, 60, 100 and 120';
    },
    'it is moved by keys and by the mouse': async (k) => {
      await columnOfTree(k);
      await k.page.locator('.head[data-column="ip.ttl"] .head-button').focus();
      await k.page.keyboard.press('Alt+Shift+ArrowLeft');
      must((await heads(k)).slice(-3).join() === 'ip.ttl,length,info', (await heads(k)).join());
      await k.page.locator('.head[data-column="destination"]').dragTo(k.page.locator('.head[data-column="source"]'));
      const now = await heads(k);
      must(now.indexOf('destination') < now.indexOf('source'), now.join());
    },
    'any field by its name, kept after a reload, and removed': async (k) => {
      await k.page.locator('.head[data-column="length"]').click({ button: 'right' });
      await k.choose('Add column');
      await k.page.locator('dialog input').first().fill('tcp.stream');
      await k.page.keyboard.press('Enter');
      const head = k.page.locator('.head[data-column="tcp.stream"]');
      await head.waitFor();
      await k.page.reload();
      await k.app.settled();
      const no = await k.goToFirst('tcp.stream == 3');
      await k.cell(String(no), 'tcp.stream').filter({ hasText: /^3$/ }).waitFor();
      await head.click({ button: 'right' });
      await k.choose('Remove column');
      await head.waitFor({ state: 'detached' });
      return `tcp.stream of packet ${no} is 3, as tshark`;
    },
    'all as at first': async (k) => {
      await k.page.locator('.head[data-column="length"]').click({ button: 'right' });
      await k.choose('Hide column');
      must(!(await heads(k)).includes('length'), 'the column is there still');
      await k.page.locator('.head[data-column="source"]').click({ button: 'right' });
      await k.choose('Columns as they were at first');
      must(
        (await heads(k)).join() === 'verdict,no,time,source,destination,protocol,length,info',
        (await heads(k)).join(),
      );
    },
  }),
  columns('Info as in Wireshark', 'mixed', {
    'every row has the bundled Wireshark’s text (4.4), and tshark’s but for what 4.0 words otherwise': async (k) => {
      const own = await copiedColumn(k, 6);
      held(own, columnOfEngine(k, 6), 'the engine');
      const otherwise = held(own, fieldOf(k.capture, '_ws.col.Info'), 'tshark', OTHERWISE);
      must(otherwise <= 3, `${otherwise} rows are worded otherwise`);
      return `${own.length} rows; tshark 4.0 words ${otherwise} otherwise (segments, mail, br, which is not undone)`;
    },
  }),
  columns('Protocol as in Wireshark', 'mixed', {
    'every row, FTP-DATA among them': async (k) => {
      const own = await copiedColumn(k, 4);
      held(own, fieldOf(k.capture, '_ws.col.Protocol'), 'tshark');
      must(own.includes('FTP-DATA'), 'no row is FTP-DATA');
      return `${own.length} rows, as tshark`;
    },
  }),
];
