import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../src/model/bundle.js';
import type { RefitProgress } from '../../../src/refit/candidate/protocol.js';
import { type RefitOptions, runRefit, startRefit } from '../../../src/refit/candidate/refit.js';
import { prepareRefit, readResult } from '../../../src/refit/candidate/refit-folder.js';
import type { RefitResult } from '../../../src/refit/candidate/refit-request.js';
import { writeExamples } from '../../../src/training/dataset.js';
import { flipped, shiftedRequest, shiftedTexts, trainOnNews } from '../shifted-model.js';

// Guards: a refit follows a shift and keeps what the model could; labels that are wrong do not get past the gate; a process
// that is killed at any moment is taken up to the same model; others on the machine go first.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-refit-'));
const path = (name: string) => join(folder, name);
const golden = path('golden.csv');
let incumbent = '';
beforeAll(async () => {
  incumbent = await trainOnNews(folder);
  const texts = [...shiftedTexts('news', 200, 5), ...shiftedTexts('forum', 30, 6)];
  await writeExamples(golden, texts, ['利空', '中性', '利好']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const optionsOf = (run: string, more: Partial<RefitOptions> = {}): RefitOptions => ({
  stop: new AbortController().signal,
  niceness: 15,
  threads: 1,
  features: { folder: path(`${run}.features`), bytes: 1e8 },
  backend: 'wasm',
  ...more,
});

describe('a refit', () => {
  let unbroken: RefitResult;
  const progress: RefitProgress[] = [];

  it('follows a shift, keeps what the model could, and is promoted', async () => {
    await prepareRefit(path('shift'), shiftedRequest(incumbent, [golden]));
    unbroken = await runRefit(
      path('shift'),
      optionsOf('shift', { onProgress: (step) => progress.push(step) }),
    );
    const { decision, version, bundle } = unbroken;
    expect(decision).toMatchObject({
      promote: true,
      reason: expect.stringContaining('better on the holdout'),
    });
    expect(decision.holdout.incumbent).toBeLessThan(0.6);
    expect(decision.holdout.candidate).toBeGreaterThan(0.8);
    expect(decision.domains.news?.candidate).toBeGreaterThan(0.8);
    const made = await loadBundle(bundle);
    expect(made).toMatchObject({
      version,
      spec: { experts: { names: ['forum', 'news'], rank: 4 } },
      provenance: { phase: 'refit', backend: 'wasm', from: [{ version: unbroken.incumbent, phase: 'base' }] },
    });
    expect(progress.at(-1)).toMatchObject({ step: progress.at(-1)?.steps });
  });

  it('that is done gives its result again', async () => {
    const again = await runRefit(
      path('shift'),
      optionsOf('shift', { onProgress: () => expect.unreachable() }),
    );
    expect(again).toEqual(unbroken);
  });

  it('goes on from a SIGKILL at any moment to the same model and decision', async () => {
    await prepareRefit(path('killed'), shiftedRequest(incumbent, [golden]));
    const { steps = 1 } = progress[0] ?? {};
    const untilStep = (wanted: number) => (child: ChildProcess) =>
      new Promise<void>((resolve) => {
        child.on('message', (message: Partial<RefitProgress>) => {
          if ((message.step ?? 0) >= wanted) resolve();
        });
      });
    const moments = [
      () => setTimeout(2000 * Math.random()),
      untilStep(Math.ceil(0.4 * steps * Math.random())),
      untilStep(Math.ceil(steps * (0.4 + 0.5 * Math.random()))),
      async (child: ChildProcess) => {
        await untilStep(steps)(child);
        await setTimeout(1500 * Math.random());
      },
    ];
    for (const moment of moments) {
      const child = startRefit(path('killed'), optionsOf('killed'));
      await Promise.race([moment(child), once(child, 'exit')]);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    const resumed = await runRefit(path('killed'), optionsOf('killed'));
    expect(resumed.version).toBe(unbroken.version);
    expect(resumed.decision).toEqual(unbroken.decision);
  });

  it('stops when asked to, and goes on', async () => {
    await prepareRefit(path('stopped'), shiftedRequest(incumbent, [golden]));
    const asked = new AbortController();
    const onProgress = ({ step }: RefitProgress) => {
      if (step === 15) asked.abort();
    };
    const stopped = runRefit(path('stopped'), optionsOf('stopped', { stop: asked.signal, onProgress }));
    await expect(stopped).rejects.toMatchObject({ code: 'MT_INTERRUPTED' });
    expect(existsSync(path('stopped/unfinished/state.json'))).toBe(true);
    const first: number[] = [];
    const resumed = await runRefit(
      path('stopped'),
      optionsOf('stopped', { onProgress: ({ step }) => first.push(step) }),
    );
    expect(first[0]).toBeGreaterThan(15);
    expect(resumed.version).toBe(unbroken.version);
  });

  it('is not promoted when its labels are wrong, even if the holdout’s are too', async () => {
    const { texts, holdout, ...request } = shiftedRequest(unbroken.bundle, [golden]);
    await prepareRefit(path('flipped'), { ...request, texts: flipped(texts), holdout: flipped(holdout) });
    const { decision } = await runRefit(path('flipped'), optionsOf('flipped'));
    expect(decision.holdout.difference).toBeGreaterThan(0);
    expect(decision).toMatchObject({ promote: false, reason: expect.stringContaining('the golden set') });
  });

  it('lets others go first, and ends with its starter', async () => {
    await prepareRefit(path('nice'), shiftedRequest(incumbent, []));
    const child = startRefit(path('nice'), optionsOf('nice'));
    await once(child, 'message');
    expect(getPriority(child.pid)).toBe(Math.max(15, getPriority()));
    child.disconnect();
    await once(child, 'exit');
    expect(await readResult(path('nice'))).toBeUndefined();
  });

  it('says why it cannot be done', async () => {
    await prepareRefit(path('lost'), shiftedRequest(incumbent, []));
    rmSync(incumbent, { recursive: true });
    await expect(runRefit(path('lost'), optionsOf('lost'))).rejects.toMatchObject({ code: 'MT_BUNDLE' });
  });
});
