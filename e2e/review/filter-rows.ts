// Rows of the review about the display filter and about filters made of what is pressed.
import { must } from './must.ts';
import { rowsOf, type Part, type Trial } from './trial.ts';

const filters = rowsOf('wireshark', 'Display filter');
const apply = rowsOf('wireshark', 'Apply as filter');

/** Each of these lets through what tshark does. */
function same(...all: readonly string[]): Record<string, Part> {
  return Object.fromEntries(all.map((f) => [`\`${f}\``, (k) => k.same(f)]));
}

/** What 4.0 does not know is held to other words for the same. */
function as(filter: string, other: string): Record<string, Part> {
  return { [`\`${filter}\``]: (k) => k.same(filter, other) };
}

/** What only we know is held to what the command line finds in another process, and has to leave something out. */
function asScored(filter: string, passes: (flow: Readonly<Record<string, unknown>>) => boolean): Record<string, Part> {
  return {
    [`\`${filter}\``]: async (k) => {
      const flows = k.records('score', '--json', k.capture).filter((r) => r['type'] === 'flow' && passes(r));
      const wanted = flows.reduce((all, f) => all + Number(f['packets_fwd']) + Number(f['packets_rev']), 0);
      const count = await k.count(filter);
      must(count > 0 && count < k.packets(), `${count} of ${k.packets()} packets`);
      must(count === wanted, `${count} packets, the command line finds ${wanted}`);
      return `${count} packets, as \`sightline score\``;
    },
  };
}

export const FILTER_ROWS: readonly Trial[] = [
  filters(
    'address, port, CIDR, frame.number/len, && || ! not and or ( )',
    'mixed',
    same(
      'ip.addr == 10.0.0.2',
      'ip.src == 10.0.0.0/30 and tcp.port == 80',
      'frame.number >= 5 && frame.len <= 100 && !(arp || udp)',
      'not (tcp or udp)',
    ),
  ),
  filters(
    'bare protocol words (tcp dns http tls smb2 dhcp vlan vxlan bootp)',
    'mixed',
    same('tcp', 'dns', 'http', 'tls', 'smb2', 'dhcp', 'vlan', 'vxlan', 'bootp'),
  ),
  filters('`in {…}`, ranges `a..b`', 'mixed', same('udp.port in {53, 67..68}', 'frame.len in {60..100}')),
  filters('contains', 'mixed', same('frame contains "GET"', 'http.host contains "ox"')),
  filters(
    'matches',
    'mixed',
    same('frame matches "(?i)get /FOX"', 'http.host matches "^[Ff]ox"', 'smtp matches "MAIL FROM"'),
  ),
  filters(
    'slices [0:3], bit masks &',
    'mixed',
    same('eth.src[0:3] == 02:00:00', 'tcp[13] & 0x02', 'frame[0:2] == ff:ff or frame[-4:] == "\\r\\n\\r\\n"'),
  ),
  filters(
    'functions lower() len() count()',
    'mixed',
    same('lower(http.host) == "fox.test"', 'len(dns.qry.name) > 8', 'count(ip.addr) > 2'),
  ),
  filters(
    'any / all, layer operator #',
    'mixed',
    same('any tcp.port > 40005', 'all ip.addr == 10.0.0.0/8', 'ip.addr#2 == 192.168.7.1'),
  ),
  filters('xor', 'mixed', {
    ...as(
      'tcp.port == 80 xor ip.src == 10.0.0.1',
      '(tcp.port==80 && !(ip.src==10.0.0.1)) || (!(tcp.port==80) && ip.src==10.0.0.1)',
    ),
  }),
  filters(
    'field compared with field (ip.src == ip.dst)',
    'mixed',
    same('ip.src == ip.dst', 'udp.srcport == udp.dstport'),
  ),
  filters('macros ${…}', 'mixed', {
    'a macro of Wireshark’s own is known': (k) =>
      k.same('${private_ipv4:ip.src}', 'ip.src in {10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16}'),
    'a macro is made, with what it is given, and found': async (k) => {
      await k.command('Filters and macros');
      const dialog = k.page.locator('dialog');
      await dialog.getByText('Add macro').click();
      await k.page.keyboard.type('between');
      await k.page.keyboard.press('Tab');
      await k.page.keyboard.type('ip.addr == $1 and ip.addr == $2');
      await dialog.locator('button[type="submit"]').click();
      await dialog.waitFor({ state: 'detached' });
      return k.same('${between:10.0.0.1;10.0.0.4}', 'ip.addr == 10.0.0.1 and ip.addr == 10.0.0.4');
    },
    'one that nobody made is a mistake at its place': async (k) => {
      await k.page.locator('#filter').fill('tcp and ${betwen:1;2}');
      await k.page.locator('.filter-bar.invalid').waitFor();
      const at = await k.page.locator('.filter-back mark').innerText();
      must(at === '${betwen:1;2}', `underlined is '${at}'`);
    },
  }),
  filters(
    'frame.time, frame.time_delta',
    'mixed',
    same('frame.time >= "2023-11-14 22:13:21"', 'frame.time_delta > 0.005', 'frame.time_relative <= 0.5'),
  ),
  filters(
    'tcp.stream, udp.stream, tcp.seq, tcp.window_size, tcp.options.*',
    'mixed',
    same(
      'tcp.stream == 1',
      'udp.stream == 2',
      'tcp.seq > 100',
      'tcp.window_size > 1000',
      'tcp.options.mss_val == 1460',
    ),
  ),
  filters('tcp.analysis.*, _ws.expert, _ws.malformed', 'mixed', {
    ...same('tcp.analysis.retransmission', 'tcp.analysis.flags', '_ws.malformed'),
    // Debian's 4.0 has chats of HTTP, and not those of QUIC.
    ...same('_ws.expert and not http and not quic', '_ws.expert.severity == "Warning" and udp'),
  }),
  filters('eth.addr, eth.src, eth.dst, vlan.id', 'mixed', {
    ...same(
      'eth.addr == 02:00:00:00:00:01',
      'eth.src == 02:00:00:00:00:01',
      'eth.dst == 02:00:00:00:00:02',
      'vlan.id == 5',
    ),
  }),
  filters(
    'ip.ttl, ip.len, ip.flags.*, ip.dsfield.dscp, arp.opcode',
    'mixed',
    same('ip.ttl == 64', 'ip.len > 100', 'ip.flags.df == 0', 'ip.dsfield.dscp == 0', 'arp.opcode == 2'),
  ),
  filters('http.request.method, http.host, http.user_agent, http.response.code', 'mixed', {
    ...same('http.request.method == "POST"', 'http.host contains "Fox"', 'http.user_agent == "review/1"'),
    ...same('http.response.code >= 400'),
  }),
  filters('http.request, http.request.uri, http.cookie, http.content_type', 'mixed', {
    ...same('http.request', 'http.cookie contains "id"', 'http.content_type contains "html"'),
    // In 4.4 an answer has the path that it answers, too.
    ...as('http.request.uri == "/gone"', 'http.request.uri == "/gone" or http.response_for.uri matches "/gone$"'),
  }),
  filters('dns.qry.name', 'mixed', same('dns.qry.name == "fox.test"', 'dns.qry.name contains "review"')),
  filters(
    'dns.flags.rcode, dns.flags.response, dns.qry.type, dns.a, dns.time',
    'mixed',
    same('dns.flags.rcode == 3', 'dns.flags.response == 1', 'dns.qry.type == 1', 'dns.a == 10.0.0.2', 'dns.time > 0'),
  ),
  filters('tls…server_name, ja3, ja3s, ja4', 'sample', {
    ...same('tls.handshake.extensions_server_name contains "sample"', 'tls.handshake.ja3', 'tls.handshake.ja3s'),
    ...as('tls.handshake.ja4', 'tls.handshake.type == 1'),
  }),
  filters(
    'tls.handshake.type, ciphersuite, record.version',
    'sample',
    same('tls.handshake.type == 2', 'tls.handshake.ciphersuite == 0x1301', 'tls.record.version == 0x0301'),
  ),
  filters(
    'smb2.cmd, smb2.filename, kerberos.*, ntlmssp, ftp.*, smtp.*, sip.*, dhcp.option.*, mqtt.*, modbus.*',
    'mixed',
    same(
      'smb2.cmd == 5',
      'smb2.filename == "plan.txt"',
      'kerberos',
      'ntlmssp',
      'ftp.request.command == "USER"',
      'smtp.req.command == "MAIL"',
      'sip.Method == "OPTIONS"',
      'dhcp.option.dhcp == 1',
      'mqtt.msgtype == 1',
      'modbus.func_code == 3',
    ),
  ),
  filters('checked while typing, place of the mistake, completion', 'mixed', {
    'a mistake is underlined at its place': async (k) => {
      await k.page.locator('#filter').fill('http and tcp.prt == 1');
      await k.page.locator('.filter-bar.invalid').waitFor();
      const at = await k.page.locator('.filter-back mark').innerText();
      must(at === 'tcp.prt', `underlined is '${at}'`);
    },
    'fields of Wireshark are completed': async (k) => {
      await k.page.locator('#filter').fill('');
      await k.page.locator('#filter').pressSequentially('dns and http.hos');
      await k.page.locator('.suggestions li', { hasText: /^http\.host/ }).waitFor();
    },
  }),
  filters('history of filters, saved filters, filter buttons', 'mixed', {
    'the empty bar offers the filters of before': async (k) => {
      await k.same('tcp.port == 1883');
      await k.same('udp.port == 5060');
      const offered = await k.ofEmptyBar();
      must(
        offered.some((text) => text.includes('tcp.port == 1883')),
        `offered are ${offered.slice(0, 3).join(', ').replaceAll('\n', ' ')}`,
      );
    },
    'a filter is saved by a name, stands on a button, and applies': async (k) => {
      await k.count('tcp.flags.syn == 1');
      await k.command('Save filter');
      await k.page.locator('dialog', { hasText: 'Save filter' }).waitFor();
      await k.page.keyboard.type('Beginnings');
      await k.page.keyboard.press('Enter');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      await k.app.filter('');
      const button = k.page.locator('.saved-filters').getByRole('button', { name: 'Beginnings' });
      await button.click();
      const wanted = k.tshark('tcp.flags.syn == 1').length;
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
      return `its button lets ${wanted} packets through, as tshark`;
    },
    'it is there after a new start of the page, and in the menu of filters': async (k) => {
      await k.count('udp.port == 53');
      await k.command('Save filter');
      await k.page.locator('dialog', { hasText: 'Save filter' }).waitFor();
      await k.page.keyboard.type('Names');
      await k.page.keyboard.press('Enter');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      await k.app.filter('');
      await k.page.reload();
      await k.app.settled();
      await k.page.locator('.filter-menu-button').click();
      await k.choose('Names');
      const wanted = k.tshark('udp.port == 53').length;
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
    },
    'one of before is applied again by keys': async (k) => {
      await k.count('arp');
      await k.ofEmptyBar();
      await k.page.keyboard.press('ArrowDown');
      await k.page.locator('#suggestion-0.chosen', { hasText: 'arp' }).waitFor();
      await k.page.keyboard.press('Enter');
      const wanted = k.tshark('arp').length;
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) }).waitFor();
    },
  }),
  filters('its own fields: flow.verdict, flow.score, feature.*', 'sample', {
    ...asScored('flow.verdict == malicious', (f) => f['verdict'] === 'malicious'),
    ...asScored('flow.points >= 2', (f) => Number(f['points']) >= 2),
    ...asScored('flow.score > 0.5', (f) => f['score'] !== null && Number(f['score']) > 0.5),
    ...asScored('feature.packets_rev >= 10', (f) => Number(f['packets_rev']) >= 10),
  }),
  apply('from a line of the tree (key F)', 'mixed', { 'every line of an answer of DNS': everyLine }),
  apply('from a cell of the list, from the flow table', 'mixed', {
    'a cell of the list': async (k) => {
      await k.goTo(20);
      await k.cell('20', 'source').click({ button: 'right' });
      await k.choose('Apply as filter', 'Selected');
      await k.page.locator('.filter-status', { hasText: / of .*·/ }).waitFor();
      const filter = await k.page.locator('#filter').inputValue();
      must(filter.startsWith('ip.src == 10.0.0.'), `the bar has '${filter}'`);
    },
    'a row of the flow table': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.flows .grid-row:not([hidden])').nth(1).click({ button: 'right' });
      await k.choose('Apply as filter', 'Selected');
      await k.page.locator('.filter-status', { hasText: '1 of' }).waitFor();
      await k.app.filter('');
    },
  }),
  apply('prepare, and/or/not selected, drag to the bar', 'mixed', {
    'prepared and not applied': async (k) => {
      await k.goTo(20);
      await k.cell('20', 'length').click({ button: 'right' });
      await k.choose('Prepare as filter', 'Not selected');
      await k.page.locator('.filter-status', { hasText: 'Enter applies' }).waitFor();
      const filter = await k.page.locator('#filter').inputValue();
      must(/^!\(frame\.len == \d+\)$/.test(filter), `the bar has '${filter}'`);
    },
    'joined by and, or, and not, or not': async (k) => {
      for (const [entry, wanted] of [
        ['… and selected', '(udp || tcp) && (frame.number == 20)'],
        ['… or selected', '(udp || tcp) || (frame.number == 20)'],
        ['… and not selected', '(udp || tcp) && !(frame.number == 20)'],
        ['… or not selected', '(udp || tcp) || !(frame.number == 20)'],
      ] as const) {
        await k.app.filter('udp || tcp');
        await k.goTo(20);
        await k.cell('20', 'no').click({ button: 'right' });
        await k.choose('Prepare as filter', entry);
        await k.page.locator('.filter-bar.valid').waitFor();
        const filter = await k.page.locator('#filter').inputValue();
        must(filter === wanted, `'${entry}' makes '${filter}'`);
      }
    },
    'a line of the tree is dragged to the bar': async (k) => {
      await k.goToFirst('dns');
      const line = await k.node('User Datagram Protocol');
      await line.click();
      await line.dragTo(k.page.locator('#filter'));
      const wanted = k.tshark('udp').length;
      await k.page
        .locator('.filter-status', { hasText: new RegExp(`^${wanted} of `) })
        .waitFor()
        .catch(async () => {
          throw new Error(`after the drag the bar has '${await k.page.locator('#filter').inputValue()}'`);
        });
      // Beside a text that is there, a menu asks how they are joined.
      const other = await k.node('Internet Protocol Version 4');
      await other.click();
      await other.dragTo(k.page.locator('#filter'));
      await k.choose('Apply as filter', '… or selected');
      const rest = k.tshark('udp or ip').length;
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${rest} of `) }).waitFor();
      return `${wanted} packets of udp, ${rest} of udp or ip`;
    },
  }),
];

/** Presses F on every line of the tree that has a field: each is green and leaves the packet in the list. */
async function everyLine(k: Parameters<Part>[0]): Promise<void> {
  const no = await k.goToFirst('dns.flags.response == 1');
  await k.page.locator('.node').first().click({ button: 'right' });
  await k.choose('Unfold all');
  const wrong: string[] = [];
  const tree = k.page.locator('[role="tree"]');
  await tree.press('Home');
  let [tried, lines, before] = [0, 0, ''];
  // The tree moves by keys, since only what is in sight is on the page.
  for (;;) {
    const line = k.page.locator('.node.selected');
    const id = await line.getAttribute('id');
    if (id === before) break;
    before = id!;
    lines++;
    const label = (await line.innerText()).replaceAll(/\s+/g, ' ');
    await tree.press('f');
    await k.page.waitForTimeout(60);
    const filter = await k.page.locator('#filter').inputValue();
    if (filter === '') {
      // A line that is text alone has no field, in Wireshark neither; its menu offers no filter then.
      await line.click({ button: 'right' });
      const offered = await k.entries();
      await k.page.keyboard.press('Escape');
      if (offered.includes('Apply as filter')) wrong.push(`${label}: nothing happens`);
    } else {
      tried++;
      const green = k.page.locator('.filter-bar.valid .filter-status', { hasText: /\d of .*·/ });
      const there = await green
        .waitFor({ timeout: 3_000 })
        .then(() => k.cell(String(no), 'no').first().waitFor({ timeout: 3_000 }))
        .then(
          () => true,
          () => false,
        );
      if (!there) wrong.push(filter);
      await k.page.locator('#filter').fill('');
      await k.page.locator('#filter').press('Enter');
      await k.page.locator('.grid:focus').waitFor();
    }
    await tree.press('ArrowDown');
  }
  must(tried > 40 && wrong.length === 0, `of ${lines} lines ${wrong.length} do not: ${wrong.slice(0, 4).join('; ')}`);
}
