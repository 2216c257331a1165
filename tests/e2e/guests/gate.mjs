// Guests in a real browser before a web server with a gate: each state of the page before the call, by clicking.
//
//   node gate.mjs BASE_URL SCREENSHOTS < LINKS
//
// LINKS is a JSON object of link by kind. Prints one line of JSON with what was seen.

import { readFileSync } from 'node:fs';
import { look, open } from './gate_browser.mjs';

const [base, folder] = process.argv.slice(2);
const links = JSON.parse(readFileSync(0, 'utf8'));
const browser = await open();
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

/** How it was painted, as the browser measured it: nothing moves, and the first words are there soon. */
async function painted(page) {
  return page.evaluate(() => new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
      .observe({ type: 'layout-shift', buffered: true });
    const first = performance.getEntriesByName('first-contentful-paint')[0];
    setTimeout(() => resolve({ shift, paint: Math.round(first?.startTime ?? -1) }), 0);
  }));
}

async function door(page) {
  await page.locator('#refusal:not([hidden])').waitFor();
  return page.locator('#reason').textContent();
}

async function visit(context, link) {
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

const report = { refusals: {}, axe: {}, painted: {} };

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

// Somebody's link ends while they are in the call.
const henry = await person();
const lapsing = await visit(henry, links.lapsing);
report.lapsing = await seen(lapsing);
const lapsed = Date.now() + 30_000;

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
  report.painted[kind] = await painted(dead);
  report.axe[kind] = await look(dead, `${folder}/${kind}`);
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

// A link with its token in the fragment: no server sees it, and a reload still works.
const grace = await person();
const hidden = await visit(grace, links.fragment);
report.fragment = await seen(hidden);
await hidden.reload();
report.fragmentReloaded = await seen(hidden);
await hidden.reload();
report.fragmentAgain = await seen(hidden);
const waiting = await visit(await person(), links.earlyFragment);
await waiting.locator('.countdown').waitFor();
report.earlyFragment = { ...(await seen(waiting)), hash: new URL(waiting.url()).hash.slice(0, 5) };

// An owner invites somebody from inside the call; a guest cannot.
const owner = await person();
const host = await visit(owner, links.owner);
report.owner = await seen(host);
await host.getByRole('link', { name: 'Invite' }).click();
report.inviteAxe = await look(host, `${folder}/invite`);
await host.getByLabel('Name of the guest').fill('Bob');
await host.getByLabel('For how long').selectOption('1 hour');
await host.getByRole('button').click();
const made = await host.locator('#made').inputValue();
report.invitedAxe = await look(host, `${folder}/invited`);
report.invitedTo = made.split('?')[0];
const guest = await visit(await person(), `${base}${new URL(made).pathname}${new URL(made).search}`);
report.invited = { ...(await seen(guest)), people: await guest.locator('#people li').allTextContents() };
await guest.getByRole('link', { name: 'Invite' }).click();
report.guestInvites = await seen(guest);
report.guestAxe = await look(guest, `${folder}/invite-not`);

/** What Jitsi's client does with `tokenAuthInline`: a window of ours, and a message from it. */
const renewed = (page, room) => page.evaluate((room) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('no window of ours has said anything')), 30_000);
  addEventListener('message', (event) => {
    resolve({ ...event.data, accessToken: event.data.accessToken.slice(0, 3), own: event.origin === location.origin });
    popup.close();
  });
  const state = encodeURIComponent(JSON.stringify({ room, 'config.prejoinConfig.enabled': false }));
  const popup = open(`/roompass/gate/renew?state=${state}&nonce=5f2a`, 'renewing', 'width=500,height=600');
}), room);

// The token has ended in the call: with a good one on this device they go on, else a newer link leads on.
await host.goto(links.owner);
await seen(host);
report.renewed = await renewed(host, 'weekly-sync');
await host.goto(`${base}/roompass/gate/renew?state=${encodeURIComponent(JSON.stringify({ room: 'weekly-sync' }))}`);
report.cameBack = await seen(host);
const inCall = await visit(owner, links.good);
await seen(inCall);
await owner.clearCookies();
const popup = owner.waitForEvent('page');
const waits = renewed(inCall, 'weekly-sync');
const window = await popup;
report.strange = await seen(window);
report.renewAxe = await look(window, `${folder}/renew`);
await window.getByLabel('Paste the link').fill(links.good);
await window.getByRole('button').click();
report.renewedByLink = await waits;

await new Promise((resolve) => setTimeout(resolve, Math.max(0, lapsed - Date.now())));
const over = henry.waitForEvent('page');
renewed(lapsing, 'weekly-sync').catch(() => {});
report.ended = await seen(await over);
await henry.close();

// What only the door knows it says itself: the seat is taken, the room is full.
await seen(await visit(await person(), links.seat));
report.seat = await door(await visit(await person(), links.seat));
await seen(await visit(await person(), links.small));
report.full = await door(await visit(await person(), links.small));

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
  report.axe[locale] = await look(abroad, `${folder}/none-${locale}`);
}
const rtl = await person({ locale: 'ar' });
const hebrew = await visit(rtl, `${base}/${encodeURIComponent('פגישה שבועית')}`);
report.hebrew = await hebrew.locator('.room bdi').textContent();
await look(hebrew, `${folder}/hebrew`);
await hebrew.evaluate(() => { document.documentElement.dir = 'rtl'; });
await look(hebrew, `${folder}/right-to-left`);
report.overflows = await hebrew.evaluate(() => document.documentElement.scrollWidth > innerWidth);
const late = await (await person()).newPage();
await late.clock.install({ time: Date.now() + 3_600_000 });
await late.goto(links.none);
report.clock = await late.locator('#clock').isVisible();

await browser.close();
process.stdout.write(`${JSON.stringify({ ...report, complaints })}\n`);
