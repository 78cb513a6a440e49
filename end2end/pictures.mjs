// The pictures of the README: a request that is verified, an inbox, and the page of operations.
import { openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
const folder = new URL('../docs/pictures/', import.meta.url).pathname;
const look = { viewport: { width: 1280, height: 800 }, colorScheme: 'light', deviceScaleFactor: 1 };

const browser = await openBrowser();

async function take(email, name, open) {
  const page = await signIn(browser, base, email, look);
  await open(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.context().close();
}

await take('ines.carvalho@harbourline.example', 'request', async (page) => {
  await page.goto(`${base}/access`);
  await page.locator('main a[href^="/requests/"]').first().click();
  await page.waitForURL('**/requests/*');
});
await take('marek.wisniewski@harbourline.example', 'inbox', (page) => page.goto(`${base}/tasks`));
await take('oksana.hrytsenko@harbourline.example', 'operations', (page) => page.goto(`${base}/operations`));
await browser.close();
