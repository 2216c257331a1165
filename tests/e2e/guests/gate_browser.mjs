// A real browser before the gate, and how its pages are looked at.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export function open() {
  const paths = ['/usr/bin/chromium', '/snap/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = paths.find((path) => existsSync(path));
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] });
}

/** Light and dark, wide and narrow; and what axe says. */
export async function look(page, name) {
  for (const [width, height, colorScheme, kind] of [[1280, 800, 'light', 'wide'], [390, 844, 'dark', 'phone']]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${name}-${kind}.png` });
  }
  // The page's own policy lets in no script of ours; the debugger may.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map((violation) => violation.id);
}
