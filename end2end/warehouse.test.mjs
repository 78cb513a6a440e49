// The main job on a database: psql shows the role while somebody has the access, and nologin afterwards.
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
// The command that the demonstration prints, ready to be typed.
const psql = process.env.USHER_WAREHOUSE;
const item = 'Reporting tables, read';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

// May the role sign in, and what is it a member of? Nothing when there is no such role.
function role(name) {
  const sql = `select rolcanlogin, array(select held.rolname from pg_auth_members member join pg_roles held on held.oid = member.roleid
    where member.member = role.oid) from pg_roles role where rolname = '${name}'`;
  return execSync(`${psql} -X -A -t`, { input: `${sql};` }).toString().trim();
}

async function until(page, words, seconds) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    await page.reload();
    if (await page.getByText(words).first().isVisible()) return;
    assert.ok(Date.now() < end, `"${words}" did not show within ${seconds} s on ${page.url()}`);
    await page.waitForTimeout(500);
  }
}

test('an approved request is a role that can sign in, until it is given back', async () => {
  const asking = await signIn(browser, base, 'ines.carvalho@harbourline.example');
  const deciding = await signIn(browser, base, 'marek.wisniewski@harbourline.example');
  assert.equal(role('ines.carvalho'), '');
  await asking.goto(`${base}/access/request?q=Reporting+tables`);
  await asking.getByRole('checkbox', { name: item }).check();
  await asking.getByText('1 hour', { exact: true }).click();
  await asking.getByLabel('What you need it for').fill('The figures of the week.');
  await asking.getByRole('button', { name: 'Check', exact: true }).click();
  await asking.getByText('Marek Wiśniewski').first().waitFor();
  await asking.getByRole('button', { name: /^Send request/ }).click();
  await asking.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const request = asking.url();

  await deciding.goto(`${base}/tasks`);
  await deciding.locator('.list li a').filter({ hasText: item }).first().click();
  await deciding.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);
  await deciding.getByRole('button', { name: /^Approve/ }).click();
  await deciding.waitForURL(/\/tasks/);
  await until(asking, 'Set up, and verified on the target', 20);
  assert.equal(role('ines.carvalho'), 't|{reporting_reader}');

  await asking.goto(`${base}/access`);
  await asking.getByRole('row').filter({ hasText: item }).getByRole('link', { name: /Give back/ }).click();
  await asking.waitForURL(/\/give-back$/);
  await asking.getByRole('button', { name: 'Give it back now' }).click();
  await asking.waitForURL(/\/access/);
  await asking.goto(request);
  await until(asking, /removal is verified/, 20);
  assert.equal(role('ines.carvalho'), 'f|{}');
  assert.deepEqual([...asking.problems, ...deciding.problems], []);
});

test('the page of the connector says what its credential could do', async () => {
  const page = await signIn(browser, base, 'oksana.hrytsenko@harbourline.example');
  await page.goto(`${base}/connectors`);
  await page.getByRole('link', { name: 'Warehouse database' }).first().click();
  await page.waitForURL(/\/connectors\/[0-9a-f-]{36}$/);
  const connector = page.url();
  await page.getByRole('button', { name: 'Test now' }).click();
  await page.waitForURL(/\/operations\/jobs\//);
  await page.goto(connector);
  await until(page, 'The last test worked', 20);
  assert.match(await page.textContent('main'), /answers as usher_provisioner/);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.problems, []);
});
