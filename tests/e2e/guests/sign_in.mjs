// People sign in at a provider, in a real browser, through its own pages.
//
//   node sign_in.mjs SERVICE_URL SET_UP_URL PEOPLE_FILE
//
// Prints one line of JSON with what each of them saw.

import { existsSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [service, setUp, people] = process.argv.slice(2);
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const executablePath = ['/usr/bin/chromium', '/snap/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] });

const are = (groups) => writeFileSync(people, JSON.stringify({ ada: { name: 'Ada Lovelace', groups } }));
const text = async (page, selector) => (await page.locator(selector).first().textContent()).replace(/\s+/g, ' ').trim();

/** Somebody with a browser that knows nothing yet, and the addresses that it came back by. */
async function person() {
  const page = await (await browser.newContext()).newPage();
  page.backs = [];
  page.on('request', (request) => request.url().includes('/answer?') && page.backs.push(request.url()));
  return page;
}

async function setOut(page) {
  await page.goto(`${service}/sign-in?next=%2Faccount`);
  await page.getByRole('link', { name: 'Sign in with Example School' }).click();
}

/** Types a name at the provider, and says yes to what it asks. */
async function signIn(page) {
  await setOut(page);
  await page.getByPlaceholder('Enter any login').fill('ada');
  await page.getByPlaceholder('and password').fill('whatever');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${service}/**`);
}

const account = async (page) => `${await text(page, 'h1')}: ${await text(page, '.lead')}`;
const refusal = (page) => text(page, '#sign-in-error');

const report = {};

are(['staff', 'exam-office']);
const ada = await person();
await signIn(ada);
report.first = await account(ada);

are(['it']);
const other = await person();
await signIn(other);
report.changed = await account(other);
await ada.reload();
report.changedEverywhere = await account(ada);

await other.goto(other.backs.at(-1));
report.replayed = await refusal(other);

are(['staff']);
const lost = await person();
await signIn(lost);
report.lost = await refusal(lost);
await ada.goto(`${service}/account`);
report.signedOut = await text(ada, 'h1');

are(['exam-office']);
const owner = await person();
await owner.goto(setUp);
await owner.getByLabel('Login').fill('owner');
await owner.getByLabel('Passphrase').fill('copper lantern walks north');
await owner.getByRole('button', { name: 'Begin' }).click();
await owner.goto(`${service}/people`);
await owner.locator('summary', { hasText: 'ada' }).click();
await owner.locator('details[open]').getByLabel('May sign in').uncheck();
await owner.locator('details[open]').getByRole('button', { name: 'Save' }).click();
const shutOut = await person();
await signIn(shutOut);
report.shutOut = await refusal(shutOut);

const stopped = await person();
await setOut(stopped);
await stopped.getByRole('link', { name: 'Cancel' }).click();
await stopped.waitForURL(`${service}/**`);
report.stopped = await refusal(stopped);

await browser.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
