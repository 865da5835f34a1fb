// Pictures of threat rules and indicators: what is loaded, what matched, a packet with its match, a rule explained, and
// one that is made.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from './harness.ts';
import { closeDialog, type PathOf } from './screenshot-views.ts';
import { type Look, RULES, shooter, toPane } from './screenshot-look.ts';

const WEB = `# Requests that are made again and again, and what is fetched by them.
alert http $HOME_NET any -> any any (msg:"HUNTING Report fetched by a command line client"; flow:established,to_server; \
http.method; content:"GET"; http.uri; content:"/report.txt"; fast_pattern; http.user_agent; content:"Wget/"; startswith; \
reference:url,attack.mitre.org/techniques/T1071/001; classtype:trojan-activity; sid:4200001; rev:3;)
alert http any any -> any any (msg:"POLICY Directory listing is asked for"; flow:established,to_server; http.uri; \
content:"/"; bsize:1; classtype:policy-violation; sid:4200002; rev:1;)
alert tcp any any -> any any (msg:"HUNTING GET request in a stream"; flow:established,to_server; content:"GET /"; \
startswith; content:"Wget"; distance:0; classtype:bad-unknown; sid:4200003; rev:2;)
alert tls any any -> any any (msg:"POLICY Server name under sample.test"; tls.sni; content:".sample.test"; endswith; \
classtype:policy-violation; sid:4200004; rev:1;)
alert tls any any -> any any (msg:"MALWARE Certificate of a known family"; tls.cert_subject; content:"CN=update-cdn"; \
classtype:trojan-activity; sid:4200005; rev:6;)
alert http any any -> any any (msg:"HUNTING Script in a response"; luajit:check.lua; sid:4200006; rev:1;)
`;
const NET = `alert tcp any any -> $HOME_NET any (msg:"SCAN Many ports of one host"; flags:S; \
threshold:type limit, track by_src, count 1, seconds 60; classtype:network-scan; sid:4200101; rev:4;)
alert dns any any -> any any (msg:"INFO Question for a name under .test"; dns.query; content:".test"; endswith; \
classtype:bad-unknown; sid:4200102; rev:2;)
alert ssh any any -> any any (msg:"INFO Session of SSH"; classtype:misc-activity; priority:3; sid:4200103; rev:1;)
`;
const LISTS = {
  'addresses.txt': '# Addresses of command servers.\n192.0.2.82\n198.51.100.23\n203.0.113.0/24\n',
  'domains.txt': 'files.sample.test\nupdate-cdn.example\nnot a name at all ☂\n',
} as const;
/** The packet of a request, as the sample has it. */
const REQUEST = 'rule.sid == 4200003';

export async function takeRules(look: Look, pathOf: PathOf): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
  const rules = join(folder, 'rules');
  const lists = join(folder, 'lists');
  mkdirSync(rules);
  mkdirSync(lists);
  writeFileSync(join(rules, 'web.rules'), WEB);
  writeFileSync(join(rules, 'network.rules'), NET);
  for (const [name, text] of Object.entries(LISTS)) writeFileSync(join(lists, name), text);
  const app = await App.sample(look);
  const { page } = app;
  const shot = shooter(look, page, pathOf, RULES);
  const nav = (at: number): Promise<void> => page.locator('.threats .stats-nav button').nth(at).click();
  const load = async (field: number, path: string): Promise<void> => {
    const input = page.locator('.threat-beside .threat-add input').nth(field);
    await input.fill(path);
    await input.press('Enter');
    await page.locator('.threat-beside .threat-files li', { hasText: path.slice(path.lastIndexOf('/') + 1) }).waitFor();
  };
  try {
    if (look.language === 'zh') await page.locator('.languages [lang="zh"]').click();
    await page.keyboard.press('7');
    await nav(0);
    await page.waitForTimeout(300);
    if (look.views === 'looked-at') await shot('rules-empty');
    await page.locator('.threat-variables ~ .threat-add button, .threat-card form .threat-add button').last().waitFor();
    await load(0, join(rules, 'web.rules'));
    await load(0, join(rules, 'network.rules'));
    for (const name of Object.keys(LISTS)) await load(1, join(lists, name));
    await matched(app);
    await shot('rules');
    await nav(1);
    await page.locator('.threat-grid .stat-row').nth(3).waitFor();
    await shot('rules-matched');
    for (const [at, view] of [
      'rules-met',
      'rules-never',
      'rules-slow',
      'rules-refused',
      'rules-off',
      'rules-own',
    ].entries()) {
      await nav(at + 2);
      await page.locator('.threat-grid, .threat-none').first().waitFor();
      if (view === 'rules-slow') {
        await page.locator('.threat-none button').click();
        await page.locator('.threat-grid .stat-row').first().waitFor();
      }
      await shot(view);
    }
    await atPacket(app, shot);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until rules were asked of all packets. */
async function matched({ page }: App): Promise<void> {
  await page.locator('.threat-busy').waitFor({ state: 'detached' });
  await page.locator('.threats .stats-nav button').nth(1).locator('b').waitFor();
  await page.waitForTimeout(1000);
  await page.locator('.threat-busy').waitFor({ state: 'detached' });
}

async function atPacket(app: App, shot: (view: string) => Promise<void>): Promise<void> {
  const { page } = app;
  await page.locator('.rail-button').first().click();
  await app.filter(REQUEST);
  await page.locator('.grid').press('Home');
  await page.locator('.threat-head .link-button').first().click();
  await page.locator('.hex .lit').first().waitFor();
  if ((await page.locator('.pane-tabs').count()) === 0) await page.locator('.flow-card .threat-flow').waitFor();
  await page.waitForTimeout(500);
  await page.mouse.move(2, 2);
  await shot('rules-packet');
  await toPane(page, 'tree');
  await page.locator('.threat-head .threat-msg').first().click();
  await page.locator('.rule-steps li').first().waitFor();
  await page.waitForTimeout(300);
  await shot('rule');
  await closeDialog(app);
  await toPane(page, 'bytes');
  await page.locator('.hex').press('Shift+F10');
  await page.locator('.context-menu button').first().click();
  await page.locator('.rule-said.good, .rule-said.bad').waitFor();
  await shot('rule-editor');
  await closeDialog(app);
  await page.keyboard.press('2');
  await page.locator('.threat-flow summary').first().click();
  await page.locator('.threat-flow').scrollIntoViewIfNeeded();
  await shot('rules-flow');
}
