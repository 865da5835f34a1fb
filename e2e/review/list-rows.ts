// Rows of the review about the packet list and finding in it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setting } from './acts.ts';
import { fieldOf, type Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const list = rowsOf('wireshark', 'List');
const find = rowsOf('wireshark', 'Find');

/** The digits before the point may be grouped. */
const grouped = (digits: string): string => digits.replace('.', '\\.').replace(/\d(?=(\d{3})+\\)/g, '$&,?');

async function comment(k: Kit, no: number, text: string): Promise<void> {
  await k.goTo(no);
  await k.page.locator('.grid').press('Control+Alt+c');
  await k.page.locator('dialog textarea:focus').waitFor();
  await k.page.keyboard.type(text);
  await k.page.locator('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await k.page.locator('.packet-comments li', { hasText: text }).waitFor();
}

export const LIST_ROWS: readonly Trial[] = [
  list('selecting several, Ctrl+C of a row', 'mixed', {
    'Shift and Ctrl with a click, copied': async (k) => {
      await k.page.locator('.grid').press('Home');
      await k.cell('4', 'info').click();
      await k.cell('7', 'info').click({ modifiers: ['Shift'] });
      await k.cell('9', 'info').click({ modifiers: ['Control'] });
      const text = await k.copied(() => k.page.locator('.grid').press('Control+c'));
      const numbers = text
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0]);
      must(numbers.join() === '4,5,6,7,9', `copied are rows ${numbers.join()}`);
    },
    'one row as text': async (k) => {
      await k.cell('5', 'info').click();
      const text = await k.copied(() => k.page.locator('.grid').press('Control+c'));
      must(text.startsWith('5\t') && text.includes('fox.test'), text);
    },
  }),
  list(
    'mark, ignore',
    'mixed',
    {
      'Ctrl+M, and the mark can be filtered': async (k) => {
        await k.goTo(6);
        await k.page.locator('.grid').press('Control+m');
        await k.page.locator('.grid-row.marked').waitFor();
        must((await k.count('frame.marked == 1')) === 1, 'the filter finds another number');
      },
      'Ctrl+D, and no longer': async (k) => {
        await k.goTo(7);
        await k.page.locator('.grid').press('Control+d');
        await k.page.locator('.grid-row .c-info', { hasText: '<Ignored>' }).first().waitFor();
        must((await k.count('frame.ignored == 1')) === 1, 'the filter finds another number');
        await k.anew();
        await k.goTo(7);
        await k.page.locator('.grid').press('Control+d');
        await k.page.locator('.grid-row .c-info', { hasText: '<Ignored>' }).first().waitFor({ state: 'detached' });
      },
      'several at once, and the next of them': async (k) => {
        await k.goTo(1);
        await k.cell('4', 'info').click();
        await k.cell('7', 'info').click({ modifiers: ['Shift'] });
        await k.page.locator('.grid').press('Control+m');
        await k.page.locator('.toast', { hasText: '4 packets marked.' }).waitFor();
        await k.cell('5', 'info').click();
        await k.command('Next marked packet');
        await k.page.locator('.pane-head h2', { hasText: /^Packet 6$/ }).waitFor();
        const count = await k.count('frame.marked == 1');
        must(count === 4, `${count} are marked`);
        return '4 marked together';
      },
      'all that are displayed': async (k) => {
        const wanted = k.tshark('dns').length;
        await k.count('dns');
        await k.command('Mark all displayed');
        await k.page.locator('.toast', { hasText: `${wanted} packets marked.` }).waitFor();
        await k.anew();
        const count = await k.count('frame.marked == 1 and dns');
        must(count === wanted && (await k.count('frame.marked == 1')) === wanted, `${count} of ${wanted} are marked`);
        return `${count} packets of dns`;
      },
    },
    { apart: true },
  ),
  list(
    'time reference, time shift',
    'mixed',
    {
      'a packet becomes the reference, times count from it, in the tree too': async (k) => {
        const since = (no: number): number => Number(k.field(no, 'frame.time_relative'));
        const [from, to] = [k.tshark('tcp.port == 80')[0]!, k.tshark('tcp.port == 80')[4]!];
        await k.goTo(from);
        await k.page.locator('.grid').press('Control+t');
        await k
          .cell(String(from), 'time')
          .filter({ hasText: /^\*REF\*$/ })
          .waitFor();
        const wanted = (since(to) - since(from)).toFixed(6);
        await k
          .cell(String(to), 'time')
          .filter({ hasText: new RegExp(`^${wanted.replace('.', '\\.')}`) })
          .waitFor();
        await k.goTo(to);
        await k.node(new RegExp(`Time since reference or first frame: ${wanted.replace('.', '\\.')}`));
        return `packet ${to} is ${wanted} s after packet ${from}, as by tshark's times`;
      },
      'references are filtered, gone to, and taken away': async (k) => {
        await k.goTo(20);
        await k.page.locator('.grid').press('Control+t');
        await k.goTo(30);
        await k.cell('30', 'info').click({ button: 'right' });
        await k.choose('Set time reference');
        must((await k.count('frame.ref_time')) === 2, 'the filter finds another number');
        await k.anew();
        await k.goTo(21);
        await k.command('Next time reference');
        await k.page.locator('.pane-head h2', { hasText: /^Packet 30$/ }).waitFor();
        await k.command('Take all time references away');
        await k.page.waitForFunction(() => !document.body.textContent!.includes('*REF*'));
      },
      'all packets are shifted, as editcap -t shifts them, and back': async (k) => {
        const path = join(k.folder, 'shifted.pcap');
        const made = spawnSync('editcap', ['-F', 'pcap', '-t', '3600.5', k.capture, path], { encoding: 'utf8' });
        must(made.status === 0, `editcap: ${made.stderr}`);
        const times = fieldOf(path, 'frame.time_epoch');
        await k.command('Time shift');
        const dialog = k.page.locator('dialog');
        await dialog.getByLabel('Offset').fill('01:00:00.5');
        await dialog.getByRole('button', { name: 'Shift', exact: true }).click();
        await dialog.waitFor({ state: 'detached' });
        await setting(k, 'time', 'Epoch');
        for (const no of [1, 50, 120]) {
          await k.goTo(no);
          const wanted = Number(times[no - 1]).toFixed(6);
          const shown = k.cell(String(no), 'time').filter({ hasText: new RegExp(`^${grouped(wanted)}`) });
          await shown.waitFor();
        }
        const limit = Number(times[59]);
        const later = times.filter((t) => Number(t) >= limit).length;
        const count = await k.count(`frame.time_epoch >= ${times[59]}`);
        must(count === later, `${count} packets are later than packet 60, in editcap's file ${later}`);
        await k.anew();
        await k.command('Time shift');
        await dialog.getByRole('button', { name: 'Undo all shifts' }).click();
        await dialog.waitFor({ state: 'detached' });
        await k.goTo(1);
        const back = grouped(Number(k.field(1, 'frame.time_epoch')).toFixed(6));
        await k
          .cell('1', 'time')
          .filter({ hasText: new RegExp(`^${back}`) })
          .waitFor();
        return 'packets 1, 50 and 120 an hour and half a second later';
      },
    },
    { apart: true },
  ),
  list(
    'packet comments (write)',
    'mixed',
    {
      'written by keys, shown and filtered': async (k) => {
        await comment(k, 5, 'asked <b>for</b> the fox');
        await k.page.locator('.grid-row.commented .c-no', { hasText: /^5$/ }).waitFor();
        const count = await k.count('frame.comment contains "fox"');
        must(count === 1, `the filter finds ${count} packets`);
      },
      'saved in the file, where tshark reads it': async (k) => {
        await comment(k, 6, 'the answer of 10.0.0.53');
        const path = await k.saveBy('All packets as pcapng', /packets? (are )?saved/);
        const said = fieldOf(path, 'frame.comment').map((text, i) => `${i + 1} ${text}`);
        const wanted = said.filter((text) => !/^\d+ $/.test(text));
        must(wanted.join() === '6 the answer of 10.0.0.53', `tshark reads ${wanted.join('; ')}`);
        return 'tshark reads it at packet 6';
      },
      'read out of a file that another tool wrote': async (k) => {
        const path = `${k.folder}/commented.pcapng`;
        const made = spawnSync('editcap', ['-a', '9:by editcap', k.mixed, path], { encoding: 'utf8' });
        must(made.status === 0, `editcap: ${made.stderr}`);
        await k.drop([path]);
        await k.page.locator('.source-name', { hasText: 'commented' }).waitFor();
        await k.app.settled();
        await k.goTo(9);
        await k.page.locator('.packet-comments li', { hasText: 'by editcap' }).waitFor();
        const count = await k.count('frame.comment == "by editcap"');
        must(count === 1, `the filter finds ${count} packets`);
      },
      'taken away': async (k) => {
        await comment(k, 4, 'not for long');
        await k.page.locator('.packet-comments button').click();
        await k.page.locator('dialog textarea').fill('');
        await k.page.locator('dialog').getByRole('button', { name: 'Save', exact: true }).click();
        await k.page.locator('.packet-comments').waitFor({ state: 'detached' });
      },
    },
    { apart: true },
  ),
  list('time formats', 'mixed', {
    'each that Settings has changes the column, and none is cut': async (k) => {
      await k.page.locator('.grid').press('Home');
      for (const [name, form] of [
        ['Date, UTC', /^2023-11-14 22:13:20\.\d+Z?$/],
        ['Date, local', /^2023-11-1\d \d\d:\d\d:\d\d\.\d+$/],
        ['Local', /^\d\d:\d\d:\d\d\.\d+$/],
        ['UTC', /^22:13:20\.\d+Z?$/],
        ['Since previous', /^0\.010000\d*$/],
        ['Epoch', /^1,?700,?000,?000\.\d+$/],
        ['Since start', /^0\.0[34]0*\d*$/],
      ] as const) {
        await k.command('settings');
        await k.page.getByLabel('Time column').selectOption({ label: name });
        await k.page.keyboard.press('Escape');
        await k.page.locator('dialog').waitFor({ state: 'detached' });
        const cell = k.cell('5', 'time');
        await cell
          .filter({ hasText: form })
          .waitFor()
          .catch(async () => {
            throw new Error(`${name} shows '${await cell.innerText()}'`);
          });
        const over = await cell.evaluate((e) => e.scrollWidth - e.clientWidth);
        must(over <= 0, `${name} is cut by ${over} px`);
      }
    },
  }),
  list('next and previous in conversation, J K', 'mixed', {
    'Ctrl+. and Ctrl+, stay in the conversation': async (k) => {
      const no = await k.goToFirst('tcp.port == 502');
      await k.page.locator('.grid').press('Control+.');
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no + 1}` }).waitFor();
      await k.page.locator('.grid').press('Control+,');
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
    },
    'J and K go to the neighbours': async (k) => {
      await k.goTo(10);
      await k.page.locator('.grid').press('j');
      await k.page.locator('.pane-head h2', { hasText: 'Packet 11' }).waitFor();
      await k.page.locator('.grid').press('k');
      await k.page.locator('.pane-head h2', { hasText: 'Packet 10' }).waitFor();
    },
  }),
  list('go to packet, first, last', 'sample', {
    'the card beside is of the flow of the packet gone to': async (k) => {
      for (const no of [4, 16, 1000]) {
        const record = k.cli('packets', '-Y', `frame.number == ${no}`, '--json', k.capture).stdout;
        const flow = /"flow":(\d+|null)/.exec(record)?.[1];
        must(flow !== undefined, 'the command line tells no flow');
        await k.goTo(no);
        await k.page
          .locator('.flow-card', {
            hasText: flow === 'null' ? 'no flow' : `Flow ${Number(flow).toLocaleString('en-US')} ›`,
          })
          .waitFor();
      }
    },
    'first and last': async (k) => {
      await k.page.keyboard.press('Control+End');
      await k.page.locator('.pane-head h2', { hasText: 'Packet 1,066' }).waitFor();
      await k.page.keyboard.press('Control+Home');
      await k.page.locator('.pane-head h2', { hasText: /^Packet 1$/ }).waitFor();
    },
  }),
  find('text, bytes, display filter', 'mixed', {
    'text in list, details and bytes': async (k) => {
      for (const [within, text, filter] of [
        ['list', 'not found', 'http.response.code == 404'],
        ['details', 'status code: 404', 'http.response.code == 404'],
        ['bytes', 'MAIL from', 'smtp.req.command == "MAIL"'],
      ] as const)
        await found(k, { what: 'text', within, text, filter });
    },
    'bytes as hex digits': (k) => found(k, { what: 'hex', text: '4d 51 54 54', filter: 'mqtt' }),
    'display filter': (k) =>
      found(k, { what: 'filter', text: 'modbus.func_code == 3', filter: 'modbus.func_code == 3' }),
    'case and regular expression': async (k) => {
      await k.page.locator('.grid').press('Home');
      await k.page.keyboard.press('Control+f');
      await k.page.locator('.find-bar').getByLabel('Find in').selectOption('bytes');
      await k.page.locator('.find-bar').getByRole('button', { name: 'Regular expression' }).click();
      await k.page.locator('#find-text').fill('RETR [a-z]+\\.txt');
      await k.page.locator('#find-text').press('Enter');
      const wanted = k.tshark('ftp.request.command == "RETR"')[0]!;
      await k.page.locator('.pane-head h2', { hasText: `Packet ${wanted}` }).waitFor();
      await k.page.locator('.find-bar').getByRole('button', { name: 'Match case' }).click();
      await k.page.locator('#find-text').fill('retr [a-z]+\\.txt');
      await k.page.locator('#find-text').press('Enter');
      await k.page.locator('.find-bar [role="status"]', { hasText: 'No packet' }).waitFor();
      await k.page.locator('.find-bar').getByRole('button', { name: 'Regular expression' }).click();
      await k.page.locator('.find-bar').getByRole('button', { name: 'Match case' }).click();
    },
    'the bar covers nothing of the list': async (k) => {
      await k.page.keyboard.press('Control+f');
      const bar = (await k.page.locator('.find-bar').boundingBox())!;
      const grid = (await k.page.locator('.packets .grid').boundingBox())!;
      must(bar.y + bar.height <= grid.y + 1 || bar.y >= grid.y + grid.height, 'it stands over the rows');
    },
  }),
];

async function found(
  k: Kit,
  o: { readonly what: string; readonly within?: string; readonly text: string; readonly filter: string },
): Promise<void> {
  const wanted = k.tshark(o.filter)[0];
  must(wanted !== undefined, `the trial itself is wrong: tshark finds nothing for ${o.filter}`);
  await k.page.locator('.grid').press('Control+Home');
  await k.page.locator('.pane-head h2', { hasText: /^Packet 1$/ }).waitFor();
  await k.page.keyboard.press('Control+f');
  const bar = k.page.locator('.find-bar');
  await bar.getByLabel('Find what').selectOption(o.what);
  if (o.within !== undefined) await bar.getByLabel('Find in').selectOption(o.within);
  await k.page.locator('#find-text').fill(o.text);
  await k.page.locator('#find-text').press('Enter');
  await k.page
    .locator('.pane-head h2', { hasText: new RegExp(`^Packet ${wanted}$`) })
    .waitFor()
    .catch(async () => {
      const at = await k.page.locator('.pane-head h2').first().innerText();
      const status = await bar.locator('[role="status"]').innerText();
      throw new Error(`'${o.text}' in ${o.within ?? o.what} leads to ${at} and not to ${wanted}: ${status}`);
    });
  await bar.getByLabel('Find what').selectOption('text');
  await k.page.keyboard.press('Escape');
}
