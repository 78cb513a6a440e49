// How much a page costs to open: brotli 11 of what is served, until an island is used and with it; fonts apart.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { openBrowser, signIn } from './browser.mjs';

const base = process.env.USHER_URL;
// SPEED-10, in kB of 1000 bytes.
const most = { page: 60, withWasm: 170, fonts: 120 };

const people = [
  ['ines.carvalho@harbourline.example', ['/', '/access/request', '/access', '/requests', '/requests?all=true', '/tasks', '/search?q=bank']],
  ['marek.wisniewski@harbourline.example', ['/tasks', '/team']],
  ['oksana.hrytsenko@harbourline.example', ['/operations', '/operations/jobs', '/connectors', '/people', '/applications', '/audit', '/access-rules']],
];

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

// Everything that a context downloads from now on, by path; a path is counted once, as a browser keeps it.
function weigh(context) {
  const weights = new Map();
  const open = [];
  context.on('response', (response) => {
    const kind = response.request().resourceType();
    if (!['document', 'stylesheet', 'script', 'fetch', 'font', 'image', 'other'].includes(kind) || !response.ok()) return;
    const path = new URL(response.url()).pathname;
    open.push(response.body().then((body) => weights.set(path, { kind: kindOf(path, kind), kB: brotli(body) / 1000 }), () => {}));
  });
  const sum = async (...kinds) => {
    await Promise.all(open);
    return [...weights.values()].filter((one) => kinds.includes(one.kind)).reduce((all, one) => all + one.kB, 0);
  };
  return { sum };
}

const kindOf = (path, kind) => (path.endsWith('.wasm') ? 'wasm' : kind);

function brotli(body) {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }).length;
}

// One page as somebody opens it who was never here: nothing is kept from the page before.
async function open(path, options) {
  const context = await browser.newContext(options);
  const scale = weigh(context);
  const page = await context.newPage();
  await page.goto(`${base}${path}`, { waitUntil: 'networkidle' });
  return { context, page, scale };
}

async function sessionOf(email) {
  const page = await signIn(browser, base, email);
  const storageState = await page.context().storageState();
  await page.context().close();
  return { storageState };
}

// What the first use of an island adds, the same on every page: the wasm, the script that joins it, one answer.
async function islands(session) {
  const { context, page, scale } = await open('/', session);
  const kinds = ['script', 'wasm', 'fetch'];
  const before = await scale.sum(...kinds);
  await page.keyboard.press('Control+k');
  await page.locator('#palette [role=option]').first().waitFor();
  const added = (await scale.sum(...kinds)) - before;
  assert.ok((await scale.sum('wasm')) > 0, 'the islands were not built');
  await context.close();
  return added;
}

test('pages stay light until an island is used, and with it', async (t) => {
  const table = [];
  const heavy = [];
  const gate = await open('/sign-in');
  if (await gate.scale.sum('script', 'wasm') > 0) heavy.push('the sign-in page has a script');
  table.push(['/sign-in', await gate.scale.sum('document'), await gate.scale.sum('stylesheet'), 0, await gate.scale.sum('document', 'stylesheet'), '']);
  await gate.context.close();
  const hands = await islands(await sessionOf(people[0][0]));
  for (const [email, paths] of people) {
    const session = await sessionOf(email);
    for (const path of paths) {
      const { context, scale } = await open(path, session);
      const parts = [await scale.sum('document'), await scale.sum('stylesheet'), await scale.sum('script')];
      const whole = parts.reduce((all, one) => all + one, 0);
      table.push([path, ...parts, whole, whole + hands]);
      if (await scale.sum('wasm') > 0) heavy.push(`${path} fetches wasm before it is used`);
      if (whole > most.page) heavy.push(`${path} costs ${whole.toFixed(1)} kB`);
      if (whole + hands > most.withWasm) heavy.push(`${path} costs ${(whole + hands).toFixed(1)} kB with wasm`);
      await context.close();
    }
  }
  const cell = (value) => (typeof value === 'number' ? value.toFixed(1) : value).padStart(9);
  const head = ['html', 'css', 'js', 'page', 'used'].map((word) => word.padStart(9)).join('');
  t.diagnostic(`kB, brotli 11${' '.repeat(11)}${head}`);
  for (const [path, ...rest] of table) t.diagnostic(`${path.padEnd(24)}${rest.map(cell).join('')}`);
  t.diagnostic(`at most${' '.repeat(44)}${cell(most.page)}${cell(most.withWasm)}`);
  assert.deepEqual(heavy, []);
});

test('the fonts are small', (t) => {
  const folder = new URL('../public/fonts/', import.meta.url);
  const fonts = readdirSync(folder).filter((name) => name.endsWith('.woff2'));
  const kB = fonts.reduce((all, name) => all + statSync(new URL(name, folder)).size, 0) / 1000;
  t.diagnostic(`${fonts.length} fonts, ${kB.toFixed(1)} kB of at most ${most.fonts}`);
  assert.ok(fonts.length > 0 && kB <= most.fonts, `${kB} kB`);
  for (const family of ['inter', 'newsreader']) assert.ok(statSync(new URL(`${family}-OFL.txt`, folder)).size > 4000);
});

test('headings and words are set in the fonts of the product', async () => {
  const { context, page } = await open('/sign-in');
  const devtools = await context.newCDPSession(page);
  await devtools.send('DOM.enable');
  await devtools.send('CSS.enable');
  const { root } = await devtools.send('DOM.getDocument');
  for (const [selector, family] of [['h1', 'Newsreader'], ['.brand', 'Newsreader'], ['.lede', 'Inter']]) {
    const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId });
    assert.ok(fonts.every((font) => font.isCustomFont && font.familyName.startsWith(family)), `${selector}: ${JSON.stringify(fonts)}`);
  }
  await context.close();
});
