import { expect, it } from 'vitest';
import type { ModelEvent } from '../../../src/codec/model-event.js';
import { EMPTY } from '../../../src/registry/state.js';
import { describeWithChromium } from '../../services/describe.js';
import { openDashboard } from '../support.js';
import { openPage } from './browser.js';
import { OPENING, textAt } from './samples.js';

/** What people write into forums to take over a page, or to make it say something else. */
const CORPUS = [
  '<script>globalThis.taken = true</script>',
  '<img src=x onerror="globalThis.taken = true">',
  '<svg/onload=globalThis.taken=true>',
  '"><iframe srcdoc="<script>parent.taken=true</script>">',
  '\'"></bdi></button><style>*{display:none}</style>',
  '<a href="javascript:globalThis.taken=true">点我</a>',
  '<math><mtext></table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=globalThis.taken=true&gt;">',
  '{{constructor.constructor("globalThis.taken=true")()}} \x24{globalThis.taken=true} <%= 1 %>',
  '__proto__ constructor toString [object Object]',
  '&lt;b&gt;不是粗体&lt;/b&gt; &amp;amp; &#x202e;',
  '涨停\u202e板停跌 右到左',
  '\u2066藏\u2069\u200b\u200b零\u200c宽\ufeff',
  '\u0000\u0007\u001b[31m控制\u007f\u0085',
  '\u0627\u0644\u0633\u0648\u0642 عربي 中文 混合',
  `${'\u0301'.repeat(200)}叠`,
  '空\u3164白\u115f字',
  '\ud83d\ude2e\u200d\ud83d\udca8 \ud83d\udc68\ud83c\udffd\u200d\ud83d\ude80 正常表情',
  '长'.repeat(512),
  'no'.repeat(256),
];
/** What of them is shown as something else than itself. */
const SHOWN = new Map([
  ['涨停\u202e板停跌 右到左', '涨停[U+202E]板停跌 右到左'],
  ['\u2066藏\u2069\u200b\u200b零\u200c宽\ufeff', '[U+2066]藏[U+2069][U+200B][U+200B]零[U+200C]宽[U+FEFF]'],
  ['\u0000\u0007\u001b[31m控制\u007f\u0085', '[U+0000][U+0007][U+001B][31m控制[U+007F][U+0085]'],
  ['空\u3164白\u115f字', '空[U+3164]白[U+115F]字'],
]);
const EVIL = '<img src=x onerror=globalThis.taken=true>\u202e';

describeWithChromium('the page and its strangers', (chromium) => {
  const texts = CORPUS.map((text, i) =>
    textAt(i, {
      id: `x${i}`,
      text,
      symbols: [EVIL],
      model: EVIL,
      source: `${EVIL}/${i}`,
      experts: { [EVIL]: 1 },
    }),
  );
  const open = async (hash: string) => {
    const decision: ModelEvent = {
      ...{ seq: 1, event: 'rejected', model: EVIL, version: EVIL, previous: null, at: OPENING },
      ...{ reason: EVIL, share: null, metrics: { [EVIL]: 0.5 } },
    };
    const { url, show } = await openDashboard(
      {},
      {
        names: new Map([[EVIL, EVIL]]),
        models: async () => ({
          state: { ...EMPTY, live: EVIL, previous: EVIL },
          versions: [
            { version: EVIL, model: EVIL, aliases: [], share: undefined, registeredAt: OPENING, decision },
          ],
          events: [decision],
        }),
      },
    );
    await show(...texts);
    return openPage(chromium, `${url}${hash}`);
  };

  it('shows every text of the corpus as the characters that it is', async () => {
    const page = await open('#/market');
    await expect.poll(() => page.locator('.tape .words').count()).toBe(CORPUS.length);
    const shown = await page
      .locator('.tape .words bdi')
      .evaluateAll((all) => all.map((one) => one.textContent));
    expect(shown).toEqual(CORPUS.toReversed().map((text) => SHOWN.get(text) ?? text));
  });

  it('makes no element of what strangers wrote', async () => {
    const page = await open('');
    await page.locator('.connection.live').waitFor();
    for (const hash of [
      'market',
      'symbols',
      `symbols/${encodeURIComponent(EVIL)}`,
      'texts',
      'models',
      'pipeline',
    ]) {
      await page.goto(new URL(`#/${hash}`, page.url()).href);
      await expect.poll(() => page.locator('main').innerText()).toMatch(/\d/);
      for (const words of (await page.locator('.words').all()).slice(0, 5)) await words.click();
      const found = await page.evaluate(() => ({
        elements: document.querySelectorAll('main :is(script, img, iframe, style, math, [onload], [onerror])')
          .length,
        links: [...document.querySelectorAll('a')].filter(({ protocol }) => protocol !== 'http:').length,
        taken: 'taken' in globalThis,
      }));
      expect(found, hash).toEqual({ elements: 0, links: 0, taken: false });
    }
  });

  it('keeps the direction of a text to itself', async () => {
    const page = await open('#/texts');
    const isolated = await page
      .locator('.words bdi')
      .evaluateAll((all) => all.every((one) => getComputedStyle(one).unicodeBidi === 'isolate'));
    expect(isolated).toBe(true);
  });
});
