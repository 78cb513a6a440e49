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

// Somebody on a page, with what their browser has fetched there.
async function visit(email, path, options) {
  const page = await signIn(browser, base, email, options);
  page.fetched = [];
  page.on('request', (request) => page.fetched.push(new URL(request.url()).pathname));
  await page.goto(`${base}${path}`);
  return page;
}

const hasWasm = (page) => page.fetched.some((path) => path.endsWith('.wasm'));
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
const dialog = (page, name) => page.getByRole('dialog', { name });

// Asks for an item and gives the request's number, by which the manager's card is known.
async function ask(page, item) {
  await page.goto(`${base}/access/request?q=${encodeURIComponent(item)}`);
  await page.getByRole('checkbox', { name: item }).check();
  await page.getByText('7 days', { exact: true }).click();
  await page.getByLabel('What you need it for').fill('Cover for Aylin in December.');
  await page.getByRole('button', { name: /^Send request/ }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
}

test('the palette opens by key, finds a person, and goes there', async () => {
  const page = await visit(administrator, '/audit');
  assert.ok(!hasWasm(page), 'wasm was fetched before an island was used');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Go to' });
  await field.waitFor();
  assert.ok(await hasFocus(field));
  // Nothing typed: the places to go to.
  await page.getByRole('option', { name: 'Operations' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.type('carvalho');
  const person = page.getByRole('option', { name: /Inês Carvalho/ });
  await person.waitFor();
  assert.equal(await person.getAttribute('aria-selected'), 'true');
  assert.equal(await field.getAttribute('aria-activedescendant'), await person.getAttribute('id'));
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\/[0-9a-f-]{36}$/);
  assert.deepEqual(page.problems, []);
});

test('the palette moves by arrows, takes what was typed before it was there, and gives the focus back', async () => {
  const page = await visit(employee, '/requests');
  await page.route('**/*.wasm', async (route) => { await page.waitForTimeout(400); await route.continue(); });
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
  assert.ok(await hasFocus(opener));
  assert.deepEqual(page.problems, []);
});

test('without its wasm the palette still searches, on a page', async () => {
  const page = await visit(employee, '/requests');
  await page.route('**/*.wasm', (route) => route.abort());
  await page.keyboard.press('Control+k');
  await page.keyboard.type('bank');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/search?q=bank`);
});

const item = 'Treasury dashboards, read';

test('items are found while typing, chosen by keyboard, and the form is sent with them', async () => {
  const page = await visit(employee, '/access/request');
  const field = page.getByRole('searchbox', { name: 'Search' });
  const boxes = page.locator('#live-items input');
  const all = await boxes.count();
  assert.ok(!hasWasm(page), 'wasm was fetched before an island was used');
  await field.focus();
  await page.keyboard.type('dashboards, r');
  await page.waitForFunction((count) => document.querySelectorAll('#live-items input').length < count, all);
  assert.ok(hasWasm(page));
  await page.keyboard.press('ArrowDown');
  const box = page.getByRole('checkbox', { name: item });
  assert.ok(await hasFocus(box));
  await page.keyboard.press('Enter');
  assert.ok(await box.isChecked());
  // What follows from it is said without a button: who decides, and how much is asked for.
  const sends = page.getByRole('button', { name: 'Send request for one access' });
  await sends.waitFor();
  await page.locator('#live-path').getByText('Marek Wiśniewski').first().waitFor();
  assert.ok(await hasFocus(box), 'the focus was lost');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Send request', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await sends.waitFor();
  await page.keyboard.press('Escape');
  assert.ok(await hasFocus(field));
  // What is chosen stays chosen, whatever is searched for.
  await field.fill('bank');
  await page.getByRole('checkbox', { name: 'Post bank reconciliations' }).waitFor();
  assert.ok(await box.isChecked());
  assert.deepEqual(await findings(page), []);
  const week = page.getByRole('radio', { name: '7 days' });
  await week.focus();
  await page.keyboard.press('Space');
  await page.waitForResponse((response) => response.url().includes('duration=604800'));
  await page.waitForTimeout(100);
  assert.ok(await week.isChecked());
  assert.ok(await hasFocus(week), 'the focus was lost');
  await page.getByLabel('What you need it for').fill('Month-end figures for the board.');
  await sends.click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await page.getByText(item).first().waitFor();
  assert.deepEqual(page.problems, []);
});

test('what was refused stays beside its field when the island comes', async () => {
  const page = await visit(employee, '/access/request');
  await page.getByRole('button', { name: /^Send request/ }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).focus();
  await page.waitForFunction(() => performance.getEntriesByType('resource').some((one) => one.name.endsWith('.wasm')));
  await page.waitForTimeout(500);
  await page.locator('#duration-error').waitFor();
});

test('the inbox moves by single keys, and asks before it decides', async () => {
  const asking = await visit(employee, '/');
  await ask(asking, 'Cash forecast');
  await ask(asking, 'Guest list of the canteen');
  const page = await visit(manager, '/tasks');
  assert.ok(!hasWasm(page), 'wasm was fetched before an island was used');
  const lines = page.locator('.list li a');
  const line = (name) => lines.filter({ hasText: name }).filter({ hasText: 'Inês Carvalho' });
  await page.keyboard.press('?');
  await dialog(page, 'Single keys').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
  const places = await lines.evaluateAll((all) => all.map((one) => one.hasAttribute('aria-current')));
  const open = places.indexOf(true);
  await page.keyboard.press('j');
  assert.ok(await hasFocus(lines.nth(open + 1)));
  await page.keyboard.press('k');
  assert.ok(await hasFocus(lines.nth(open)));
  await line('Cash forecast').focus();
  await page.keyboard.press('o');
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);

  // Typing is typing.
  const reason = page.locator('.card textarea[name=reason]');
  await reason.focus();
  await page.keyboard.type('adj?');
  assert.equal(await reason.inputValue(), 'adj?');
  await reason.fill('');
  await page.locator('h1').click();

  await page.keyboard.press('d');
  const denial = dialog(page, 'Deny Cash forecast for Inês Carvalho?');
  await denial.waitFor();
  await page.keyboard.press('Escape');
  await denial.waitFor({ state: 'hidden' });
  const card = page.url();
  await page.keyboard.press('a');
  await dialog(page, 'Approve Cash forecast for Inês Carvalho?').waitFor();
  assert.deepEqual(await findings(page), []);
  assert.equal(page.url(), card);
  await page.keyboard.press('Enter');
  await page.getByText(/^Approved: Cash forecast/).waitFor();

  // On a line that is not open, a key opens it and asks there.
  await page.goto(`${base}/tasks`);
  await line('Guest list of the canteen').focus();
  await page.keyboard.press('d');
  const second = dialog(page, 'Deny Guest list of the canteen for Inês Carvalho?');
  await second.waitFor();
  await second.getByRole('button', { name: 'Deny' }).click();
  assert.ok(await second.isVisible(), 'denied without a reason');
  await page.keyboard.type('Ask again after the audit.');
  await second.getByRole('button', { name: 'Deny' }).click();
  await page.getByText(/^Denied: Guest list of the canteen/).waitFor();
  assert.deepEqual([...asking.problems, ...page.problems], []);
});

test('lines with boxes are ticked and decided by keys', async () => {
  const asking = await visit(employee, '/access/request?q=Write+to+platform');
  const box = asking.getByRole('checkbox', { name: 'Write to platform repositories' });
  const id = await box.getAttribute('value');
  await ask(asking, 'Write to platform repositories');
  const page = await visit(manager, `/tasks/group/${id}`);
  const line = page.getByRole('checkbox', { name: 'Decide on Inês Carvalho' });
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement.matches('input.tick'));
  await line.focus();
  await page.keyboard.press('x');
  assert.ok(!(await line.isChecked()));
  await page.keyboard.press('x');
  assert.ok(await line.isChecked());
  await page.keyboard.press('d');
  const question = dialog(page, 'Deny every line that is ticked?');
  await question.waitFor();
  await page.keyboard.type('Ask again in January.');
  await question.getByRole('button', { name: 'Deny' }).click();
  await page.getByRole('heading', { name: 'One request is denied' }).waitFor();
  assert.deepEqual(page.problems, []);
});

test('single keys can be turned off', async () => {
  const asking = await visit(employee, '/');
  await ask(asking, 'Read all repositories');
  const page = await visit(manager, '/tasks');
  await page.keyboard.press('a');
  await dialog(page, /^Approve/).waitFor();
  await dialog(page, /^Approve/).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /preferences and sign out/ }).click();
  await page.getByRole('group', { name: 'Single keys in tasks' }).getByText('Off').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your preferences are kept.').waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('a');
  await page.waitForTimeout(500);
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.deepEqual(page.problems, []);
});

test('with scripts off the palette is a page, items are found by a button, and tasks have buttons', async () => {
  const off = { javaScriptEnabled: false };
  const finding = await visit(employee, '/', off);
  await finding.getByRole('link', { name: 'Search' }).click();
  await finding.waitForURL(`${base}/search`);
  await finding.getByRole('searchbox').fill('bank');
  await finding.getByRole('searchbox').press('Enter');
  await finding.getByRole('link', { name: /Post bank reconciliations/ }).waitFor();
  await finding.goto(`${base}/access/request`);
  await finding.getByRole('searchbox', { name: 'Search' }).fill('dashboards, r');
  await finding.getByRole('button', { name: 'Show' }).click();
  await finding.getByRole('checkbox', { name: item }).waitFor();
  assert.equal(await finding.locator('#live-items input').count(), 1);
  const deciding = await visit(manager, '/tasks', off);
  await deciding.locator('.list li a').filter({ hasText: 'Read all repositories' }).first().click();
  await deciding.getByRole('button', { name: 'Approve' }).click();
  await deciding.getByText(/^Approved: Read all repositories/).waitFor();
  assert.equal(await deciding.locator('dialog:visible').count(), 0);
});
