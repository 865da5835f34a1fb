// Rows of the review about streams, objects, names, keys and what dissectors are told.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Kit } from './kit.ts';
import { command, giveKeys, setting } from './acts.ts';
import { must } from './must.ts';
import { rowsOf, type Part, type Trial } from './trial.ts';

const follow = rowsOf('wireshark', 'Follow');
const objects = rowsOf('wireshark', 'Objects');
const names = rowsOf('wireshark', 'Names');
const tls = rowsOf('wireshark', 'TLS');
const decode = rowsOf('wireshark', 'Decode as / preferences of protocols');
const profiles = rowsOf('wireshark', 'Profiles');

/** Follows the stream of the first packet that tshark finds. */
async function followed(k: Kit, filter: string, kind: string): Promise<void> {
  await k.goToFirst(filter);
  await k.page.keyboard.press('Control+Alt+Shift+T');
  await k.page.locator('.stream').waitFor();
  await k.page.getByRole('button', { name: kind, exact: true }).click();
}

const line = (k: Kit, text: string): Promise<void> =>
  k.page.locator('.stream-line', { hasText: text }).first().waitFor();

/** The kind has the objects that tshark exports, with the same bytes. @param others what only 4.4 exports, by name */
const object =
  (kind: string, name: string, others: readonly string[] = []): Part =>
  async (k) => {
    const folder = `${k.folder}/objects-${kind}`;
    const option = `${kind.toLowerCase()},${folder}`;
    spawnSync('tshark', ['-n', '-2', '-q', '-r', k.capture, '--export-objects', option], { encoding: 'utf8' });
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const wanted = readdirSync(folder).map((file) => hash(readFileSync(join(folder, file))));
    must(wanted.length > 0, 'the trial itself is wrong: tshark exports nothing');
    await k.command('objects');
    await k.page.locator('dialog').getByRole('button', { name: kind, exact: true }).click();
    await k.page.locator('.object-list .object-row', { hasText: name }).first().waitFor({ timeout: 20_000 });
    const before = new Set(k.saved());
    await k.page.locator('dialog .button', { hasText: 'Save all' }).first().click();
    await k.newFiles(before, wanted.length + others.length);
    // Whether more come is a part of the question.
    await k.page.waitForTimeout(700);
    const files = await k.newFiles(before, wanted.length);
    const own = files.map((file) => hash(readFileSync(file)));
    const lacking = wanted.filter((h) => !own.includes(h));
    must(
      lacking.length === 0,
      `${lacking.length} of tshark's ${wanted.length} are not among ${files.map((f) => basename(f)).join(', ')}`,
    );
    const more = files.filter((_, i) => !wanted.includes(own[i]!)).map((file) => basename(file));
    must(more.toSorted().join() === others.join(), `there are also ${more.join(', ')}`);
    const beside = others.length === 0 ? '' : `, and ${others.join(', ')} of HTTP/2, which 4.0 leaves out`;
    return `${wanted.length} with tshark's bytes${beside}`;
  };

/** What tshark puts together of a stream, in the order in which it was said. */
function raw(k: Kit, kind: 'tcp' | 'udp', stream: number): Buffer {
  const done = spawnSync('tshark', ['-n', '-q', '-r', k.capture, '-z', `follow,${kind},raw,${stream}`], {
    encoding: 'utf8',
  });
  const digits = done.stdout.split('\n').filter((l) => /^\t?[0-9a-f]+$/.test(l));
  return Buffer.from(digits.map((l) => l.trim()).join(''), 'hex');
}

/** The stream of a packet, saved as it was said, is tshark's. */
async function sameStream(k: Kit, filter: string, kind: 'TCP' | 'UDP', shown: string): Promise<string> {
  await followed(k, filter, kind);
  await line(k, shown);
  const before = new Set(k.saved());
  await k.page.getByRole('button', { name: 'Save raw' }).click();
  const own = readFileSync(await k.newFile(before));
  const lower = kind.toLowerCase() as 'tcp' | 'udp';
  const tsharks = raw(k, lower, Number(k.field(k.tshark(filter)[0]!, `${lower}.stream`)));
  must(own.equals(tsharks) && own.length > 20, `${own.length} bytes, tshark's stream has ${tsharks.length}`);
  return `${own.length} bytes, as tshark`;
}

export const FOLLOW_ROWS: readonly Trial[] = [
  follow('TCP, UDP', 'mixed', {
    TCP: (k) => sameStream(k, 'smtp', 'TCP', 'MAIL FROM:<a@review.test>'),
    UDP: (k) => sameStream(k, 'sip', 'UDP', 'Call-ID: 1@10.0.0.1'),
  }),
  follow('HTTP (gunzip), TLS decrypted, HTTP/2, QUIC', 'mixed', {
    'HTTP with its body undone': async (k) => {
      await followed(k, 'http.response.code == 200', 'HTTP');
      await line(k, 'The quick brown fox.');
    },
    'HTTP/2, each stream by itself': async (k) => {
      await followed(k, 'http2', 'HTTP/2');
      await line(k, ':path: /one');
      await k.page.locator('.stream-number select, .stream-number input').first().waitFor();
    },
    'TLS, decrypted': async (k) => {
      await giveKeys(k);
      await followed(k, 'tls.handshake', 'TLS');
      await line(k, 'the secret');
    },
    'QUIC, decrypted': async (k) => {
      await giveKeys(k);
      await followed(k, 'quic', 'QUIC');
      await line(k, 'asked over quic');
    },
  }),
  follow('save the stream, find in it, next stream', 'mixed', {
    saved: (k) => sameStream(k, 'ftp', 'TCP', 'USER guest'),
    found: async (k) => {
      await followed(k, 'http.response.code == 200', 'HTTP');
      await line(k, 'The quick');
      await k.page.keyboard.press('Control+f');
      await k.page.keyboard.type('QUICK');
      // The text stands 200 times in each of the two bodies, of which one is in gzip and one in br.
      await k.page.locator('.stream-find [role="status"]', { hasText: '1 of 400' }).waitFor();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.stream-find [role="status"]', { hasText: '2 of 400' }).waitFor();
    },
    next: async (k) => {
      await followed(k, 'tcp.stream == 0', 'TCP');
      await line(k, 'GET /fox.html');
      await k.page.getByRole('button', { name: 'Next stream' }).click();
      await k.page.locator('.stream-line', { hasText: 'GET /fox.html' }).first().waitFor({ state: 'detached' });
      await k.page.getByRole('button', { name: 'Previous stream' }).click();
      await line(k, 'GET /fox.html');
    },
  }),
  objects('export objects HTTP, SMB, TFTP, IMF', 'mixed', {
    HTTP: object('HTTP', 'fox.html', ['one']),
    SMB: object('SMB', 'plan.txt'),
    TFTP: object('TFTP', 'boot.cfg'),
    IMF: object('IMF', 'plan'),
  }),
];

export const WORK_ROWS: readonly Trial[] = [
  names('resolution of addresses (DNS of the capture, hosts file), MAC vendor in the list', 'mixed', {
    'hosts have the names that DNS gave them': async (k) => {
      await k.page.keyboard.press('6');
      await k.page
        .locator('.hosts-list .grid-row:not([hidden])', { hasText: '10.0.0.2' })
        .filter({ hasText: 'fox.test' })
        .first()
        .waitFor();
    },
    'the list shows names in place of addresses': async (k) => {
      await k.page.keyboard.press('1');
      await k.app.filter('ip.src == 10.0.0.2');
      await k.command('names of network');
      await k.page.locator('.packets .named[data-column="source"]', { hasText: 'fox.test' }).first().waitFor();
      await k.command('names of network');
      await k.page.locator('.packets [data-column="source"]', { hasText: '10.0.0.2' }).first().waitFor();
    },
    'a hosts file is read': async (k) => {
      const path = join(k.folder, 'hosts');
      writeFileSync(path, '10.0.0.2 by-the-file\n');
      const file = async (to: string): Promise<void> => {
        await k.command('settings');
        await k.page.getByLabel('Hosts file').fill(to);
        await k.page.getByLabel('Hosts file').blur();
        await k.page.keyboard.press('Escape');
        await k.page.locator('dialog').waitFor({ state: 'detached' });
      };
      await file(path);
      await k.page.keyboard.press('1');
      await k.app.filter('ip.src == 10.0.0.2');
      await k.command('names of network');
      await k.page.locator('.packets [data-column="source"]', { hasText: 'by-the-file' }).first().waitFor();
      await file('');
      await k.command('names of network');
    },
  }),
  tls('key log, private keys, DSB', 'mixed', {
    'a key log': async (k) => {
      await giveKeys(k);
      must(
        (await k.count('http.request and http.request.uri == "/secret.txt"')) === 1,
        'the decrypted request is not found',
      );
    },
    'secrets within a capture': async (k) => {
      const path = `${k.folder}/secrets.pcapng`;
      const made = spawnSync('editcap', ['--inject-secrets', `tls,${k.mixed}.keys`, k.mixed, path], {
        encoding: 'utf8',
      });
      must(made.status === 0, `editcap: ${made.stderr}`);
      const found = k.cli('packets', '-Y', 'http.request and http.request.uri == "/secret.txt"', '--json', path);
      must(
        found.stdout.split('\n').filter((l) => l.includes('"type":"packet"')).length === 1,
        found.stdout.slice(0, 80),
      );
    },
    'a private key': (k) => command(k, 'private key', 'no command takes an RSA key'),
  }),
  decode('', 'mixed', {
    'a port that another protocol has is decoded as something else': async (k) => {
      const before = await k.count('tcp.port == 25 and smtp');
      await k.command('decode-as');
      await k.page.getByLabel('Port').fill('25');
      await k.page.getByLabel('Protocol').selectOption({ label: 'HTTP' });
      await k.page.getByRole('button', { name: 'Decode', exact: true }).click();
      await k.page.locator('.decode-list li', { hasText: 'tcp.port == 25' }).waitFor();
      await k.page.keyboard.press('Escape');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      // The filter in force is asked again by itself.
      const is = (n: number): Promise<void> =>
        k.page.locator('.filter-status', { hasText: new RegExp(`^${n} of `) }).waitFor({ timeout: 20_000 });
      await is(0);
      const done = spawnSync(
        'tshark',
        ['-n', '-2', '-r', k.capture, '-d', 'tcp.port==25,http', '-Y', 'tcp.port == 25 and smtp'],
        { encoding: 'utf8' },
      );
      must(done.stdout === '' && before > 5, `${before} before; tshark finds SMTP there still`);
      await k.command('decode-as');
      await k.page.getByRole('button', { name: 'Remove' }).click();
      await k.page.locator('.decode-list li').waitFor({ state: 'detached' });
      await k.page.keyboard.press('Escape');
      await is(before);
      return `SMTP in ${before} packets of port 25, 0 as HTTP, ${before} again`;
    },
    'a preference is found and changed': async (k) => {
      await k.command('dissectors');
      await k.page.getByPlaceholder('Search protocols').fill('validate tcp checksum');
      await k.page.getByRole('checkbox', { name: 'TCP: Validate the TCP checksum' }).click();
      await k.page.locator('.preference.changed', { hasText: 'Validate the TCP checksum' }).waitFor();
      await k.page.keyboard.press('Escape');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      const done = spawnSync(
        'tshark',
        ['-n', '-2', '-r', k.capture, '-o', 'tcp.check_checksum:TRUE', '-Y', 'tcp.checksum.status == "Bad"'],
        { encoding: 'utf8' },
      );
      const wanted = done.stdout.split('\n').filter(Boolean).length;
      const bad = await k.count('tcp.checksum.status == "Bad"');
      must(bad === wanted && bad > 0, `${bad} bad checksums, tshark finds ${wanted}`);
      await k.command('dissectors');
      await k.page.getByPlaceholder('Search protocols').fill('validate tcp checksum');
      await k.page.getByRole('button', { name: 'Set back' }).click();
      await k.page.locator('.preference.changed').waitFor({ state: 'detached' });
      return `${bad} bad checksums, as tshark`;
    },
  }),
  profiles('', 'mixed', {
    'a set of settings has a name, is changed by itself, and is there after a reload': async (k) => {
      const takeProfile = async (name: string): Promise<void> => {
        await k.page.keyboard.press('Control+Shift+a');
        await k.page.getByRole('button', { name: `Use the profile ${name}` }).click();
        await k.page.locator('#profile-button', { hasText: `Profile: ${name}` }).waitFor();
        await k.page.keyboard.press('Escape');
        await k.page.locator('dialog').waitFor({ state: 'detached' });
      };
      const time = (form: RegExp): Promise<void> => k.cell('5', 'time').filter({ hasText: form }).waitFor();
      await k.page.keyboard.press('Control+Shift+a');
      await k.page.getByLabel('New profile').fill('Night shift');
      await k.page.getByLabel('New profile').press('Enter');
      await k.page.getByRole('button', { name: 'Use the profile Night shift' }).waitFor();
      await k.page.keyboard.press('Escape');
      await takeProfile('Night shift');
      await setting(k, 'time', 'Epoch');
      await time(/^1,?700,?000,?000\./);
      await k.page.reload();
      await k.app.settled();
      await time(/^1,?700,?000,?000\./);
      await takeProfile('Default');
      await time(/^0\.04/);
    },
  }),
];
