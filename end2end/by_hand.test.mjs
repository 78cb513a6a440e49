// Work by hand with scripts off: asked, approved, carried out by a person, and shown as that person's word; and a badge
// that files open, verified on its target.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const employee = 'ines.carvalho@harbourline.example';
const manager = 'marek.wisniewski@harbourline.example';
const owner = 'thandiwe.nkosi@harbourline.example';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

async function askAndApprove(item) {
  const asking = await signIn(browser, base, employee, { javaScriptEnabled: false });
  await asking.goto(`${base}/access/request?q=${encodeURIComponent(item)}`);
  await asking.getByRole('checkbox', { name: item }).check();
  await asking.getByText('1 hour', { exact: true }).click();
  await asking.getByLabel('What you need it for').fill('I am on call this week.');
  await asking.getByRole('button', { name: /^Send request/ }).click();
  await asking.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const deciding = await signIn(browser, base, manager, { javaScriptEnabled: false });
  await deciding.goto(`${base}/tasks`);
  await deciding.locator('.list li a').filter({ hasText: item }).first().click();
  await deciding.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);
  await deciding.getByRole('button', { name: /^Approve/ }).click();
  await deciding.waitForURL(/\/tasks/);
  return asking;
}

// The page says itself when it is true; until then it is loaded anew.
async function until(page, words, seconds) {
  const end = Date.now() + seconds * 1000;
  while (!(await page.getByText(words).first().isVisible())) {
    assert.ok(Date.now() < end, `"${words}" did not show within ${seconds} s on ${page.url()}`);
    await page.waitForTimeout(500);
    await page.reload();
  }
}

test('a person carries it out, and it shows as their word: with scripts off', async () => {
  const asking = await askAndApprove('Duty phone');
  await until(asking, 'A person sets it up by hand', 20);
  const hands = await signIn(browser, base, owner, { javaScriptEnabled: false });
  await hands.getByRole('link', { name: /^Work by hand/ }).first().click();
  await hands.getByRole('link', { name: 'Set up Duty phone' }).click();
  await hands.getByText('Find the key or the phone').waitFor();
  const address = hands.url();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
      const page = await signIn(browser, base, owner, { colorScheme, viewport: { width, height: 900 } });
      for (const path of [address, `${base}/work-items`, `${base}/work-items?closed=true`]) {
        await page.goto(path);
        assert.deepEqual(await findings(page), [], `${path} at ${width}, ${colorScheme}`);
      }
      assert.deepEqual(page.problems, []);
      await page.context().close();
    }
  }
  await hands.getByLabel('What you did or saw').fill('Phone 3 handed over, page 12 of the book.');
  await hands.getByRole('button', { name: 'It is done' }).click();
  await hands.getByText('It shows as confirmed by you.').waitFor();
  await until(asking, 'Confirmed by Thandiwe Nkosi', 5);
  assert.equal(await asking.getByText('verified on the target').count(), 0);
  // Too late: the page says what changed, and shows the words that were not taken.
  const late = await hands.request.post(`${address}/close`, { form: { key: 'late', word: 'cannot', evidence: 'No phone here.' } });
  assert.equal(late.status(), 409);
  assert.match(await late.text(), /Thandiwe Nkosi said that it is done.*No phone here\./s);
});

test('a badge that is served by files is verified on its target', async () => {
  const asking = await askAndApprove('Terminal gate');
  await until(asking, 'Set up, and verified on the target', 20);
  await asking.getByText('state.csv').first().waitFor();
});
