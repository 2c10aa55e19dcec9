import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWithChromium } from '../../services/describe.js';
import { openDashboard } from '../support.js';
import { openPage } from './browser.js';
import { ROWS, TEXTS } from './samples.js';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

const PAGES = ['market', 'symbols', 'symbols/SH600519', 'texts', 'models', 'pipeline'] as const;

/** Goes to a page of the page, and waits for what it shows. */
async function visit(page: Page, hash: (typeof PAGES)[number]): Promise<void> {
  await page.goto(new URL(`#/${hash}`, page.url()).href);
  await expect.poll(() => page.locator('main').innerText()).toMatch(/\d/);
}

describeWithChromium('the page for everybody', (chromium) => {
  const open = async (hash: string, options: Parameters<typeof openPage>[2] = {}) => {
    const { url, show, showRows } = await openDashboard();
    await show(...TEXTS);
    await showRows(...ROWS);
    const page = await openPage(chromium, `${url}#/${hash}`, options);
    await page.locator('.connection.live').waitFor();
    await expect.poll(() => page.locator('main').innerText()).toMatch(/\d/);
    return page;
  };

  it.each(['dark', 'light'] as const)('has no serious fault that axe finds, in %s', async (colorScheme) => {
    const page = await open('market', { colorScheme });
    await page.evaluate(axe.source);
    for (const hash of PAGES) {
      await visit(page, hash);
      const words = page.locator('.words').first();
      if ((await words.count()) > 0) await words.click();
      const faults = await page.evaluate(async () => {
        const { violations } = await window.axe.run();
        return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html) }));
      });
      const serious = faults.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious, hash).toEqual([]);
    }
  });

  it('fits screens of any width', async () => {
    const page = await open('market');
    for (const width of [390, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      for (const hash of PAGES) {
        await visit(page, hash);
        // The charts follow a change of the width a little later.
        const excess = () =>
          page.evaluate(() => {
            const { clientWidth, scrollWidth } = document.documentElement;
            return scrollWidth - clientWidth;
          });
        await expect.poll(excess, { message: `${hash} at ${width}` }).toBe(0);
      }
    }
  });

  it('speaks the reader’s language, and keeps the one that was chosen', async () => {
    const page = await open('market', { locale: 'en-GB' });
    await page.getByRole('heading', { name: 'Heat map' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '热力图' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '热力图' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });

  it.each([
    ['zh-CN', 'red', 'green'],
    ['en-GB', 'green', 'red'],
  ])('in %s shows rises in %s, and in %s once they are switched', async (locale, first, second) => {
    const page = await open('market', { locale });
    const rising = () => page.locator('html').getAttribute('data-rising');
    expect(await rising()).toBe(first);
    await page.locator('.preferences button').first().click();
    expect(await rising()).toBe(second);
    await page.reload();
    await expect.poll(rising).toBe(second);
  });

  it('follows the system’s theme until one is chosen', async () => {
    const page = await open('market', { colorScheme: 'light' });
    const theme = () => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme).toBe('dark');
    await page.getByRole('button', { name: '主题：跟随系统' }).click();
    expect(await theme()).toBe('light');
  });

  it('is led by the keyboard through the tape', async () => {
    const page = await open('market');
    await expect.poll(() => page.locator('.tape .words').count()).toBe(4);
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('j');
    expect(await focused()).toBe('大盘缩量整理');
    await page.keyboard.press('j');
    expect(await focused()).toBe('白酒跌幅收窄');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.locator('.tape .details').waitFor();
  });
});
