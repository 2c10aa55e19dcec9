import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { packagePath } from '../../../src/config.js';
import { pause } from '../../conformance/patience.js';
import { startChromium } from '../../services/chromium.js';
import { DemoDay } from './demo-day.js';

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
const day = await DemoDay.start(folder);
try {
  await day.isOver();
  const connected = await chromium.connectOverCDP(browser.address.url);
  mkdirSync(IMAGES, { recursive: true });
  for (const shot of SHOTS) await take(connected, day.url, shot);
  await connected.close();
} finally {
  await day.stop();
  await browser.stop();
  rmSync(folder, { recursive: true });
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
