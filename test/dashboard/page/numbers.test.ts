import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWithChromium } from '../../services/describe.js';
import { openDashboard } from '../support.js';
import { openPage } from './browser.js';
import { ROWS, TEXTS } from './samples.js';

async function linesOf(elements: Locator): Promise<string[]> {
  return (await elements.allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
}

describeWithChromium('the page over a known feed', (chromium) => {
  const open = async (hash: string) => {
    const { url, show, showRows } = await openDashboard();
    await show(...TEXTS);
    await showRows(...ROWS);
    return openPage(chromium, `${url}${hash}`);
  };

  it('shows the index, the symbols, the movers and the texts', async () => {
    const page = await open('#/market');
    const index = page.getByRole('region', { name: '全部' }).locator('.reading');
    expect(await index.innerText()).toMatch(/^\+0\.004\s+1 条\s+09:33$/);
    const tile = page.getByRole('link', { name: '贵州茅台 −0.50, 2 条' });
    expect(await tile.getAttribute('href')).toBe('#/symbols/SH600519');
    await page.getByRole('link', { name: 'SH688981 +0.50, 1 条' }).waitFor();
    await expect
      .poll(() => linesOf(page.locator('.tape .text')))
      .toEqual([
        '09:33:00 新闻 •中性 0.00 60 % 大盘缩量整理',
        '09:32:00 新闻 ▼利空 −0.25 60 % 贵州茅台 白酒跌幅收窄',
        '09:31:00 股吧 ▲利好 +0.50 70 % SH688981 芯片订单大增',
        '09:30:00 新闻 ▼利空 −0.75 80 % 贵州茅台 白酒今日走弱',
      ]);
  });

  it('shows the same index as a table', async () => {
    const page = await open('#/market');
    const index = page.getByRole('region', { name: '全部' });
    await index.getByRole('button', { name: '表格' }).click();
    await expect
      .poll(() => linesOf(index.locator('tbody tr')))
      .toEqual(['09:33 0.00 1 0 1 0', '09:32 −0.25 1 1 0 0', '09:31 +0.50 1 0 0 1', '09:30 −0.75 1 1 0 0']);
  });

  it('shows the texts behind a point that the keyboard chooses', async () => {
    const page = await open('#/symbols/SH600519');
    const words = page.locator('.found .words');
    await expect.poll(() => words.allInnerTexts()).toEqual(['白酒跌幅收窄', '白酒今日走弱']);
    const chart = page.getByRole('slider');
    await page.locator('.chart canvas').waitFor();
    expect(await chart.getAttribute('aria-valuetext')).toBe('09:32: −0.25, 1 条');
    await chart.press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).toBe('09:30: −0.75, 1 条');
    await chart.press('Enter');
    await expect.poll(() => words.allInnerTexts()).toEqual(['白酒今日走弱']);
    await page.getByRole('heading', { name: '09:30 的文本' }).waitFor();
    await page.getByRole('button', { name: '最新文本' }).click();
    await expect.poll(() => words.count()).toBe(2);
  });

  it('finds symbols by their names, and texts by their words', async () => {
    const page = await open('#/market');
    await page.getByRole('link', { name: '贵州茅台 −0.50, 2 条' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('贵州茅台');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '贵州茅台' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').first().fill('订单');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.found .words').allInnerTexts()).toEqual(['芯片订单大增']);
    await page.getByLabel('来源').selectOption('news');
    await page.getByText('没有符合条件的文本').waitFor();
    expect(new URL(page.url()).hash).toBe('#/texts?q=%E8%AE%A2%E5%8D%95&domain=news');
  });

  it('says all there is to know about a text', async () => {
    const page = await open('#/texts');
    await page.getByRole('button', { name: '芯片订单大增' }).click();
    const details = (await page.locator('.details').innerText()).replace(/\s+/g, ' ');
    expect(details).toBe(
      '利空 0.100 中性 0.300 利好 0.600 news 0.750 forum 0.250 ' +
        '发布 2026-03-02 09:31:00 评分 2026-03-02 09:31:00 版本 sha 出处 news/0/b SH688981',
    );
  });
});
