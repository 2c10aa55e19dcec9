import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitUntil } from '../../conformance/patience.js';
import { killAll, Process } from '../../e2e/process.js';
import { saveTinyBundle } from '../../fixtures/tiny-bundle.js';
import { describeWithChromium } from '../../services/describe.js';
import { openPage } from './browser.js';
import { DemoDay } from './demo-day.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-page-'));
const env = { MOODTAPE_MODEL: join(folder, 'model') };
beforeAll(() => saveTinyBundle(env.MOODTAPE_MODEL));
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});

describeWithChromium('the demo’s page', (chromium) => {
  it('shows the right numbers for the demo’s day', async () => {
    const day = await DemoDay.start(folder, env);
    await day.isOver();
    const page = await openPage(chromium, `${day.url}#/pipeline`);
    // As demo/README.md lists them.
    const figures = page.locator('.figure-tile');
    await expect.poll(() => figures.nth(3).innerText()).toContain('509');
    expect(await figures.nth(4).innerText()).toContain('12');
    await page.goto(`${day.url}#/market`);
    await page.getByRole('button', { name: '1h' }).click();
    const index = page.getByRole('region', { name: '全部' });
    await index.getByRole('button', { name: '表格' }).click();
    const counts = () => index.locator('tbody td:nth-child(3)').allInnerTexts();
    await expect.poll(async () => (await counts()).reduce((sum, count) => sum + Number(count), 0)).toBe(509);
    await page.getByRole('link', { name: /^贵州茅台 .*29 条$/ }).waitFor();
    await day.stop();
  });

  it('moves as soon as the demo runs', async () => {
    const demo = new Process(['demo', '--no-open'], env);
    await waitUntil('it says where', () => demo.output.includes('dashboard: '));
    const url = /dashboard: (\S+)/.exec(demo.output)?.[1] ?? '';
    const page = await openPage(chromium, url);
    const newest = () => page.locator('.tape .words').first().innerText();
    const first = await newest();
    await expect.poll(newest).not.toBe(first);
    await page.locator('.indices canvas').first().waitFor();
    await page.locator('.tile').first().waitFor();
    expect(await demo.stop('SIGINT')).toBe(0);
  });
});
