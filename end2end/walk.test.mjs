// Every page that somebody can reach by a link goes through axe, wide and narrow, light and dark. The journeys before have
// left something to look at on each of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const administrator = 'oksana.hrytsenko@harbourline.example';

// Where each begins to walk: pages that no link leads to stand here.
const people = [
  ['ines.carvalho@harbourline.example', ['/', '/requests?all=true', '/search?q=bank', '/no-such-page']],
  ['marek.wisniewski@harbourline.example', ['/']],
  ['thandiwe.nkosi@harbourline.example', ['/', '/work-items', '/work-items?closed=true']],
  [administrator, ['/', '/people/import', '/access-rules?take_up=1', '/operations/jobs?state=done']],
  ['olumide.adeyemi@harbourline.example', ['/audit', '/access-rules', '/people']],
];

// What must have been met by somebody: a page that loses its last link is noticed here.
const wanted = [
  '/', '/access', '/access-rules', '/access/request', '/access/{id}/give-back', '/applications', '/audit', '/connectors',
  '/connectors/{id}', '/operations', '/operations/jobs', '/operations/jobs/{id}', '/people', '/people/import',
  '/people/import/{id}', '/people/{id}', '/requests', '/requests/{id}', '/requests/{id}/withdraw', '/search', '/sign-in',
  '/tasks', '/tasks/{id}', '/team', '/work-items', '/work-items/{id}',
];

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

const shapeOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{id}');

// Pages of ours that the page leads to.
async function links(page) {
  const all = await page.locator('a[href^="/"]').evaluateAll((found) => found.map((one) => one.getAttribute('href')));
  return all.filter((href) => !/^\/(assets|api|health|metrics)\b/.test(href));
}

// The first page of each shape, from the starting pages on.
async function walk(page, starts, look) {
  const waiting = [...starts];
  const met = new Set(starts.map((path) => shapeOf(path)));
  while (waiting.length > 0) {
    const path = waiting.shift();
    await page.goto(`${base}${path}`);
    await look(path);
    for (const href of await links(page)) {
      const shape = shapeOf(new URL(href, base).pathname);
      if (met.has(shape)) continue;
      met.add(shape);
      waiting.push(href);
    }
  }
}

// A file that was compared and waits.
async function upload(page) {
  await page.goto(`${base}/people/import`);
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('id,title\nH1007,Head of cash\n') };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForURL(/\/people\/import\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

const seen = new Set();

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      const options = { colorScheme, viewport: { width, height: 900 } };
      const found = {};
      const outside = await (await browser.newContext(options)).newPage();
      await outside.goto(`${base}/sign-in`);
      seen.add('/sign-in');
      const list = await findings(outside);
      if (list.length > 0) found['/sign-in'] = list;
      await outside.context().close();
      for (const [email, starts] of people) {
        const page = await signIn(browser, base, email, options);
        const from = email === administrator ? [...starts, await upload(page)] : starts;
        await walk(page, from, async (path) => {
          seen.add(shapeOf(new URL(path, base).pathname));
          const list = await findings(page);
          if (list.length > 0) found[`${path} for ${email}`] = list;
        });
        await page.context().close();
      }
      assert.deepEqual(found, {});
    });
  }
}

test('every page was met', () => {
  assert.deepEqual(wanted.filter((shape) => !seen.has(shape)), []);
});
