// Rows of the review about the tree of a packet and its bytes.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { giveKeys } from './acts.ts';
import type { Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const tree = rowsOf('wireshark', 'Tree');
const bytes = rowsOf('wireshark', 'Bytes');

/** Every line of the packet's tree, without its indent. */
async function allLines(k: Kit): Promise<string[]> {
  await k.page.locator('[role="tree"]').evaluate((e) => e.scrollTo(0, 0));
  await k.page.waitForTimeout(100);
  const text = await k.copied(async () => {
    await k.page.locator('.node').first().click({ button: 'right' });
    await k.choose('Copy', 'All lines');
  });
  return linesOf(text);
}

/** Lines of layers above Ethernet, whose frames and addresses 4.4 writes in another way than Debian's 4.0. */
function linesOf(text: string): string[] {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const from = all.findIndex((line, i) => /^\S/.test(line) && i > 0 && !/^(Frame|Ethernet II)/.test(line));
  // The engine leaves out the brackets around what Wireshark itself put there.
  return all.slice(from).map((line) =>
    line
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/^\[(.*)\]$/, '$1'),
  );
}

function verbose(k: Kit, no: number): string[] {
  const done = spawnSync('tshark', ['-n', '-2', '-r', k.capture, '-V', '-Y', `frame.number == ${no}`], {
    encoding: 'utf8',
  });
  return linesOf(done.stdout);
}

/** Lines of tshark's that the window has not; it may have more, since its Wireshark is 4.4 and Debian's 4.0. */
function missing(own: readonly string[], tsharks: readonly string[]): string[] {
  return tsharks.filter((line) => !own.includes(line) && !OTHERWISE.some((form) => form.test(line)));
}

/** Lines that 4.4 words in another way: types of DNS, hardware addresses, a reserved field of SMB 2. */
const OTHERWISE = [/^Type: \S+ \(.*\) \(\d+\)$/, /^(Sender|Target|Client) MAC address: /, /^Process Id: 0x00000000$/];

/** Bytes of a packet, as hexadecimal digits. */
function bytesOf(k: Kit, no: number): string {
  const done = spawnSync('tshark', ['-n', '-r', k.capture, '-Y', `frame.number == ${no}`, '-x'], { encoding: 'utf8' });
  return done.stdout
    .split('\n')
    .map((line) => /^[0-9a-f]{4} {2}((?:[0-9a-f]{2} ){1,16})/.exec(line)?.[1] ?? '')
    .join('')
    .replaceAll(' ', '');
}

export const DETAIL_ROWS: readonly Trial[] = [
  tree('details by Wireshark’s engine, links, bytes both ways', 'mixed', {
    'the tree has the lines that tshark -V prints': async (k) => {
      let lines = 0;
      for (const filter of ['dns.flags.rcode == 3', 'arp', 'modbus', 'smb2.cmd == 5', 'sip', 'dhcp', 'mqtt']) {
        const no = await k.goToFirst(filter);
        const text = await allLines(k);
        const tsharks = verbose(k, no);
        const lacking = missing(text, tsharks);
        must(lacking.length === 0, `packet ${no} lacks ${lacking.slice(0, 3).join(' | ')}`);
        lines += tsharks.length;
      }
      return `${lines} lines of 7 packets`;
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
    'a branch, and all lines, go out as text': async (k) => {
      const no = await k.goToFirst('dns');
      const branch = await k.copied(async () => {
        await (await k.node('User Datagram Protocol')).click({ button: 'right' });
        await k.choose('Copy', 'Line with all below it');
      });
      must(/^User Datagram[\s\S]*Checksum/.test(branch) && !branch.includes('Name: fox'), branch.slice(0, 80));
      const lacking = missing(await allLines(k), verbose(k, no));
      must(lacking.length === 0, `lines lack: ${lacking.join(' | ')}`);
    },
  }),
  bytes('hex, copy', 'mixed', {
    'as dump, digits, text, Base64 and C, each the bytes that tshark has': async (k) => {
      const no = await k.goToFirst('mqtt');
      const frame = bytesOf(k, no);
      for (const [entry, read] of [
        [
          'Bytes as hex dump',
          (t: string) =>
            t
              .split('\n')
              .flatMap((l) => l.slice(4, 54).match(/\b[0-9a-f]{2}\b/g) ?? [])
              .join(''),
        ],
        ['Bytes as hex digits', (t: string) => t.replaceAll(/\s/g, '')],
        ['Bytes as Base64', (t: string) => Buffer.from(t, 'base64').toString('hex')],
        ['Bytes as C array', (t: string) => [...t.matchAll(/0x([0-9a-f]{2})/g)].map((m) => m[1]).join('')],
      ] as const) {
        const text = await k.copied(async () => {
          await k.page.locator('.hex-line').first().click({ button: 'right' });
          await k.choose(entry);
        });
        must(read(text) === frame, `${entry} copies '${text.slice(0, 60)}'`);
      }
      const text = await k.copied(async () => {
        await k.page.locator('.hex-line').first().click({ button: 'right' });
        await k.choose('Bytes as text');
      });
      must(text.includes('MQTT'), text);
      return `${frame.length / 2} bytes`;
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
      const file = readFileSync(await k.newFile(before)).toString('hex');
      must(file === bytesOf(k, no), `${file.length / 2} bytes, others than those of packet ${no}`);
    },
  }),
  bytes('tabs for reassembled, decrypted data', 'mixed', {
    'reassembled TCP': async (k) => {
      const no = await k.goToFirst('tcp.reassembled.length');
      const wanted = Number(k.field(no, 'tcp.reassembled.length'));
      await k.page.locator('.tab', { hasText: 'Reassembled TCP' }).click();
      await k.page.locator('.tab[aria-pressed="true"]', { hasText: 'Reassembled TCP' }).waitFor();
      const last = k.page.locator('.hex-line').last();
      const at = parseInt((await last.innerText()).trim().slice(0, 4), 16);
      const bytes = at + (await last.locator('.hex-bytes [data-at]').count());
      must(bytes === wanted, `${bytes} bytes in the pane, tshark has ${wanted}`);
      return `${wanted} bytes, as tshark`;
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
