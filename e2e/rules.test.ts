// Threat rules and indicators as a person has them: loaded, matched, looked at, turned off, written; by keys as well.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, test } from './fixtures.ts';
import { openWork, type Work } from './work.ts';

const RULES = `# Rules of the test.
alert http any any -> any any (msg:"Fox page is asked for"; flow:established,to_server; http.uri; content:"/fox.html"; \
reference:cve,2024-1; classtype:trojan-activity; sid:9100001; rev:1;)
alert tcp any any -> any 25 (msg:"Mail is ended"; content:"QUIT"; priority:3; sid:9100002; rev:2;)
alert tcp any any -> any any (msg:"Never"; content:"nobody says this"; sid:9100003; rev:1;)
alert http any any -> any any (msg:"Nobody knows this keyword"; thrice:1; sid:9100004; rev:1;)
`;

describe('rules and indicators', () => {
  let work: Work;
  let folder: string;
  test.beforeAll(async ({ openApp }) => {
    work = await openWork(openApp);
    folder = join(work.app.folder, 'threats');
    mkdirSync(folder);
    writeFileSync(join(folder, 'web.rules'), RULES);
    writeFileSync(join(folder, 'good.txt'), '10.0.0.3\n');
    writeFileSync(join(folder, 'addresses.txt'), '# addresses\n10.0.0.3\n10.0.0.4\nnot an address at all ☂\n');
  });
  test.afterAll(async () => {
    await work?.close();
  });

  const page = () => work.app.page;
  const nav = (name: string) => page().locator('.threats .stats-nav button', { hasText: name });
  const rows = () => page().locator('.threat-grid .stat-row');
  const openPage = async (name: string): Promise<void> => {
    await page().locator('.rail').getByRole('button', { name: 'Rules' }).click();
    await nav(name).click();
    await page().locator('.stats-head h2', { hasText: name }).waitFor();
  };

  test('a file of rules is loaded by keys alone; its counts and refused lines are told', async () => {
    await page().keyboard.press('7');
    await page().locator('.threat-sources').waitFor();
    await page().getByLabel('File or folder of rules').focus();
    await page().keyboard.type(join(folder, 'web.rules'));
    await page().keyboard.press('Enter');
    const file = page().locator('.threat-files li', { hasText: 'web.rules' });
    await file.locator('.threat-counts', { hasText: '3 rules' }).waitFor();
    await file.getByRole('button', { name: '1 refused' }).press('Enter');
    await rows().first().waitFor();
    assert.equal(await rows().count(), 1);
    const text = await rows().first().innerText();
    assert.match(text, /web\.rules\s+5\s+9100004\s+.*thrice/s);
  });

  test('a file that is not there is told so beside its path, and removed', async () => {
    await openPage('Files and lists');
    await page().getByLabel('File or folder of rules').fill(join(folder, 'absent.rules'));
    await page().keyboard.press('Enter');
    const file = page().locator('.threat-files li', { hasText: 'absent.rules' });
    await file.locator('.bad', { hasText: 'no such file' }).waitFor();
    await file.getByRole('button', { name: /^Remove/ }).press('Enter');
    await file.waitFor({ state: 'detached' });
  });

  test('a list of indicators is loaded', async () => {
    await page().getByLabel('File or folder of lists').fill(join(folder, 'addresses.txt'));
    await page().keyboard.press('Enter');
    const list = page().locator('.threat-files li', { hasText: 'addresses.txt' });
    await list.locator('.threat-counts', { hasText: '2 entries' }).waitFor();
    await list.locator('.threat-counts', { hasText: '1 refused' }).waitFor();
  });

  test('rules that matched lead to their packets, with a row of the alert among them', async () => {
    await openPage('Rules that matched');
    await rows().filter({ hasText: 'Fox page is asked for' }).waitFor();
    assert.equal(await rows().count(), 2);
    assert.match(await rows().first().innerText(), /^1\s+9100001\s+Fox page/);
    await page().locator('.threat-grid').focus();
    await page().keyboard.press('Home');
    await page().keyboard.press('Enter');
    await page().locator('.grid-row.rule:not([hidden])', { hasText: 'Fox page is asked for' }).waitFor();
    assert.equal(await page().locator('#filter').inputValue(), 'rule.sid == 9100001');
  });

  test('above the details stand the rules that matched; their bytes are lit up', async () => {
    await page().locator('.threat-head .threat-msg', { hasText: 'Fox page is asked for' }).waitFor();
    await work.app.filter('rule.msg contains "Mail"');
    await page().locator('.grid').press('Home');
    const head = page().locator('.threat-head');
    await head.locator('.threat-msg', { hasText: 'Mail is ended' }).waitFor();
    await head.getByRole('button', { name: /^Show bytes/ }).press('Enter');
    await page().locator('.hex-text .lit').first().waitFor();
    assert.equal((await page().locator('.hex-text .lit').allInnerTexts()).join(''), 'QUIT');
    await work.app.filter('rule.sid == 9100001');
    await page().locator('.grid').press('Home');
    await head.locator('.threat-msg', { hasText: 'Fox page is asked for' }).waitFor();
    await head.locator('.threat-in', { hasText: 'http.uri' }).waitFor();
  });

  test('a rule is explained step by step, with its text and its references', async () => {
    await page().locator('.threat-head .threat-msg').first().press('Enter');
    const dialog = page().locator('dialog');
    await dialog.locator('.rule-steps li').first().waitFor();
    await dialog.locator('h3 .chip', { hasText: 'It matches at packet' }).waitFor();
    assert.match(await dialog.locator('.rule-text').innerText(), /http\.uri/);
    assert.equal(await dialog.locator('.rule-references').innerText(), 'CVE-2024-1');
    const buffer = dialog.locator('.rule-buffers > div', { hasText: 'http.uri' });
    assert.equal(await buffer.locator('mark').innerText(), '/fox.html');
    assert.deepEqual(await axeFindings(page()), []);
    await page().keyboard.press('Escape');
  });

  test('where one pane is shown, or that of bytes is hidden, bytes of a match come to the front', async () => {
    const bytes = page()
      .locator('.threat-head')
      .getByRole('button', { name: /^Show bytes/ });
    await page().setViewportSize({ width: 720, height: 600 });
    await page().locator('.pane-tabs .tab').first().press('Enter');
    await bytes.first().press('Enter');
    await page().locator('.hex-text .lit').first().waitFor();
    await page().setViewportSize({ width: 1440, height: 900 });
    await work.app.command('pane-bytes');
    await page().locator('.hex').waitFor({ state: 'detached' });
    // The bytes may lie in a packet before the one that the rule matched at.
    await work.app.filter('rule.sid == 9100001');
    await page().locator('.grid').press('Home');
    await bytes.first().press('Enter');
    await page().locator('.hex-text .lit').first().waitFor();
  });

  test('what rules cost is measured when asked for, and tells slow ones and those that never matched', async () => {
    await openPage('What rules cost');
    await page().locator('.threat-none').getByRole('button', { name: 'Measure' }).press('Enter');
    await rows().nth(2).waitFor();
    const sum = await page().locator('.threat-bar').innerText();
    assert.match(sum, /3 rules took [\d.,]+ ms in \d+ packets: \d+ slow, 1 never/);
    const fox = await rows().filter({ hasText: 'Fox page is asked for' }).innerText();
    assert.match(fox, /%\s+[\d.,]+\s+\d+\s+[\d.]+\s+1\s+9100001/);
    await openPage('Never matched');
    await rows().filter({ hasText: '9100003' }).waitFor();
    assert.equal(await rows().count(), 1);
    const find = page().locator('.threat-find');
    await find.fill('fox');
    await page().locator('.stat-none').waitFor();
    await find.fill('NEVER');
    await rows().filter({ hasText: '9100003' }).waitFor();
    await openPage('Files and lists');
    await page().locator('.threat-figures').getByRole('button').nth(1).press('Enter');
    await page().locator('.stats-head h2', { hasText: 'Never matched' }).waitFor();
  });

  test('refused lines are counted by reason, and a reason narrows the table to its lines', async () => {
    await openPage('Refused lines');
    await page().locator('.threat-reasons button').nth(1).waitFor();
    assert.equal(await rows().count(), 2);
    await page().locator('.threat-reasons button', { hasText: 'thrice' }).press('Enter');
    await rows().nth(1).waitFor({ state: 'detached' });
    assert.match(await rows().first().innerText(), /9100004/);
    await page().locator('.threat-reasons button', { hasText: 'thrice' }).press('Enter');
    await rows().nth(1).waitFor();
    await page().keyboard.press('1');
    await page().locator('.grid').waitFor();
  });

  test('a rule is made of bytes that are chosen with Shift and arrows, and matches at once', async () => {
    await work.app.filter('http.request');
    await page().locator('.grid').press('Home');
    await page().locator('.hex-text', { hasText: 'GET' }).waitFor();
    const at = await page()
      .locator('.hex-text')
      .evaluateAll((lines) =>
        lines
          .map((line) => line.textContent)
          .join('')
          .indexOf('GET /fox'),
      );
    await page().locator(`.hex-text i[data-at="${at}"]`).click();
    for (let i = 0; i < 3; i++) await page().locator('.hex').press('Shift+ArrowRight');
    await page().locator('.pane-note', { hasText: '4 selected' }).waitFor();
    await page().locator('.hex').press('Shift+F10');
    await page().locator('.context-menu button', { hasText: 'Make a rule from these bytes' }).press('Enter');
    const text = page().locator('.rule-editor textarea');
    await page().locator('.rule-said.good').waitFor();
    assert.match(await text.inputValue(), /content:"GET "/);
  });

  test('what is wrong with a rule is said while it is typed', async () => {
    const text = page().locator('.rule-editor textarea');
    const made = await text.inputValue();
    await text.fill(made.replace('content:', 'contents:'));
    await page().locator('.rule-said.bad', { hasText: 'contents' }).waitFor();
    assert.ok(await page().getByRole('button', { name: 'Keep' }).isDisabled());
    await text.fill(made.replace(/msg:"[^"]*"/, 'msg:"My own rule"'));
    await page().locator('.rule-said.good').waitFor();
    await text.press('Control+Enter');
    await page().locator('dialog').waitFor({ state: 'detached' });
    await page().locator('.flow-card .threat-msg', { hasText: 'My own rule' }).waitFor();
    await openPage('Rules that matched');
    await rows().filter({ hasText: 'My own rule' }).waitFor();
    await openPage('Own rules');
    await rows().filter({ hasText: 'My own rule' }).waitFor();
  });

  test('a rule that is turned off is gone from the past too, and comes back', async () => {
    await openPage('Rules that matched');
    const row = rows().filter({ hasText: 'Fox page is asked for' });
    await row.click({ button: 'right' });
    await work.app.choose('Turn off');
    await row.waitFor({ state: 'detached' });
    await page().keyboard.press('1');
    await work.app.filter('rule.sid == 9100001');
    await page().locator('.filter-status', { hasText: /^0 / }).waitFor();
    await work.app.filter('');
    await page().locator('.grid').press('Home');
    assert.equal(await page().locator('.grid-row.rule', { hasText: 'Fox page' }).count(), 0);
    await openPage('Turned off');
    await rows().filter({ hasText: 'Fox page is asked for' }).waitFor();
    await page().getByRole('button', { name: 'Turn on' }).press('Enter');
    await openPage('Rules that matched');
    await row.waitFor();
  });

  test('an own rule is edited and deleted', async () => {
    await openPage('Own rules');
    await page().locator('.threat-grid').press('Enter');
    const text = page().locator('.rule-editor textarea');
    await text.fill((await text.inputValue()).replace('My own rule', 'Another name'));
    await page().locator('.rule-said.good').waitFor();
    await page().getByRole('button', { name: 'Keep' }).click();
    await rows().filter({ hasText: 'Another name' }).waitFor();
    await page().getByRole('button', { name: 'Delete' }).press('Enter');
    await page().locator('.empty').waitFor();
  });

  test('a rule is made of the names and fingerprints of a flow', async () => {
    await page().keyboard.press('2');
    await page().locator('.grid').press('Home');
    await page().locator('.inspect-why h2').waitFor();
    await page().getByRole('button', { name: 'Make a rule…' }).press('Enter');
    await page().locator('.context-menu button', { hasText: 'Address of the responder' }).press('Enter');
    await page().locator('.rule-said.good').waitFor();
    assert.match(await page().locator('.rule-editor textarea').inputValue(), /10\.0\.0\./);
    await page().keyboard.press('Escape');
  });

  test('indicators that were met lead to packets', async () => {
    await openPage('Indicators met');
    await rows().filter({ hasText: '10.0.0.3' }).waitFor();
    await page().locator('.threat-grid').press('Enter');
    await page().locator('.node').first().waitFor();
    assert.ok((await page().locator('.grid-row.selected').count()) > 0);
  });

  test('what an allow list holds, or was allowed by hand, is met no more in the open capture', async () => {
    await openPage('Files and lists');
    await page().getByLabel('File or folder of allow lists').fill(join(folder, 'good.txt'));
    await page().keyboard.press('Enter');
    const list = page().locator('.threat-files li', { hasText: 'good.txt' });
    await list.locator('.threat-counts', { hasText: '1 entry' }).waitFor();
    await page().locator('.threat-figures div', { hasText: 'Allowed' }).locator('dd', { hasText: '1' }).waitFor();
    await openPage('Indicators met');
    const met = rows().filter({ hasText: '10.0.0.3' });
    await met.waitFor({ state: 'detached' });
    await openPage('Files and lists');
    await list.getByRole('button', { name: /^Remove/ }).press('Enter');
    await openPage('Indicators met');
    await met.click();
    await page().getByRole('button', { name: 'Allow this indicator' }).press('Enter');
    await met.waitFor({ state: 'detached' });
    await openPage('Files and lists');
    await page().locator('.threat-allowed li', { hasText: '10.0.0.3' }).getByRole('button').press('Enter');
    await page().locator('.threat-allowed').waitFor({ state: 'detached' });
    await openPage('Indicators met');
    await met.waitFor();
  });

  test('settings have the same files and counts', async () => {
    await work.app.command('settings');
    await page().locator('.threat-settings', { hasText: 'web.rules' }).waitFor();
    await page().locator('.threat-settings').getByRole('button', { name: 'Rules and indicators…' }).press('Enter');
    await page().locator('.threat-sources').waitFor();
  });

  test('variables are used, and what is wrong with one is said', async () => {
    await openPage('Files and lists');
    await page().getByRole('button', { name: 'Add variable' }).press('Enter');
    await page().getByLabel('Name of variable 1').fill('home net');
    await page().locator('#threat-variables-wrong', { hasText: 'capital letters' }).waitFor();
    await page().getByLabel('Name of variable 1').fill('HOME_NET');
    await page().getByLabel('Value of HOME_NET').fill('10.0.0.0/8');
    await page().keyboard.press('Enter');
    await page().locator('.threat-card .primary:disabled').waitFor();
    await page().reload();
    await page().locator('.status').waitFor();
    await openPage('Files and lists');
    await page().locator('.threat-variables input').nth(1).waitFor();
    assert.equal(await page().getByLabel('Value of HOME_NET').inputValue(), '10.0.0.0/8');
  });

  for (const language of ['en', 'zh'] as const)
    test(`axe finds nothing wrong on any page: ${language}`, async () => {
      await page().locator(`.languages [lang="${language}"]`).click();
      await page().keyboard.press('7');
      const pages = page().locator('.threats .stats-nav button');
      await pages.first().waitFor();
      for (let i = 0; i < (await pages.count()); i++) {
        await pages.nth(i).click();
        await page().locator('.threat-sources, .threat-grid, .threat-none').first().waitFor();
        assert.deepEqual(await axeFindings(page()), []);
        if (language === 'en') continue;
        const words = await page()
          .locator('.threats .stats-nav, .stats-heads, .stat-foot, .threat-card h3')
          .allInnerTexts();
        assert.doesNotMatch(words.join(' '), /\b(rules?|lines?|matched|refused|file|turn|show)\b/i);
      }
      await page().locator('.languages [lang="en"]').click();
    });

  test('the page complained about nothing', () => {
    assert.deepEqual(work.app.problems, []);
  });
});
