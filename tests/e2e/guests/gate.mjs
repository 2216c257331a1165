// Guests in a real browser before a web server with a gate: each state of the page before the call, by clicking.
//
//   node gate.mjs BASE_URL SCREENSHOTS < LINKS
//
// LINKS is a JSON object of link by kind. Prints one line of JSON with what was seen.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [base, folder] = process.argv.slice(2);
const links = JSON.parse(readFileSync(0, 'utf8'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const executablePath = ['/usr/bin/chromium', '/snap/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] });
const complaints = [];

async function person(options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return context;
}

/** Waits for the page of a room or of the gate; says which, and where. */
async function seen(page) {
  await page.locator('#meeting:not([hidden]), #refusal:not([hidden]), h1 + .text').first().waitFor();
  const url = new URL(page.url());
  const isGate = await page.locator('.code code').count() === 2;
  return {
    in: await page.locator('#meeting:not([hidden])').count() === 1,
    code: isGate ? await page.locator('.code code').first().textContent() : null,
    title: isGate ? await page.locator('h1').textContent() : null,
    text: isGate ? await page.locator('.text').textContent() : null,
    path: url.pathname,
    query: url.search,
  };
}

/** Light and dark, wide and narrow; and what axe says. */
async function look(page, name) {
  for (const [width, height, colorScheme, kind] of [[1280, 800, 'light', 'wide'], [390, 844, 'dark', 'phone']]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${kind}.png` });
  }
  // The page's own policy lets in no script of ours; the debugger may.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map((violation) => violation.id);
}

async function visit(context, link) {
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

const report = { refusals: {}, axe: {} };

// It is too early yet; we come back to this page at the end.
const early = await (await person()).newPage();
// Its clock can be put forward.
await early.addInitScript(() => {
  const now = Date.now;
  globalThis.ahead = 0;
  Date.now = () => now() + globalThis.ahead;
});
await early.goto(links.soon.link);
report.soon = await seen(early);
report.countdown = await early.locator('.countdown').textContent();

// A good link, and everything that a person does with a page.
const ada = await person();
const page = await visit(ada, links.good);
report.good = await seen(page);
const [cookie] = await ada.cookies();
report.cookie = { name: cookie.name, httpOnly: cookie.httpOnly, secure: cookie.secure, sameSite: cookie.sameSite, path: cookie.path };
await page.reload();
report.reloaded = await seen(page);
await page.goto(links.board);
report.board = await seen(page);
await page.goBack();
report.back = await seen(page);
const second = await visit(ada, `${base}${new URL(links.good).pathname}`);
report.secondTab = await seen(second);
report.otherRoom = await seen(await visit(ada, `${base}/nobody-invited-me-here`));

// Every dead link, each with a browser of its own.
for (const kind of ['none', 'early', 'expired', 'revoked', 'forged', 'cut', 'elsewhere']) {
  const context = await person();
  const dead = await visit(context, links[kind]);
  report.refusals[kind] = await seen(dead);
  report.axe[kind] = await look(dead, kind);
  if (kind === 'none') {
    await dead.getByLabel('Paste the link').fill('hello');
    await dead.getByRole('button').click();
    report.notALink = await dead.locator('.wrong').textContent();
    await dead.getByLabel('Paste the link').fill(links.good);
    await dead.getByRole('button').click();
    report.pasted = await seen(dead);
  }
  if (kind === 'elsewhere') {
    await dead.getByRole('link').click();
    report.ledTo = await seen(dead);
  }
  await context.close();
}

// It has counted down, and goes in by itself: on the server's side it may, and on the page's two minutes are over.
await new Promise((resolve) => setTimeout(resolve, Math.max(0, links.soon.admits * 1000 - Date.now())));
await early.evaluate(() => { globalThis.ahead = 120_000; });
await early.locator('#meeting:not([hidden])').waitFor();
report.wentIn = await seen(early);

// Without JavaScript, in other languages, from right to left, and with a clock that is wrong.
const plain = await person({ javaScriptEnabled: false, locale: 'de-DE' });
report.plain = await seen(await visit(plain, links.early));
report.languages = {};
for (const locale of ['de-DE', 'fr-FR', 'es-ES']) {
  const context = await person({ locale });
  const abroad = await visit(context, links.none);
  report.languages[locale] = (await seen(abroad)).title;
  report.axe[locale] = await look(abroad, `none-${locale}`);
}
const rtl = await person({ locale: 'ar' });
const hebrew = await visit(rtl, `${base}/${encodeURIComponent('פגישה שבועית')}`);
report.hebrew = await hebrew.locator('.room bdi').textContent();
await look(hebrew, 'hebrew');
const late = await (await person()).newPage();
await late.clock.install({ time: Date.now() + 3_600_000 });
await late.goto(links.none);
report.clock = await late.locator('#clock').isVisible();

await browser.close();
process.stdout.write(`${JSON.stringify({ ...report, complaints })}\n`);
