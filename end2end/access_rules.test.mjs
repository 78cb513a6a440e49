// Access rules as an administrator changes them, by keyboard and with scripts off: wrong, right, in force, and back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const employee = 'ines.carvalho@harbourline.example';
const administrator = 'oksana.hrytsenko@harbourline.example';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

const rules = (page) => page.getByLabel('Your access rules');
const press = (page, name) => page.getByRole('button', { name, exact: true }).press('Enter');

async function put(page, text, reason) {
  await rules(page).fill(text);
  await page.getByLabel('Why', { exact: true }).fill(reason);
  await press(page, 'Put in force');
}

test('a rule opens a page to somebody and an older text closes it again, without scripts', async () => {
  const asking = await signIn(browser, base, employee);
  const changing = await signIn(browser, base, administrator, { javaScriptEnabled: false });
  assert.equal((await asking.goto(`${base}/operations`)).status(), 403);

  await changing.goto(`${base}/search?q=Carvalho`);
  const person = (await changing.locator('main a[href^="/people/"]').first().getAttribute('href')).split('/').pop();
  await changing.goto(`${base}/access-rules`);
  const before = await rules(changing).inputValue();
  const version = Number((await changing.getByRole('heading', { level: 1 }).innerText()).match(/\d+/)[0]);

  await rules(changing).fill(`${before}\npermit (principal, action, resource);`);
  await press(changing, 'Check');
  await changing.getByRole('alert').waitFor();
  assert.match(await changing.getByRole('alert').innerText(), /permits every action/);
  assert.match(await rules(changing).inputValue(), /permit \(principal, action, resource\);$/);

  const opened = `${before}\n@id("trial") permit (principal == Caller::"${person}", action == Action::"view_operations", resource);\n`;
  await rules(changing).fill(opened);
  await press(changing, 'Check');
  await changing.getByText('Nothing is wrong with this text').waitFor();
  assert.equal((await asking.goto(`${base}/operations`)).status(), 403);
  await put(changing, opened, 'For a week, to learn.');
  await changing.getByRole('heading', { level: 1, name: `Version ${version + 1} of your access rules is in force` }).waitFor();
  assert.equal((await asking.goto(`${base}/operations`)).status(), 200);
  assert.deepEqual(await findings(asking), []);

  await changing.getByRole('link', { name: `Take up the text of version ${version} again` }).press('Enter');
  assert.equal(await rules(changing).inputValue(), before);
  await changing.getByLabel('Why', { exact: true }).fill('The week is over.');
  await press(changing, 'Put in force');
  await changing.getByText(`Brought back the text of version ${version}.`).waitFor();
  assert.equal((await asking.goto(`${base}/operations`)).status(), 403);
});

test('two at once: the second is told, and keeps the text', async () => {
  const [one, two] = await Promise.all([signIn(browser, base, administrator), signIn(browser, base, administrator)]);
  for (const page of [one, two]) await page.goto(`${base}/access-rules`);
  const before = await rules(one).inputValue();
  await put(one, `${before}// one\n`, 'One was here.');
  await one.getByText('It counts from the next click').waitFor();
  await put(two, `${before}// two\n`, 'Two was here.');
  await two.getByText('The rules were changed while you wrote').waitFor();
  assert.equal(await rules(two).inputValue(), `${before}// two\n`);
  assert.equal(await two.getByLabel('Why', { exact: true }).inputValue(), 'Two was here.');
  assert.deepEqual(await findings(two), []);
  await press(two, 'Put in force');
  await two.getByText('It counts from the next click').waitFor();
  await put(two, before, 'As it was.');
  await two.getByText('It counts from the next click').waitFor();
});
