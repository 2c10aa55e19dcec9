import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { packagePath } from '../../../src/config.js';
import type { Pipeline } from '../../../src/dashboard/api/answers.js';
import { pause } from '../../conformance/patience.js';
import { Process } from '../../e2e/process.js';
import { startChromium } from '../../services/chromium.js';

/**
 * `npm run screenshots`: the page over the demo's day, into docs/images. Needs Chromium and the fonts of Noto for Chinese and for
 * emoji: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji
 */
const IMAGES = packagePath('docs', 'images');
const DESK = { width: 1440, height: 900 };
const SETTLED_MS = 3_000;
const PHONE = { width: 390, height: 844 };

interface Shot {
  readonly file: string;
  readonly hash: string;
  readonly options: BrowserContextOptions;
}

const SHOTS: readonly Shot[] = [
  ...(['en', 'zh'] as const).flatMap((language) =>
    (['dark', 'light'] as const).map((colorScheme) => ({
      file: `market.${language}.${colorScheme}.png`,
      hash: '#/market',
      options: { locale: language, colorScheme, viewport: DESK },
    })),
  ),
  {
    file: 'symbol.en.dark.png',
    hash: '#/symbols/SH688981',
    options: { locale: 'en', colorScheme: 'dark', viewport: DESK },
  },
  {
    file: 'phone.zh.light.png',
    hash: '#/market',
    options: { locale: 'zh', colorScheme: 'light', viewport: PHONE, deviceScaleFactor: 2, isMobile: true },
  },
];

const folder = mkdtempSync(join(tmpdir(), 'moodtape-screenshots-'));
const browser = await startChromium();
const server = new Process(['run', writeTopology(folder)], {});
try {
  const url = String((await server.logged('serving the dashboard')).url);
  while (!(await isThrough(url))) await pause(200);
  const connected = await chromium.connectOverCDP(browser.address.url);
  mkdirSync(IMAGES, { recursive: true });
  for (const shot of SHOTS) await take(connected, url, shot);
  await connected.close();
} finally {
  await server.stop();
  await browser.stop();
  rmSync(folder, { recursive: true });
}

/** The demo's topology, once through its day as fast as it goes. */
function writeTopology(into: string): string {
  const demo = parse(readFileSync(packagePath('topologies', 'demo.yaml'), 'utf8'));
  for (const feed of demo.feeds) Object.assign(feed, { rate: 0, loop: false });
  demo.log.path = join(into, 'log');
  demo.view.path = join(into, 'view');
  demo.dashboard = { port: 0 };
  const file = join(into, 'day.yaml');
  writeFileSync(file, stringify(demo));
  return file;
}

async function isThrough(url: string): Promise<boolean> {
  const { scored, lag }: Pipeline = await (await fetch(new URL('api/pipeline', url))).json();
  return scored > 0 && lag.every(({ committed, end }) => committed === end);
}

async function take(connected: Browser, url: string, { file, hash, options }: Shot): Promise<void> {
  const context = await connected.newContext(options);
  // Windows in which the day's texts make a line.
  await context.addInitScript(() => localStorage.setItem('moodtape.window', '5m'));
  const page = await context.newPage();
  await page.goto(`${url}${hash}`);
  await page.locator('.connection.live').waitFor();
  await page.locator('.chart canvas').first().waitFor();
  await page.locator('.text').first().waitFor();
  // All else was asked for at the same time.
  await pause(SETTLED_MS);
  await page.screenshot({ path: join(IMAGES, file) });
  await context.close();
}
