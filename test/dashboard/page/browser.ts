import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { ChromiumAddress } from '../../services/chromium.js';

/** A page of its own in the browser; the test fails at its end if anything was refused, failed or threw in it. */
export async function openPage(
  { url: browserUrl }: ChromiumAddress,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const browser = await chromium.connectOverCDP(browserUrl);
  const context = await browser.newContext({ locale: 'zh-CN', colorScheme: 'dark', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isLoss(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  onTestFinished(async () => {
    await context.close();
    await browser.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(url);
  return page;
}

/** A browser says so when a server goes away, which is no fault of the page. */
function isLoss(complaint: string): boolean {
  return complaint.includes('net::ERR_');
}
