// An administrator and guests in a real browser: form, link, click, and in the room; or not, in words.
//
//   node browser.mjs ISSUER_URL FRONT_DOOR_URL
//
// Prints one line of JSON with what each of them saw.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [issuer, frontDoor] = process.argv.slice(2);
// Without these Chromium asks its maker's hosts at every start.
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const executablePath = ['/usr/bin/chromium', '/snap/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] });
const complaints = [];

/** A person with a browser of their own. */
async function person(options = {}) {
  const page = await (await browser.newContext(options)).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return page;
}

/** Fills in the form and takes the link that the next page shows. */
async function issue(options) {
  const page = await person(options);
  await page.goto(issuer);
  await page.getByLabel('Room', { exact: true }).fill('Weekly Überraum');
  await page.getByLabel('Display name').fill('Ada <Lovelace>');
  await page.getByRole('button', { name: 'Issue the link' }).click();
  return (await page.locator('#link').textContent()).trim();
}

async function enter(link) {
  const page = await person();
  await page.goto(link);
  await page.locator('#meeting:not([hidden]), #refusal:not([hidden])').first().waitFor();
  return page;
}

async function meeting(link) {
  const [ada, twin] = [await enter(link), await enter(link)];
  await ada.getByLabel('Message').fill('hello');
  await ada.getByRole('button', { name: 'Send' }).click();
  const heard = twin.locator('#lines li').first();
  await heard.waitFor();
  await twin.locator('#people li').nth(2).waitFor();
  return {
    people: await twin.locator('#people li').allTextContents(),
    heard: await heard.textContent(),
    room: await twin.locator('#room').textContent(),
    shards: [await ada.locator('#shard').textContent(), await twin.locator('#shard').textContent()],
  };
}

async function refusal(link) {
  const page = await enter(link);
  return { code: await page.locator('#code').textContent(), reason: await page.locator('#reason').textContent() };
}

const link = await issue({});
const plain = await issue({ javaScriptEnabled: false });
const report = {
  link,
  plain,
  meeting: await meeting(link),
  stranger: await refusal(`${frontDoor}/weekly-sync`),
  nextDoor: await refusal(link.replace('weekly', 'daily')),
  complaints,
};
await browser.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
