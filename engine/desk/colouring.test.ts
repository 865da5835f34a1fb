// Colouring rules and colours for a while, asked as a window asks, on the sample.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  colorfiltersOf,
  colourOf,
  type ColouringRule,
  packetRow,
  type PacketRow,
  parseColorfilters,
  type Replies,
  type Request,
  type RequestKind,
  rgbOf,
  SaidError,
} from '../../contract/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const WIRESHARKS = '/usr/share/wireshark/colorfilters';

const rule = (name: string, filter: string, background: number, enabled = true): ColouringRule => ({
  name,
  filter,
  background: colourOf(background),
  foreground: colourOf(0x101010),
  enabled,
});

describe('colours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-colours-'));
  const folders = { dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') };
  const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
  let desk: Desk;

  function asked<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  const open = async (): Promise<void> => {
    desk = testDesk(folders);
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
  };
  const rowsOf = (...numbers: number[]): PacketRow[] => numbers.map((n) => packetRow(n - 1));
  async function grounds(...numbers: number[]): Promise<string[]> {
    const page = await asked('rows', { rows: rowsOf(...numbers), fields: [] });
    return Array.from(page.background, (b) => b.toString(16));
  }

  before(open);
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("at first they are Wireshark's, and none of them has a problem", async () => {
    const { rules, original, problems } = await asked('colouringRules', {});
    assert.equal(original, true);
    assert.deepEqual(
      rules.slice(0, 3).map((r) => r.name),
      ['Bad TCP', 'HSRP State Change', 'Spanning Tree Topology  Change'],
    );
    assert.equal(rules.length, 21);
    assert.deepEqual(
      problems.filter((p) => p !== null),
      [],
    );
    assert.deepEqual(await grounds(1, 2, 4), ['fce0ff', 'faf0d7', 'a0a0a0']);
  });

  test('other rules colour the rows; the first that holds counts, one that is off or is no filter does not', async () => {
    const mine = [
      rule('no filter', 'no.such.field == 3', 0x010101),
      rule('off', 'arp', 0x020202, false),
      rule('neighbours', 'arp', 0xddeeff),
      rule('all', 'frame', 0xfff0dd),
    ];
    const { problems } = await asked('setColouringRules', { rules: mine, profile: null });
    assert.equal(problems.map((p) => p !== null).join(), 'true,false,false,false');
    assert.match(String(problems[0]!.values?.['text']), /no\.such\.field/);
    assert.deepEqual(await grounds(1, 2, 4), ['fff0dd', 'ddeeff', 'fff0dd']);
    const file = readFileSync(join(folders.dataFolder, 'colorfilters'), 'utf8');
    assert.match(file, /^!@off@arp@\[514,514,514\]\[4112,4112,4112\]$/m);
  });

  test('they are there at the next start, and the order can be another', async () => {
    await desk.close();
    await open();
    const { rules, original } = await asked('colouringRules', {});
    assert.equal(original, false);
    assert.equal(rules[2]!.name, 'neighbours');
    assert.deepEqual(await grounds(2), ['ddeeff']);
    await asked('setColouringRules', { rules: [rules[2]!], profile: null });
    const page = await asked('rows', { rows: rowsOf(1), fields: [] });
    assert.equal(page.background[0], page.foreground[0], 'no rule holds for it');
    await asked('setColouringRules', { rules: [rules[3]!, rules[2]!], profile: null });
    assert.deepEqual(await grounds(2), ['fff0dd']);
  });

  test('reset: the engine has its own again, and no file is left', async () => {
    const { original } = await asked('setColouringRules', { rules: null, profile: null });
    assert.equal(original, true);
    assert.equal(existsSync(join(folders.dataFolder, 'colorfilters')), false);
    assert.deepEqual(await grounds(2), ['faf0d7']);
  });

  test("what the file of rules cannot hold is said, and a rule's name cannot bring another rule along", async () => {
    const odd = [rule('a@b', 'tcp', 1), rule('x', 'tcp\n@y@frame@[65535,0,0][1,1,1]', 1), rule('x', ' ', 1)];
    const { problems } = await asked('checkRules', { rules: odd });
    assert.deepEqual(
      problems.map((p) => p?.say),
      ['colour-odd-name', 'colour-odd-filter', 'colour-no-filter'],
    );
    await asked('setColouringRules', { rules: odd, profile: null });
    assert.notDeepEqual(await grounds(2), ['ff0000']);
    await asked('setColouringRules', { rules: null, profile: null });
  });

  test("Wireshark's own file is read and written without a loss", { skip: WITHOUT_TSHARK }, () => {
    const file = readFileSync(WIRESHARKS, 'utf8');
    const { rules, left } = parseColorfilters(file);
    assert.equal(left, 0);
    const plain = (text: string): string[] => text.split('\n').filter((line) => /^!?@/.test(line));
    assert.deepEqual(plain(colorfiltersOf(rules)), plain(file));
    assert.equal(rgbOf(rules.find((r) => r.name === 'ARP')!.background), 0xfaf0d7);
    assert.equal(parseColorfilters('nonsense\n@a@b@[1,2,3]\n@a@b@[1,2,99999][1,1,1]\n').left, 3);
  });

  test('a conversation of each kind, and the rows that belong to it', async () => {
    const { filters } = await asked('conversations', { row: packetRow(3) });
    assert.deepEqual(
      filters.map((f) => f.kind),
      ['eth', 'ip', 'tcp'],
    );
    const [eth, ip, tcp] = filters.map((f) => f.filter) as [string, string, string];
    assert.equal(ip, 'ip.addr == 192.0.2.10 && ip.addr == 192.0.2.90');
    assert.match(tcp, /&& tcp\.port == 35494 && tcp\.port == 8443$/);
    const matches = async (list: string[]): Promise<number[]> => [
      ...(await asked('colourMatches', { filters: list, rows: rowsOf(1, 3, 4, 5, 27) })).matches,
    ];
    assert.deepEqual(await matches([tcp]), [0, 0, 1, 1, 0]);
    assert.deepEqual(await matches(['icmpv6', tcp]), [1, 0, 2, 2, 0]);
    assert.deepEqual(await matches([eth, tcp]), [0, 1, 1, 1, 1]);
    // A field that only the engine knows.
    assert.deepEqual(await matches(['tcp.flags.syn == 1 && tcp.options.mss_val == 1460']), [0, 0, 1, 1, 1]);
    await assert.rejects(matches(['no such filter (']), SaidError);
    // A macro that is written anew means what it says now.
    const keep = (text: string): Promise<unknown> =>
      asked('keepFilters', { history: null, saved: null, macros: [{ name: 'mine', text }], profile: null });
    await keep('icmpv6');
    assert.deepEqual(await matches(['${mine}']), [1, 0, 0, 0, 0]);
    await keep('tcp.port == 35494');
    assert.deepEqual(await matches(['${mine}']), [0, 0, 1, 1, 0]);
    const arp = await asked('conversations', { row: packetRow(1) });
    assert.deepEqual(
      arp.filters.map((f) => f.kind),
      ['eth'],
    );
  });

  test('a file of rules with lines that are none is used for the rest, and that is said', async () => {
    await desk.close();
    writeFileSync(join(folders.dataFolder, 'colorfilters'), 'nonsense\n@all@frame@[65535,0,0][0,0,0]\n');
    await open();
    assert.ok(desk.notes.some((note) => note.say === 'colours-lines-left'));
    assert.deepEqual(await grounds(2), ['ff0000']);
  });
});
