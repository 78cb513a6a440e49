// The main job as people do it: ask, approve, have it verified, see it end; once with scripts off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const directory = process.env.USHER_DIRECTORY;
const employee = 'ines.carvalho@harbourline.example';
const manager = 'marek.wisniewski@harbourline.example';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

async function ask(page, item, length) {
  await page.goto(`${base}/access/request`);
  await page.getByRole('checkbox', { name: item }).check();
  await page.getByText(length, { exact: true }).click();
  await page.getByLabel('What you need it for').fill("I take over month-end for PT10 from Duarte O'Brien.");
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('Marek Wiśniewski').first().waitFor();
  await page.getByRole('button', { name: /^Send request/ }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
}

// Whatever else waits for the manager is left alone.
async function approve(page, item) {
  await page.goto(`${base}/tasks`);
  await page.locator('.list li a').filter({ hasText: item }).first().click();
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);
  await page.getByRole('button', { name: /^Approve/ }).click();
  await page.waitForURL(/\/tasks/);
}

// The page says itself when it is true; until then it is loaded anew.
async function until(page, words, seconds) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    await page.reload();
    if (await page.getByText(words).first().isVisible()) return;
    assert.ok(Date.now() < end, `"${words}" did not show within ${seconds} s on ${page.url()}`);
    await page.waitForTimeout(500);
  }
}

for (const javaScriptEnabled of [true, false]) {
  const name = javaScriptEnabled ? 'with scripts' : 'with scripts off';
  const item = javaScriptEnabled ? 'Display bank reconciliations' : 'Maintain payment memos';
  test(`ask, approve, verified on the target, ended and verified gone: ${name}`, async () => {
    const asking = await signIn(browser, base, employee, { javaScriptEnabled });
    const deciding = await signIn(browser, base, manager, { javaScriptEnabled });
    await ask(asking, item, '2 minutes');
    await asking.getByText('Waits for Marek Wiśniewski.').waitFor();
    await approve(deciding, item);
    // Not "You have this": what is still to come says these words as well.
    await until(asking, 'Set up, and verified on the target', 20);
    const looking = await browser.newPage();
    await looking.goto(directory);
    assert.match(await looking.textContent('body'), /ines\.carvalho/);
    await until(asking, 'Ended, and its removal is verified', 150);
    assert.deepEqual([...asking.problems, ...deciding.problems], []);
  });
}

test('a form that cannot be taken keeps what was typed and names each field', async () => {
  const page = await signIn(browser, base, employee);
  await page.goto(`${base}/access/request`);
  await page.getByLabel('What you need it for').fill('Only words');
  await page.getByRole('button', { name: /^Send request/ }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('What you need it for').inputValue(), 'Only words');
  assert.deepEqual(await findings(page), []);
});

test('whoever has no part in it finds nothing', async () => {
  const asking = await signIn(browser, base, employee);
  await ask(asking, 'Yard plan, view', '1 hour');
  const other = await signIn(browser, base, 'thandiwe.nkosi@harbourline.example');
  const answer = await other.goto(asking.url());
  assert.equal(answer.status(), 404);
  for (const path of ['/operations', '/audit', '/access-rules', '/connectors']) {
    assert.equal((await asking.goto(`${base}${path}`)).status(), 403, path);
  }
});

test('a change from another site is refused', async () => {
  const page = await signIn(browser, base, employee);
  const answer = await page.request.post(`${base}/sign-out`, { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' } });
  assert.equal(answer.status(), 403);
});
