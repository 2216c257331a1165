// Somebody with a good link, while no shard answers.
//
//   node away.mjs LINK SCREENSHOTS
//
// Prints one line of JSON with what was seen.

import { look, open } from './gate_browser.mjs';

const [link, folder] = process.argv.slice(2);
const browser = await open();
const context = await browser.newContext({ locale: 'en-GB' });
const page = await context.newPage();
await page.clock.install();
let asked = 0;
page.on('request', (request) => { asked += request.isNavigationRequest() ? 1 : 0; });
await page.goto(link);
const title = await page.locator('h1').textContent();
const code = await page.locator('.code code').first().textContent();
const axe = await look(page, `${folder}/away`);
// It tries again by itself.
const again = page.waitForNavigation();
await page.clock.fastForward(20_000);
await again;
await browser.close();
process.stdout.write(`${JSON.stringify({ title, code, axe, asked })}\n`);
