// Rows of the review about colours, columns, the list, finding, the tree and the bytes.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const colour = rowsOf('wireshark', 'Colour');
const columns = rowsOf('wireshark', 'Columns');
const list = rowsOf('wireshark', 'List');
const find = rowsOf('wireshark', 'Find');
const tree = rowsOf('wireshark', 'Tree');
const bytes = rowsOf('wireshark', 'Bytes');

const heads = (k: Kit): Promise<string[]> =>
  k.page.locator('.packets .head').evaluateAll((all) => all.map((h) => (h as HTMLElement).dataset['column']!));

/** Fails unless a command is there; then it says that what it does is not tried. */
export async function command(k: Kit, words: string, otherwise: string): Promise<void> {
  const found = await k.palette(words);
  must(found.length > 0, otherwise);
  throw new Error(`there is '${found[0]}', which is not tried here`);
}

/** A column of every row, as the window copies it and as tshark prints it. @returns the rows that differ */
async function differing(k: Kit, column: number, field: string): Promise<{ rows: number; differ: string[] }> {
  const { page } = k;
  await page.locator('.grid').press('Home');
  await page.locator('.grid').press('Shift+End');
  const text = await k.copied(() => page.locator('.grid').press('Control+c'));
  await page.locator('.grid').press('Home');
  const done = spawnSync('tshark', ['-n', '-2', '-r', k.capture, '-T', 'fields', '-e', field], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const wanted = done.stdout.replace(/\n$/, '').split('\n');
  const shown = text.replace(/\n$/, '').split('\n');
  must(shown.length === wanted.length, `${shown.length} rows copied, tshark has ${wanted.length}`);
  const plain = (t: string): string => t.replaceAll(/\s+/g, ' ').trim();
  const differ = shown.flatMap((line, i) => {
    const said = plain(line.split('\t')[column] ?? '');
    return said === plain(wanted[i]!) ? [] : [`packet ${i + 1}: '${said}', tshark '${plain(wanted[i]!)}'`];
  });
  return { rows: shown.length, differ };
}

async function columnIsTsharks(k: Kit, column: number, field: string): Promise<void> {
  const { rows, differ } = await differing(k, column, field);
  must(differ.length === 0, `${differ.length} of ${rows} rows differ, the first ${differ.slice(0, 2).join('; ')}`);
}

async function setting(k: Kit, group: string, choice: string): Promise<void> {
  await k.command('settings');
  await k.page.locator(`[aria-labelledby="setting-${group}"] button`, { hasText: choice }).click();
  await k.page.keyboard.press('Escape');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}

/** Gives the key log of the made capture. */
export async function giveKeys(k: Kit): Promise<void> {
  await k.command('tls-keys');
  await k.page.locator('dialog textarea').fill(k.keys);
  await k.page.getByRole('button', { name: 'Use these keys' }).click();
  await k.page.locator('.key-state', { hasText: /\d keys?/ }).waitFor();
  await k.page.keyboard.press('Escape');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}

export const LIST_ROWS: readonly Trial[] = [
  colour('colouring rules', 'mixed', {
    'Wireshark’s default rules colour the rows': async (k) => {
      await k.app.filter('tcp.analysis.flags');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor();
      const ground = (): Promise<string> =>
        k.page
          .locator('.grid-row.coloured:not([hidden])')
          .first()
          .evaluate((e) => getComputedStyle(e).backgroundColor);
      const bad = await ground();
      await k.app.filter('dhcp');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor();
      must(bad !== (await ground()), `a retransmission and DHCP both stand on ${bad}`);
    },
    'rules are turned off': async (k) => {
      await setting(k, 'colours', 'None');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor({ state: 'detached' });
      await setting(k, 'colours', 'Wireshark');
      await k.page.locator('.grid-row.coloured:not([hidden])').first().waitFor();
    },
    'a rule is made and changed': async (k) => {
      const wears = (filter: string, ground: string): Promise<unknown> =>
        k.app.filter(filter).then(() =>
          k.page.waitForFunction((to) => {
            const rows = document.querySelectorAll<HTMLElement>('.grid-row.coloured:not([hidden])');
            return rows.length > 0 && [...rows].every((r) => r.style.getPropertyValue('--row-ground') === to);
          }, ground),
        );
      const rule = k.page.locator('.colouring-rules > li').first();
      await k.command('colouring rules');
      await k.page.locator('.colouring-rules > li').nth(20).waitFor();
      await k.page.getByRole('button', { name: 'Add rule' }).click();
      await k.page.keyboard.type('one port');
      await rule.locator('.rule-filter').fill('tcp.port == 1883');
      await rule.locator('input[type="color"]').last().fill('#103060');
      await k.page.getByRole('button', { name: 'Apply', exact: true }).click();
      await wears('tcp.port == 1883', '#103060');
      await k.command('colouring rules');
      await k.page.locator('.colouring-rules > li').nth(21).waitFor();
      await rule.locator('input[type="color"]').last().fill('#204010');
      await k.page.getByRole('button', { name: 'Apply', exact: true }).click();
      await wears('tcp.port == 1883', '#204010');
      await k.command('colouring rules');
      await k.page.locator('.colouring-rules > li').nth(21).waitFor();
      await k.page.getByRole('button', { name: "Wireshark's own" }).click();
      await k.page.locator('.colouring-rules > li').nth(21).waitFor({ state: 'detached' });
      await k.page.keyboard.press('Escape');
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
      const own = new Set(await grounds('tcp.port == 1883'));
      const other = new Set(await grounds('tcp.port == 502'));
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
      const before = (await lengths()).join();
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
      must((await lengths()).join() === before, 'a third click does not bring the order of the capture');
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
    'a line of the tree becomes a column with its values': async (k) => {
      const no = await k.goToFirst('tcp.port == 1883');
      await (await k.node('Time to Live')).click({ button: 'right' });
      await k.choose('Apply as column');
      await k.cell(String(no), 'ip.ttl').filter({ hasText: /^64$/ }).waitFor();
    },
    'it is moved by keys and by the mouse': async (k) => {
      await k.page.locator('.head[data-column="ip.ttl"] .head-button').focus();
      await k.page.keyboard.press('Alt+Shift+ArrowLeft');
      must((await heads(k)).slice(-3).join() === 'ip.ttl,length,info', (await heads(k)).join());
      await k.page.locator('.head[data-column="destination"]').dragTo(k.page.locator('.head[data-column="source"]'));
      const now = await heads(k);
      must(now.indexOf('destination') < now.indexOf('source'), now.join());
    },
    'any field by its name, and removed': async (k) => {
      await k.page.locator('.head[data-column="length"]').click({ button: 'right' });
      await k.choose('Add column');
      await k.page.locator('dialog input').first().fill('tcp.stream');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.head[data-column="tcp.stream"]').waitFor();
      await k.page.locator('.head[data-column="tcp.stream"]').click({ button: 'right' });
      await k.choose('Remove column');
      await k.page.locator('.head[data-column="tcp.stream"]').waitFor({ state: 'detached' });
    },
    'all as at first': async (k) => {
      await k.page.locator('.head[data-column="length"]').click({ button: 'right' });
      await k.choose('Columns as they were at first');
      must(
        (await heads(k)).join() === 'verdict,no,time,source,destination,protocol,length,info',
        (await heads(k)).join(),
      );
    },
  }),
  columns('Info as in Wireshark', 'mixed', {
    'every row of the made capture': (k) => columnIsTsharks(k, 6, '_ws.col.Info'),
  }),
  columns('Protocol as in Wireshark', 'mixed', {
    'every row of the made capture, FTP-DATA among them': (k) => columnIsTsharks(k, 4, '_ws.col.Protocol'),
  }),
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
  list('mark, ignore', 'mixed', {
    'Ctrl+M, and the mark can be filtered': async (k) => {
      await k.goTo(6);
      await k.page.locator('.grid').press('Control+m');
      await k.page.locator('.grid-row.marked').waitFor();
      must((await k.count('frame.marked == 1')) === 1, 'the filter finds another number');
    },
    'Ctrl+D': async (k) => {
      await k.goTo(7);
      await k.page.locator('.grid').press('Control+d');
      await k.page.locator('.grid-row .c-info', { hasText: '<Ignored>' }).first().waitFor();
      await k.page.locator('.grid').press('Control+d');
      await k.page.locator('.grid-row .c-info', { hasText: '<Ignored>' }).first().waitFor({ state: 'detached' });
    },
  }),
  list('time reference, time shift', 'mixed', {
    'a packet becomes the reference of times': (k) => command(k, 'time reference', 'no command sets a time reference'),
    'times are shifted': (k) => command(k, 'time shift', 'no command shifts times'),
  }),
  list('packet comments (write)', 'mixed', {
    'a comment is written': (k) => command(k, 'comment', 'no command writes a comment of a packet'),
  }),
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
        await k.page.locator('[aria-labelledby="setting-time"]').getByRole('button', { name, exact: true }).click();
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
  tree('details by Wireshark’s engine, links, bytes both ways', 'mixed', {
    'the tree has the lines of tshark': async (k) => {
      const no = await k.goToFirst('dns.flags.rcode == 3');
      const layers = ['Frame', 'Ethernet II', 'Internet Protocol Version 4', 'User Datagram Protocol', 'Domain Name'];
      for (const layer of layers) await k.page.locator('.node', { hasText: layer }).first().waitFor();
      await k.node('Reply code: No such name (3)');
      must(no > 0, '');
    },
    'a line lights its bytes, a byte its line': async (k) => {
      await k.goToFirst('tcp.port == 1883');
      await (await k.node('Destination Port: 1883')).click();
      await k.page.locator('.hex-bytes i.lit').nth(1).waitFor();
      must((await k.page.locator('.hex-bytes i.lit').count()) === 2, 'another number of bytes than two is lit');
      await k.page.locator('.hex-bytes [data-at="22"]').click();
      await k.page.locator('.node.selected', { hasText: 'Time to Live' }).waitFor();
    },
    'a link leads to its packet': async (k) => {
      const answer = await k.goToFirst('dns.flags.response == 1');
      const question = await k.node(/Request In: \d+/);
      const to = /Request In: (\d+)/.exec(await question.innerText())![1]!;
      must(Number(to) < answer, `the answer ${answer} links to ${to}`);
      await question.click();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${to}$`) }).waitFor();
    },
  }),
  tree('expand all, copy value/field/description, export', 'mixed', {
    'unfold all and fold all': async (k) => {
      await k.goToFirst('dns');
      await k.page.locator('.node').first().click({ button: 'right' });
      await k.choose('Unfold all');
      await k.node('Stream index');
      await k.page.locator('[role="tree"]').evaluate((e) => e.scrollTo(0, 0));
      await k.page.waitForTimeout(100);
      await k.page.locator('.node').first().click({ button: 'right' });
      await k.choose('Fold all');
      await k.page.waitForFunction(
        () => document.querySelectorAll('.node').length < 10 && document.querySelectorAll('.node').length > 3,
      );
    },
    'value, field, description, filter': async (k) => {
      await k.goToFirst('dns');
      const line = await k.node('Time to Live');
      for (const [entry, wanted] of [
        ['Value', '64'],
        ['Field name', 'ip.ttl'],
        ['Description', 'Time to Live: 64'],
        ['As filter', 'ip.ttl == 64'],
      ] as const) {
        const text = await k.copied(async () => {
          await line.click({ button: 'right' });
          await k.choose('Copy', entry);
        });
        must(text === wanted, `${entry} copies '${text}'`);
      }
    },
    'all lines go out as text': async (k) => {
      await k.goToFirst('dns');
      const text = await k.copied(async () => {
        await k.page.locator('.node').first().click({ button: 'right' });
        await k.choose('Copy', 'All lines');
      });
      must(/^Frame [\s\S]*Time to Live: 64[\s\S]*Name: fox\.test/m.test(text), text.slice(0, 80));
    },
  }),
  bytes('hex, copy', 'mixed', {
    'as dump, digits, text, Base64 and C': async (k) => {
      await k.goToFirst('mqtt');
      for (const [entry, wanted] of [
        ['Bytes as hex dump', /^0000 +02 00 00/],
        ['Bytes as hex digits', /^020000000002/],
        ['Bytes as text', /MQTT/],
        ['Bytes as Base64', /^AgAAAAAC/],
        ['Bytes as C array', /0x02, 0x00/],
      ] as const) {
        const text = await k.copied(async () => {
          await k.page.locator('.hex-line').first().click({ button: 'right' });
          await k.choose(entry);
        });
        must(wanted.test(text), `${entry} copies '${text.slice(0, 40)}'`);
      }
    },
    'as bits': async (k) => {
      await k.goToFirst('mqtt');
      await k.page.getByRole('button', { name: 'Bits' }).click();
      await k.page.locator('.hex-line', { hasText: '00000010 00000000' }).first().waitFor();
      await k.page.getByRole('button', { name: 'Bits' }).click();
    },
    'bytes are saved': async (k) => {
      const no = await k.goToFirst('mqtt');
      const before = new Set(k.saved());
      await k.page.getByRole('button', { name: 'Save', exact: true }).click();
      await k.page.locator('.toast', { hasText: /bytes are saved/ }).waitFor();
      const name = k.saved().find((n) => !before.has(n));
      must(name !== undefined, `nothing is there of packet ${no}`);
      must(readFileSync(name!).includes('MQTT'), 'the file is without the bytes');
    },
  }),
  bytes('tabs for reassembled, decrypted data', 'mixed', {
    'reassembled TCP': async (k) => {
      await k.goToFirst('smtp.data.fragment or tcp.reassembled.length or http2.header.value');
      await k.page.locator('.tab').nth(1).waitFor();
    },
    'what was uncompressed': async (k) => {
      await k.goToFirst('http.content_encoding == "gzip"');
      await k.page.locator('.tab', { hasText: /compress/i }).click();
      await k.page.locator('.hex-line', { hasText: 'The quick brown' }).first().waitFor();
    },
    'decrypted TLS': async (k) => {
      await giveKeys(k);
      const [no] = k.tshark('tls.app_data');
      await k.goTo(no!);
      await k.page.locator('.tab', { hasText: 'Decrypted TLS' }).click();
      await k.page.locator('.hex-line', { hasText: 'HTTP/1.1' }).first().waitFor();
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
