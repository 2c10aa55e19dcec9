import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { waitUntil } from '../../conformance/patience.js';
import { row, scored } from '../../conformance/view/samples.js';
import { describeWithChromium } from '../../services/describe.js';
import { openProxy } from '../../services/proxy.js';
import { openDashboard } from '../support.js';
import { openPage } from './browser.js';

const texts = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => scored(`t${from + i}`, []));
const words = (page: Page) => page.locator('.tape .words').allInnerTexts();
const live = (page: Page) => page.locator('.connection.live').waitFor();

describeWithChromium('the page over a log that goes on', (chromium) => {
  it('shows texts and rows as they come', async () => {
    const { url, write, writeRows } = await openDashboard();
    const page = await openPage(chromium, url);
    await live(page);
    await write(...texts(0, 3));
    await waitUntil('the texts are there', async () => (await words(page)).length === 3);
    expect((await words(page)).toSorted()).toEqual(['文本 t0', '文本 t1', '文本 t2']);
    await writeRows(row('*', 60_000, 7), { ...row('*', 120_000, 9), mean: -0.5 });
    const reading = page.getByRole('region', { name: '全部' }).locator('.reading');
    await waitUntil('the newest row is there', async () => (await reading.innerText()).includes('−0.500'));
    expect(await reading.innerText()).toContain('9 条');
    await writeRows({ ...row('*', 120_000, 10), mean: 0.25 });
    await waitUntil('the row goes on', async () => (await reading.innerText()).includes('10 条'));
  });

  it('goes on where it was when the way to the server was cut', async () => {
    const { url, write } = await openDashboard();
    const proxy = await openProxy(new URL(url).host);
    const page = await openPage(chromium, `http://${proxy.address}/`);
    await live(page);
    await write(...texts(0, 10));
    await waitUntil('the first are there', async () => (await words(page)).length === 10);
    for (let cut = 1; cut <= 3; cut++) {
      proxy.cut();
      await page.locator('.connection.lost').waitFor();
      await write(...texts(10 * cut, 10));
      proxy.restore();
      await live(page);
    }
    await waitUntil('the rest is there', async () => (await words(page)).length >= 40);
    expect((await words(page)).toSorted()).toEqual(
      texts(0, 40)
        .map(({ text }) => text)
        .toSorted(),
    );
  });

  it('stands still while somebody reads, and counts what waits', async () => {
    const { url, write } = await openDashboard();
    const page = await openPage(chromium, url);
    await live(page);
    await write(...texts(0, 2));
    await waitUntil('the first are there', async () => (await words(page)).length === 2);
    await page.keyboard.press('j');
    await write(...texts(2, 5));
    const newer = page.getByRole('button', { name: '5 条新文本' });
    await newer.waitFor();
    await page.keyboard.press('j');
    expect(await words(page)).toHaveLength(2);
    await newer.click();
    await waitUntil('the newer are there', async () => (await words(page)).length === 7);
  });

  it('keeps a bounded number of rows', async () => {
    const { url, write } = await openDashboard();
    const page = await openPage(chromium, url);
    await live(page);
    for (let i = 0; i < 5; i++) await write(...texts(100 * i, 100));
    await waitUntil('the last is there', async () => (await words(page)).includes('文本 t499'));
    expect(await words(page)).toHaveLength(100);
  });
});
