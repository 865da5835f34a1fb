// What users of Zui, Arkime, Sniffnet and EveBox expect, as the review lists it.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVER } from '../network.ts';
import { fieldOf, type Kit } from './kit.ts';
import { command } from './acts.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const zui = rowsOf('peers', 'Zui');
const arkime = rowsOf('peers', 'Arkime');
const sniffnet = rowsOf('peers', 'Sniffnet');
const evebox = rowsOf('peers', 'EveBox');

export async function incidents(k: Kit): Promise<void> {
  await k.page.keyboard.press('3');
  await k.page.locator('.alerts .grid:focus').waitFor();
  await k.page.locator('.alert-card .evidence-list').waitFor();
}

export async function hosts(k: Kit): Promise<void> {
  await k.page.keyboard.press('6');
  await k.page.locator('.hosts-list .grid:focus').waitFor();
  await k.page.locator('.grid').press('Home');
  await k.page.locator('.host-card h2').waitFor();
}

/** A filter leaves one of the incidents; then it is taken away. @param then what is looked at while it holds */
async function oneIncident(k: Kit, filter: string, then?: () => Promise<void>): Promise<void> {
  const field = k.page.locator('#filter');
  await field.fill(filter);
  await k.page.locator('.filter-bar.valid').waitFor();
  await field.press('Enter');
  await k.page.locator('.filter-status', { hasText: '1 incident ·' }).waitFor();
  await then?.();
  await field.fill('');
  await field.press('Enter');
  await k.page.locator('.filter-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
}

/** Runs an act on the selected incident that takes a text. */
async function write(k: Kit, key: string, text: string): Promise<void> {
  await incidents(k);
  await k.page.keyboard.press(key);
  await k.page.locator('dialog input').first().waitFor();
  await k.page.keyboard.type(text);
  await k.page.keyboard.press('Enter');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}

/** Gives a database of one's own to the settings, and has the host's card tell what it says. */
async function place(k: Kit, key: string, file: string, said: string): Promise<void> {
  await k.command('settings');
  const field = k.page.locator('.field-row', { hasText: key }).locator('input');
  await field.fill(join(k.folder, file));
  await field.press('Tab');
  await k.page.waitForTimeout(400);
  await k.anew();
  await hosts(k);
  await k.page.locator('.host-card', { hasText: said }).waitFor();
}

type Flow = Readonly<Record<string, unknown>>;

/** Flows as the command line tells them. */
export function flowsOf(k: Kit): readonly Flow[] {
  return k.records('flows', '--json', k.capture).filter((r) => r['type'] === 'flow');
}

/** What the desktop and the loudspeaker were given. */
interface Heard {
  readonly told: readonly string[];
  readonly tones: number;
}

/** Has the page tell a desktop that listens here, while nobody looks at the window. */
async function hearDesktop(k: Kit): Promise<void> {
  await k.page.context().grantPermissions(['notifications']);
  await k.page.evaluate(() => {
    const heard = { told: [] as string[], tones: 0 };
    class Told extends EventTarget {
      static readonly permission = 'granted';
      static readonly requestPermission = async () => 'granted';
      constructor(title: string) {
        super();
        heard.told.push(title);
      }
    }
    const { start } = AudioScheduledSourceNode.prototype;
    AudioScheduledSourceNode.prototype.start = function tone(this: AudioScheduledSourceNode, when?: number): void {
      (window as unknown as { tones: number }).tones++;
      start.call(this, when);
    };
    Object.assign(window, heard, { Notification: Told });
    document.hasFocus = () => false;
  });
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

export const PEER_ROWS: readonly Trial[] = [
  zui('search history, saved queries', 'sample', {
    'earlier filters are offered, and applied again': async (k) => {
      const wanted = await k.count('tcp.port == 8443');
      const offered = await k.ofEmptyBar();
      must(offered[0]?.includes('tcp.port == 8443') ?? false, `offered is first '${offered[0]}'`);
      await k.page.keyboard.press('ArrowDown');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
      return `${wanted} packets`;
    },
    'a query of flows is saved by a name and asked again': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.flows .grid').waitFor();
      const wanted = await k.count('flow.app == TLS and flow.packets > 20');
      await k.command('Save filter');
      await k.page.locator('dialog', { hasText: 'Save filter' }).waitFor();
      await k.page.keyboard.type('Long TLS');
      await k.page.keyboard.press('Enter');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      await k.app.filter('');
      await k.page.locator('.saved-filters').getByRole('button', { name: 'Long TLS' }).click();
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
      return `${wanted} flows`;
    },
  }),
  zui(
    'tabs, several captures side by side',
    'sample',
    {
      'a second capture stands beside the first, each with its filter and packets': async (k) => {
        await k.count('tcp.port == 8443');
        const path = join(k.folder, 'beside.pcap');
        copyFileSync(k.mixed, path);
        await k.command('New tab');
        await k.page.locator('.start').waitFor();
        await k.drop([path]);
        await k.page.locator('.status', { hasText: `${k.packets(path)} packets` }).waitFor();
        must((await k.page.locator('#filter').inputValue()) === '', 'the filter of the other capture holds here');
        const names = await k.page.locator('.capture-tab').allInnerTexts();
        must(names.length === 2, `tabs: ${names.join(', ')}`);
        const own = await k.count('smtp');
        const done = spawnSync('tshark', ['-n', '-2', '-r', path, '-Y', 'smtp'], { encoding: 'utf8' });
        const wanted = done.stdout.split('\n').filter(Boolean).length;
        must(own === wanted, `${own} packets of smtp, tshark ${wanted}`);
        await k.page.locator('.capture-tab-name').first().click();
        await k.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
        must((await k.page.locator('#filter').inputValue()) === 'tcp.port == 8443', 'the first has lost its filter');
        return `${k.packets(path)} and 1,066 packets`;
      },
      'side by side: one of them in a window of its own': async (k) => {
        await k.command('New tab');
        await k.page.locator('.start').waitFor();
        const path = join(k.folder, 'aside.pcap');
        copyFileSync(k.mixed, path);
        await k.drop([path]);
        await k.page.locator('.status', { hasText: `${k.packets(path)} packets` }).waitFor();
        const [other] = await Promise.all([
          k.page.context().waitForEvent('page'),
          k.command('Open this tab in a new window'),
        ]);
        await other.locator('.status', { hasText: `${k.packets(path)} packets` }).waitFor();
        await k.page.locator('.capture-tab-name').first().click();
        await k.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
        await other.locator('.status', { hasText: `${k.packets(path)} packets` }).waitFor();
        await other.close();
      },
    },
    { apart: true },
  ),
  zui('group by, count() and other aggregates on flows', 'sample', {
    'grouped by a field, and by a second one; counts and sums are the command line’s': async (k) => {
      await k.page.keyboard.press('5');
      await k.page.locator('.stats-nav button', { hasText: 'Group flows' }).click();
      const choose = k.page.locator('.group-bar select');
      await choose.first().selectOption('app');
      await k.page.locator('.stat-heads', { hasText: 'Protocol' }).waitFor();
      await k.page.waitForTimeout(600);
      const rows = await k.table();
      const key = Object.keys(rows[0]!)[0]!;
      for (const app of ['TLS', 'DNS', 'HTTP']) {
        const row = rows.find((r) => r[key] === app);
        const flows = flowsOf(k).filter((f) => f['app'] === app);
        const bytes = sum(flows.map((f) => Number(f['bytes_fwd']) + Number(f['bytes_rev'])));
        must(row?.['flows'] === String(flows.length), `${app}: ${row?.['flows']} flows, not ${flows.length}`);
        must(
          Object.values(row!).includes(String(bytes)),
          `${app}: no ${bytes} bytes in ${Object.values(row!).join(' ')}`,
        );
      }
      await choose.nth(1).selectOption('responder');
      await k.page.locator('.stat-heads', { hasText: 'Responder' }).waitFor();
      await k.page.waitForTimeout(600);
      const pairs = (await k.table()).length;
      const wanted = new Set(flowsOf(k).map((f) => `${f['app']} ${f['dst']}`)).size;
      must(pairs === wanted, `${pairs} groups of protocol and responder, the command line has ${wanted}`);
      return `${rows.length} protocols, ${pairs} with their responders`;
    },
    'a group leads to its flows': async (k) => {
      await k.page.keyboard.press('5');
      await k.page.locator('.stats-nav button', { hasText: 'Group flows' }).click();
      await k.page.locator('.group-bar select').first().selectOption('app');
      await k.page.waitForTimeout(600);
      const [first] = await k.table();
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${first!['flows']} of 257`) }).waitFor();
      return `${first!['flows']} flows`;
    },
  }),
  zui('from an alert to its packets', 'sample', {
    'the list has its packets, one is selected, and the panes show it': async (k) => {
      await incidents(k);
      await k.page.locator('.alert-card').first().locator('.link-button', { hasText: 'Packets of its' }).click();
      await k.page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
      const filter = await k.page.locator('#filter').inputValue();
      const incident = Number(/^flow\.incident == (\d+)$/.exec(filter)?.[1]);
      const flows = k.records('score', '--json', k.capture).filter((r) => r['type'] === 'flow');
      const own = flows.filter((f) => (f['incidents'] as readonly number[]).includes(incident));
      const wanted = sum(own.map((f) => Number(f['packets_fwd']) + Number(f['packets_rev'])));
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
      const row = k.page.locator('.packets .grid-row.selected');
      await row.waitFor();
      const no = await row.locator('.c-no').innerText();
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
      return `${filter}: ${wanted} packets of ${own.length} flows, as \`sightline score\``;
    },
    'the packet at which it was raised': async (k) => {
      await incidents(k);
      const link = k.page.locator('.alert-card .link-button', { hasText: /^Raised at packet/ }).first();
      const no = /[\d,]+/.exec(await link.innerText())![0];
      await link.click();
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
    },
  }),
  arkime('sessions table with search', 'sample', {
    'flows are searched, sorted and opened': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.flows .grid-row').first().waitFor();
      const found = await k.count('flow.app == TLS and flow.packets > 20');
      const packets = (f: Flow): number => Number(f['packets_fwd']) + Number(f['packets_rev']);
      const wanted = flowsOf(k).filter((f) => f['app'] === 'TLS' && packets(f) > 20);
      must(found === wanted.length && found > 0, `${found} flows, the command line has ${wanted.length}`);
      await k.page.locator('.flows .head-button', { hasText: 'Packets' }).first().click();
      await k.page.locator('.flows .head-sort').first().waitFor();
      await k.page.locator('.flows .grid').press('Home');
      await k.page.locator('.inspect-why .card-head').waitFor();
      const id = Number(
        /Flow ([\d,]+)/.exec(await k.page.locator('.inspect-why h2').innerText())![1]!.replace(',', ''),
      );
      const ends = [Math.min(...wanted.map(packets)), Math.max(...wanted.map(packets))];
      const shown = packets(wanted.find((f) => f['id'] === id)!);
      must(ends.includes(shown), `sorted by packets, the first has ${shown}, and they go from ${ends.join(' to ')}`);
      return `${found} flows, as the command line`;
    },
  }),
  arkime('hosts view, unique values with counts (SPI view)', 'sample', {
    'hosts with flows, names and services': async (k) => {
      await hosts(k);
      must((await k.page.locator('.hosts-list .grid-row:not([hidden])').count()) >= 6, 'fewer hosts than six');
      await k.page.locator('.host-table').first().waitFor();
    },
    'server names with tshark’s counts, which lead to their packets': async (k) => {
      await k.statistics('TLS');
      const own = await k.table();
      const names = Object.keys(own[0] ?? {});
      const name = names.find((n) => /server/i.test(n)) ?? names[0]!;
      const field = 'tls.handshake.extensions_server_name';
      const wanted = k.tshark(field).map((no) => k.field(no, field));
      for (const server of new Set(wanted)) {
        const asked = wanted.filter((w) => w === server).length;
        const row = own.find((r) => r[name] === server);
        must(row !== undefined, `${server} is not among ${own.map((r) => r[name]).join(', ')}`);
        must(
          Object.values(row!).includes(String(asked)),
          `${server} was asked ${asked} times: ${Object.values(row!).join(' ')}`,
        );
      }
      return `${new Set(wanted).size} names`;
    },
    'values of facts, such as user agents and JA4, with counts, which lead to their flows': async (k) => {
      await k.page.keyboard.press('5');
      await k.page.locator('.stats-nav button', { hasText: 'Unique values' }).click();
      const counts = new Map<unknown, number>();
      for (const { ja4 } of flowsOf(k)) if (typeof ja4 === 'string') counts.set(ja4, (counts.get(ja4) ?? 0) + 1);
      const [value, count] = [...counts].toSorted((a, b) => b[1] - a[1])[0]!;
      const card = k.page.locator('.value-card', { has: k.page.locator('#fact-ja4') });
      const row = card.locator('.value-row', { hasText: String(value) });
      await row.waitFor();
      const said = (await row.innerText()).replaceAll(/\s+/g, ' ');
      must(said.endsWith(` ${count}`), `${said}: the command line has ${count} flows`);
      await k.page.locator('.value-card', { hasText: 'User agent' }).locator('.value-row').first().waitFor();
      await row.focus();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${count} of 257`) }).waitFor();
      return `${counts.size} values of JA4, the first in ${count} flows`;
    },
  }),
  arkime('connections graph', 'sample', {
    'who talks to whom is drawn, and a host leads to its flows': async (k) => {
      await k.statistics('Connections graph');
      await k.page.locator('.connection-picture .node').first().waitFor();
      const ends = new Set([...fieldOf(k.capture, 'ip.src'), ...fieldOf(k.capture, 'ip.dst')].filter(Boolean));
      const nodes = await k.page.locator('.connection-picture .node').count();
      must(nodes > 1 && nodes <= ends.size + 20, `${nodes} nodes, ${ends.size} addresses of IPv4 by tshark`);
      const row = k.page.locator('.connection-lists > ul').first().locator('.value-row').first();
      const flows = (await row.locator('.value-count').first().textContent())!;
      await row.focus();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${flows} of 257`) }).waitFor();
      return `${nodes} nodes, the first with ${flows} flows`;
    },
  }),
  arkime('geo, ASN, whois, reputation', 'sample', {
    'places from a database of one’s own': (k) => place(k, 'database of places', 'places.mmdb', 'Bern'),
    'networks from a database of one’s own': (k) => place(k, 'database of networks', 'networks.mmdb', '64500'),
    'whois and reputation': async (k) => {
      await hosts(k);
      const said = await k.page.locator('.host-card').innerText();
      must(/whois|reputation/i.test(said), 'nothing is asked of anybody about an address, by design; no list either');
    },
  }),
  arkime('tags', 'sample', {
    'free words on an incident, and a filter by them': async (k) => {
      await write(k, 't', 'night shift');
      await k.page.locator('.tags .chip', { hasText: 'night shift' }).waitFor();
      await oneIncident(k, 'incident.tag == "night shift"');
    },
    'free words on any flow, and a filter by them': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.inspect-why').waitFor();
      await k.page.locator('.grid').focus();
      await k.page.keyboard.press('t');
      await k.page.locator('dialog input.field').fill('seen before');
      await k.page.keyboard.press('Enter');
      await k.page.locator('dialog .tag-list', { hasText: 'seen before' }).waitFor();
      await k.page.keyboard.press('Escape');
      const count = await k.count('flow.tag == "seen before"');
      must(count === 1, `${count} flows have the tag`);
    },
  }),
  sniffnet('traffic by host, app, country; live chart with rates', 'sample', {
    'by host, with bytes in and out as tshark counts them': async (k) => {
      await hosts(k);
      const heads = await k.page.locator('.hosts-list .heads').innerText();
      must(/Bytes in/.test(heads) && /Bytes out/.test(heads), heads.replaceAll('\n', ' '));
      const row = k.page.locator('.hosts-list .grid-row:not([hidden])', { hasText: '192.0.2.80' });
      const shown = (await row.innerText()).replaceAll(/\s+/g, ' ');
      const done = spawnSync('tshark', ['-n', '-q', '-r', k.capture, '-z', 'endpoints,ip'], { encoding: 'utf8' });
      const cells = done.stdout
        .split('\n')
        .find((l) => l.startsWith('192.0.2.80 '))!
        .split(/\s+/);
      const [out, into] = [Number(cells[4]), Number(cells[6])];
      const said = [...shown.matchAll(/([\d.,]+) (B|kB|KB|KiB|MB)/g)].map(
        (m) => Number(m[1]!.replaceAll(',', '')) * ({ B: 1, kB: 1e3, KB: 1e3, KiB: 1024, MB: 1e6 }[m[2]!] ?? NaN),
      );
      const near = (wanted: number): boolean => said.some((n) => Math.abs(n - wanted) <= 500);
      must(near(out) && near(into), `${shown}; tshark: ${into} in, ${out} out`);
      return `192.0.2.80: ${into} in, ${out} out`;
    },
    'by app, flows and bytes of which are the command line’s': async (k) => {
      await k.statistics('Service map');
      const rows = await k.table();
      const of = (app: string): string => {
        const own = rows.filter((r) => r['service'] === app);
        return `${sum(own.map((r) => Number(r['flows'])))} flows, ${sum(own.map((r) => Number(r['bytes'])))} bytes`;
      };
      const seen = ['TLS', 'DNS', 'HTTP'].map((app) => {
        const flows = flowsOf(k).filter((f) => f['app'] === app);
        const bytes = sum(flows.map((f) => Number(f['bytes_fwd']) + Number(f['bytes_rev'])));
        must(of(app) === `${flows.length} flows, ${bytes} bytes`, `${app}: ${of(app)}, not ${flows.length}, ${bytes}`);
        return `${app} ${of(app)}`;
      });
      return seen.join('; ');
    },
    'by country, from a database of one’s own': async (k) => {
      await place(k, 'database of places', 'places.mmdb', 'Bern');
      await k.page.setViewportSize({ width: 1600, height: 900 });
      const cells = await k.page.locator('.hosts-list .grid-row:not([hidden])').allInnerTexts();
      const there = cells.filter((c) => /Bern|CH|Switzerland/.test(c)).length;
      const wanted = cells.filter((c) => c.includes('192.0.2.')).length;
      must(there === wanted && there > 3, `${there} of ${wanted} hosts of the network have their place`);
      return `${there} hosts`;
    },
    'a chart with rates and an axis, of which the numbers are tshark’s': async (k) => {
      await k.statistics('I/O graphs');
      await k.page.locator('.u-axis').first().waitFor({ state: 'attached' });
      await k.page.getByLabel('Interval').selectOption('1');
      await k.page.getByLabel('Value of series 1').selectOption('bits');
      await k.page.locator('.u-legend', { hasText: 'Bits' }).first().waitFor();
      const rows = await k.chart();
      const own = rows.map((r) => Number(Object.values(r)[1]));
      const done = spawnSync('tshark', ['-n', '-q', '-r', k.capture, '-z', 'io,stat,1'], { encoding: 'utf8' });
      const wanted = [...done.stdout.matchAll(/<>\s+(?:[\d.]+|Dur)\s*\|\s+\d+ \|\s+(\d+) \|/g)].map(
        (m) => Number(m[1]) * 8,
      );
      must(own.join() === wanted.join() && own.length > 0, `${own.join()} bit/s, tshark ${wanted.join()}`);
      return `${own.join(', ')} bit/s`;
    },
  }),
  sniffnet(
    'notifications (system, sound, threshold)',
    'live',
    {
      'the desktop is told of incidents when asked for': async (k) => {
        await hearDesktop(k);
        await k.command('settings');
        await k.page.getByRole('group', { name: 'Tell incidents' }).getByRole('button', { name: 'While' }).click();
        await k.page.keyboard.press('Escape');
        await k.command('Try the sample');
        await k.page.waitForFunction(() => (window as unknown as Heard).told.length > 0, undefined, {
          timeout: 15_000,
        });
        const [title] = await k.page.evaluate(() => (window as unknown as Heard).told);
        must(/192\.0\.2\.10 to 192\.0\.2\.8\d/.test(title!), `it is told '${title}'`);
        return title!;
      },
      'a sound': async (k) => {
        await hearDesktop(k);
        await k.command('settings');
        await k.page.getByRole('group', { name: 'Tell incidents' }).getByRole('button', { name: 'While' }).click();
        await k.page.getByRole('group', { name: 'With a sound' }).getByRole('button', { name: 'On' }).click();
        await k.page.keyboard.press('Escape');
        const before = await k.page.evaluate(() => (window as unknown as Heard).tones);
        await k.command('Try the sample');
        await k.page.waitForFunction((n) => (window as unknown as Heard).tones > n, before, { timeout: 15_000 });
      },
      'a threshold: more packets a second of a live capture are told, fewer are not': async (k) => {
        await k.command('settings');
        const field = k.page.locator('.setting', { hasText: 'Tell a live capture above' }).locator('input');
        await field.fill('40');
        await field.press('Tab');
        await k.page.keyboard.press('Escape');
        await k.page.locator('.interface-list li', { hasText: k.network!.interface }).click();
        await k.page.locator('.interfaces .button.primary').click();
        await k.page.locator('.source.running').waitFor();
        const told = k.page.locator('.toast', { hasText: 'packets a second, more than 40' });
        const send = (gap: number, times: number): unknown =>
          k.network!.on('bash', '-c', `for i in $(seq ${times}); do echo x > /dev/udp/${SERVER}/9; sleep ${gap}; done`);
        send(0.2, 15);
        await k.page.waitForTimeout(500);
        must((await told.count()) === 0, 'it is told at 10 packets a second');
        send(0.005, 300);
        await told.waitFor({ timeout: 15_000 });
        return (await told.innerText()).split('\n')[0]!;
      },
    },
    { apart: true },
  ),
  evebox('alerts grouped by signature, host', 'sample', {
    'grouped by host, folded and unfolded': async (k) => {
      await incidents(k);
      await k.page.locator('.incident-bar button', { hasText: 'Host' }).click();
      await k.page.locator('.grid-row.group', { hasText: '2 incidents' }).waitFor();
      await k.page.locator('.alerts .grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('ArrowLeft');
      await k.page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 1);
      await k.page.keyboard.press('ArrowRight');
    },
    'grouped by evidence': async (k) => {
      await incidents(k);
      await k.page.locator('.incident-bar button', { hasText: 'Evidence' }).click();
      await k.page.locator('.grid-row.group').first().waitFor();
      await k.page.locator('.incident-bar button', { hasText: 'Nothing' }).click();
      await k.page.locator('.grid-row.group').first().waitFor({ state: 'hidden' });
    },
  }),
  evebox('escalate, archive, comment', 'sample', {
    'a state is given': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('s');
      await k.page.locator('dialog .choice', { hasText: 'In work' }).click();
      await k.page.locator('.grid-row.selected .i-state', { hasText: 'In work' }).waitFor();
    },
    'a comment is written, and stands in the trail': async (k) => {
      await write(k, 'n', 'looked at by the review');
      await k.page.locator('.notes p', { hasText: 'looked at by the review' }).waitFor();
      await k.page.locator('.trail li', { hasText: 'note' }).first().waitFor();
    },
    'closed, and filtered out of the list': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('s');
      await k.page.locator('dialog .choice', { hasText: 'Closed: true' }).click();
      await k.page.locator('.grid-row.selected .i-state', { hasText: 'Closed' }).waitFor();
      await oneIncident(k, 'incident.state == new');
    },
    'Allow asks before it acts': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('a');
      await k.page.locator('.allow-preview', { hasText: /silences \d of the 2/ }).waitFor();
    },
  }),
  evebox('signatures (Suricata), IOC lists', 'sample', {
    'rules of Suricata': (k) => command(k, 'suricata', 'no command takes rules of Suricata'),
    'a list of indicators': (k) => command(k, 'indicator', 'no command takes a list of indicators'),
  }),
  evebox('sorting and filtering of alerts', 'sample', {
    'heads sort': async (k) => {
      await incidents(k);
      const flows = k.page.locator('.incidents .heads .head-button', { hasText: 'Flows' });
      const first = (): Promise<string> => k.page.locator('.incidents .grid-row[aria-rowindex="1"]').innerText();
      await flows.click();
      await k.page.waitForTimeout(400);
      const up = await first();
      await flows.click();
      await k.page.waitForTimeout(400);
      const down = await first();
      await flows.click();
      must(up !== down, 'both directions begin with the same incident');
    },
    'the bar filters them': async (k) => {
      await incidents(k);
      await oneIncident(k, 'incident.gravity == malicious', async () => {
        must(
          (await k.page.locator('.incidents .grid-row:not([hidden])').count()) === 1,
          'the list shows another number',
        );
      });
    },
  }),
];
