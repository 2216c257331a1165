// An administrator in a real browser: from the set-up link to a day's work, on every page of the issuer.
//
//   node administrator.mjs SET_UP_LINK SCREENSHOTS
//
// Prints one line of JSON with what was seen. Each page is looked at wide and in the light, and narrow and in the dark.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [setUp, folder] = process.argv.slice(2);
const base = new URL(setUp).origin;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const executablePath = ['/usr/bin/chromium', '/snap/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] });
const report = { complaints: [], axe: {}, wide: [], seen: {} };
const passphrase = 'copper lantern walks north';

/** Somebody with a browser of their own; without motion, for colours on their way are no colours of ours. */
async function person(options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Berlin', colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => report.complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('status of 4') && report.complaints.push(message.text()));
  return page;
}

/** What axe says against a page; of another scheme only the colours are others. */
async function judge(page, name, rules) {
  const found = await page.evaluate((only) => globalThis.axe.run({ resultTypes: ['violations'], ...(only && { runOnly: only }) }), rules);
  const told = found.violations.map((violation) => `${violation.id}: ${violation.nodes[0].target}`);
  report.axe[name] = [...(report.axe[name] ?? []), ...told];
}

async function look(page, name) {
  // The pages' own policy lets in no script of ours; the debugger may.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: `${folder}/${name}-wide.png`, fullPage: true });
  await page.evaluate(axe);
  await judge(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: true });
  await judge(page, name, ['color-contrast']);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 360) {
    report.wide.push(`${name}: ${width}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await session.send('Page.setBypassCSP', { enabled: false });
  await session.detach();
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const choose = (page, name) => page.getByLabel(name, { exact: true }).check();
const heading = (page) => page.locator('h1').first().textContent();

async function signIn(page, login, words = passphrase) {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Passphrase').fill(words);
  await page.getByLabel('Passphrase').press('Enter');
  await page.waitForLoadState();
}

// The first five minutes: from the set-up link to the first link.
const ada = await person();
await ada.goto(setUp);
await look(ada, 'set-up');
await ada.getByLabel('Address of your Jitsi Meet').fill('https://meet.example.org');
await ada.getByLabel('Login').fill('ada');
await ada.getByLabel('Your name').fill('Ada Lovelace');
await ada.getByLabel('Passphrase').fill(passphrase);
await press(ada, 'Begin');
report.seen.first = await heading(ada);
report.seen.zone = await ada.getByLabel('Time zone').inputValue();
await look(ada, 'form');
await press(ada, 'Suggest a name');
report.seen.suggested = await ada.getByLabel('Room', { exact: true }).inputValue();
await ada.getByLabel('Room', { exact: true }).fill('Weekly Überraum');
await ada.locator('#preview code').first().waitFor();
await choose(ada, 'Tomorrow, 9–10');
await ada.locator('#preview', { hasText: '09:00' }).waitFor();
report.seen.preview = (await ada.locator('#preview').textContent()).replace(/\s+/g, ' ').trim();
await choose(ada, 'Moderator');
await choose(ada, 'And a link for guests');
await ada.getByLabel('Title').fill('Planning the week');
await ada.locator('details.more summary').click();
await ada.getByLabel('Opens early').fill('10');
await look(ada, 'form-more');
await press(ada, 'Issue the link');
report.seen.links = [await ada.locator('#link').textContent(), await ada.locator('#link-2').textContent()];
await ada.locator('details.handouts summary').first().click();
await look(ada, 'result');
await ada.emulateMedia({ media: 'print' });
report.seen.paper = await ada.locator('.paper').first().isVisible() && await ada.locator('.code svg').first().isVisible() && !await ada.locator('.nav').isVisible();
await ada.screenshot({ path: `${folder}/result-paper.png`, fullPage: true });
await ada.emulateMedia({ media: 'screen' });

// Somebody else, invited.
await ada.goto(`${base}/people`);
await press(ada, 'Make an invitation');
const invitation = (await ada.locator('#link').textContent()).trim();
await look(ada, 'people-invited');
const bob = await person();
await bob.goto(invitation);
await look(bob, 'invitation');
await bob.getByLabel('Login').fill('bob');
await bob.getByLabel('Passphrase').fill(passphrase);
await press(bob, 'Begin');
await press(bob, 'Sign out');
await look(bob, 'sign-in');
await signIn(bob, 'bob', 'something else entirely');
report.seen.refused = await bob.getByRole('alert').textContent();
await signIn(bob, 'bob');
report.seen.signedIn = await heading(bob);

// The room is taken then; he is asked.
await bob.getByLabel('Room', { exact: true }).fill('weekly überraum');
await choose(bob, 'Tomorrow, 9–10');
await bob.locator('#preview .clash').waitFor();
await press(bob, 'Issue the link');
report.seen.asked = await bob.getByRole('alert').locator('strong').textContent();
await look(bob, 'taken');
await press(bob, 'Issue it all the same');
report.seen.allTheSame = await heading(bob);

// A table, first with a mistake in it.
await ada.goto(`${base}/batch`);
await look(ada, 'batch');
const rows = (from, many) => Array.from({ length: many }, (_, row) => `exam-math,Student ${from + row},2099-12-01 09:00,`);
const table = ['room,name,start,end', ...Array.from({ length: 12 }, (_, row) => `exam-math,Student ${row + 1},,`)];
await ada.getByLabel('Or as text').fill([...table, ...rows(13, 1)].join('\n'));
await press(ada, 'Issue all');
report.seen.wrong = await heading(ada);
await look(ada, 'batch-wrong');
await ada.getByLabel('Or as text').fill(table.join('\n'));
await press(ada, 'Issue all');
report.seen.batch = await heading(ada);
await look(ada, 'batch-done');
await ada.goto(`${base}/batch`);
await ada.getByLabel('Or as text').fill(table.join('\n'));
await choose(ada, 'A ZIP: calendar files and codes too');
const [download] = await Promise.all([ada.waitForEvent('download'), press(ada, 'Issue all')]);
report.seen.zip = [download.suggestedFilename(), readFileSync(await download.path()).subarray(0, 2).toString()];

// A series: one link for all, and a link for each.
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
for (const [links, many] of [['One for all meetings', 1], ['One for each meeting', 2]]) {
  await ada.goto(`${base}/`);
  await ada.getByLabel('Room', { exact: true }).fill(`standup ${many}`);
  await choose(ada, 'Weekly');
  for (const weekday of ['Mon', 'Wed', 'Fri']) {
    await choose(ada, weekday);
  }
  await ada.getByLabel('Begins at').fill('09:15');
  await ada.getByLabel('Minutes', { exact: true }).fill('15');
  await ada.getByLabel('Last day').fill(day(27));
  await choose(ada, links);
  await ada.locator('#preview', { hasText: 'meetings' }).waitFor();
  if (many === 1) await look(ada, 'form-series');
  await press(ada, 'Issue the link');
  report.seen[`series${many}`] = await heading(ada);
  await look(ada, `series-${many}`);
}

// A look at everything else.
await ada.goto(`${base}/links`);
await look(ada, 'links');
await ada.locator('tbody a').first().click();
await look(ada, 'link');
report.seen.link = await ada.locator('.state').first().textContent();
await ada.locator('summary', { hasText: 'Take it back' }).click();
await ada.locator('button.danger').click();
report.seen.taken = await ada.locator('.state').first().textContent();
await look(ada, 'link-taken');
for (const name of ['today', 'calendar', 'calendar?view=week', 'usage', 'revoke', 'keys', 'audit', 'people', 'account', 'api', 'nothing-here']) {
  await ada.goto(`${base}/${name}`);
  await look(ada, name.replace(/\W+/g, '-'));
}

// By keys alone: signed out, signed in, and a link issued.
await ada.goto(`${base}/`);
await press(ada, 'Sign out');
await ada.locator('#login:focus').waitFor();
await ada.keyboard.type('ada');
await ada.keyboard.press('Tab');
await ada.keyboard.type(passphrase);
await ada.keyboard.press('Enter');
await ada.locator('#room:focus').waitFor();
await ada.keyboard.type('by keys alone');
await ada.keyboard.press('Enter');
await ada.locator('#link').waitFor();
report.seen.byKeys = await heading(ada);
const focused = async () => ada.evaluate(() => getComputedStyle(document.activeElement.matches('.choice input') ? document.activeElement.nextElementSibling : document.activeElement).outlineStyle);
await ada.goto(`${base}/`);
report.seen.focus = [];
for (let turn = 0; turn < 25; turn += 1) {
  await ada.keyboard.press('Tab');
  // After the last link the browser itself has its turn.
  if (await ada.evaluate(() => document.activeElement !== document.body)) {
    report.seen.focus.push(await focused());
  }
}

// Without a script.
const plain = await person({ javaScriptEnabled: false });
await plain.goto(base);
await signIn(plain, 'bob');
await plain.getByLabel('Room', { exact: true }).fill('plain');
await press(plain, 'Look at it first');
report.seen.plainPreview = (await plain.locator('#preview').textContent()).replace(/\s+/g, ' ').trim();
await press(plain, 'Suggest a name');
report.seen.plainName = await plain.getByLabel('Room', { exact: true }).inputValue();
await press(plain, 'Issue the link');
report.seen.plainLink = (await plain.locator('#link').textContent()).split('?')[0];
await plain.screenshot({ path: `${folder}/plain-wide.png`, fullPage: true });

await browser.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
