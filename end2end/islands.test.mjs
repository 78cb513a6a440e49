// What hands move: the palette, the list of items to ask for, the keys of the inbox; and that nobody needs them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const employee = 'ines.carvalho@harbourline.example';
const manager = 'marek.wisniewski@harbourline.example';
const administrator = 'oksana.hrytsenko@harbourline.example';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

// Fails when the wasm is fetched before anything was used.
function watch(page) {
  page.fetched = [];
  page.on('request', (request) => page.fetched.push(new URL(request.url()).pathname));
  return page;
}
const hasWasm = (page) => page.fetched.some((path) => path.endsWith('.wasm'));

test('the palette opens by key, finds a person, and goes there', async () => {
  const page = watch(await signIn(browser, base, administrator));
  await page.goto(`${base}/audit`);
  assert.ok(!hasWasm(page), 'wasm was fetched before an island was used');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Go to' });
  await field.waitFor();
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  // Nothing typed: the places to go to.
  await page.getByRole('option', { name: 'Operations' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.type('carvalho');
  const person = page.getByRole('option', { name: /Inês Carvalho/ });
  await person.waitFor();
  assert.equal(await person.getAttribute('aria-selected'), 'true');
  assert.equal(await field.getAttribute('aria-activedescendant'), await person.getAttribute('id'));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\/[0-9a-f-]{36}$/);
  assert.deepEqual(page.problems, []);
});

test('the palette moves by arrows, takes what was typed before it was there, and gives the focus back', async () => {
  const page = await signIn(browser, base, employee);
  await page.route('**/*.wasm', async (route) => { await page.waitForTimeout(400); await route.continue(); });
  await page.goto(`${base}/requests`);
  const opener = page.getByRole('link', { name: 'Search' });
  await opener.click();
  await page.keyboard.type('bank');
  await page.getByRole('option').first().waitFor();
  const chosen = page.locator('[role=option][aria-selected=true]');
  const first = await chosen.getAttribute('id');
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await chosen.getAttribute('id'), first);
  await page.keyboard.press('ArrowUp');
  assert.equal(await chosen.getAttribute('id'), first);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox').waitFor({ state: 'hidden' });
  assert.ok(await opener.evaluate((element) => element === document.activeElement));
  assert.deepEqual(page.problems, []);
});

test('with scripts off the palette is a page', async () => {
  const page = await signIn(browser, base, employee, { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'Search' }).click();
  await page.waitForURL(`${base}/search`);
  await page.getByRole('searchbox').fill('bank');
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('link', { name: /Display bank reconciliations/ }).waitFor();
});
