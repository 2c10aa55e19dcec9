import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { loadBundle } from '../../src/model/bundle.js';
import { type RefitOptions, runRefit } from '../../src/refit/candidate/refit.js';
import { prepareRefit } from '../../src/refit/candidate/refit-folder.js';
import { moodtape } from '../cli/run-cli.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { largestDifference } from '../model/support.js';
import { shiftedRequest, shiftedTexts } from '../refit/shifted-model.js';
import { describeWithTfjsNode } from '../services/describe.js';
import { withTfjsNode } from '../services/tfjs-node.js';
import type { SentGradients } from './gradients-worker.js';

// Guards: with the optional native backend, training comes to what it comes to on wasm, and can be stopped and repeated.

const WORKER = fileURLToPath(new URL('gradients-worker.ts', import.meta.url));
type Backend = 'wasm' | 'tfjs-node';

describeWithTfjsNode('tfjs-node', (installed) => {
  const env = withTfjsNode(installed);
  const folder = mkdtempSync(join(tmpdir(), 'moodtape-native-'));
  const path = (name: string) => join(folder, name);
  beforeAll(async () => {
    await saveTinyBundle(path('model'));
    const words = Object.entries({ 利空: '大盘跌', 中性: '股市空', 利好: '茅台涨停' });
    const rows = Array.from({ length: 60 }, (_, i) => {
      const [label, word] = words[i % 3] ?? [];
      return `${i},${word}${'今日公司'.slice(0, i % 5)},${label}`;
    });
    writeFileSync(path('data.csv'), `id,text,label\n${rows.join('\n')}\n`);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is found by the doctor', async () => {
    const { stdout } = await moodtape(['doctor', '--json'], { env });
    const found = { name: 'training: tfjs-node', needed: false, ok: true, detail: 'loads' };
    expect(JSON.parse(stdout).checks).toContainEqual(found);
  });

  it('has the gradients of wasm', async () => {
    const gradientsOn = async (backend: Backend): Promise<SentGradients> => {
      const execArgv = ['--import', 'tsx'];
      const worker = fork(WORKER, [backend], {
        execArgv,
        env: { ...process.env, ...env },
        serialization: 'advanced',
      });
      const [sent] = await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
      return sent;
    };
    const [native, wasm] = await Promise.all([gradientsOn('tfjs-node'), gradientsOn('wasm')]);
    expect(wasm.size).toBe(8);
    for (const [name, parameters] of wasm) {
      for (const [parameter, expected] of parameters) {
        const difference = largestDifference(native.get(name)?.get(parameter) ?? [], expected);
        expect(difference, `${name}: ${parameter}`).toBeLessThan(1e-5);
      }
    }
  });

  it('trains as wasm does, from the command line', async () => {
    const trainOn = async (backend: Backend) => {
      const data = ['--train', path('data.csv'), '--valid', path('data.csv')];
      const settings =
        '--epochs 1 --batch-size 4 --learning-rate 0.001 --warmup 2 --averaging 0 --evaluate-every 5';
      const files = ['--model', path('model'), ...data, '--out', path(backend), '--backend', backend];
      const trained = await moodtape(['train', 'base', ...files, ...settings.split(' '), '--json'], { env });
      expect(trained.stderr).toContain(`60 texts, 60 valid, backend ${backend}`);
      expect(trained.stderr).not.toContain('Warning');
      const bundle = await loadBundle(path(backend));
      expect(bundle.provenance).toMatchObject({ backend });
      return { history: JSON.parse(trained.stdout).history, parameters: await bundle.parameters() };
    };
    const [native, wasm] = await Promise.all([trainOn('tfjs-node'), trainOn('wasm')]);
    expect(wasm.history).toHaveLength(3);
    for (const [i, { step, loss }] of wasm.history.entries()) {
      expect(native.history[i]).toMatchObject({ step, loss: expect.closeTo(loss, 5) });
    }
    for (const [name, { data }] of wasm.parameters) {
      // Attention does not depend on it: its gradient is 0 but for rounding, of which AdamW makes whole steps.
      if (name.endsWith('key.bias')) continue;
      // A bundle keeps 11 bits of a number; the weights have moved by up to 15 steps of 1e-3.
      expect(largestDifference(native.parameters.get(name)?.data ?? [], data), name).toBeLessThan(1e-3);
    }
  });

  it('learns in a refit, and goes on from a stop to the same bits', async () => {
    vi.stubEnv('NODE_OPTIONS', env.NODE_OPTIONS);
    const small = shiftedRequest(path('model'), []);
    const request = {
      ...small,
      texts: shiftedTexts('forum', 80, 3),
      holdout: shiftedTexts('forum', 10, 4),
      settings: { ...small.settings, epochs: 3, batchSize: 2, evaluateEvery: 20 },
    };
    const refit = (name: string, more: Partial<RefitOptions> = {}) =>
      runRefit(path(name), {
        stop: new AbortController().signal,
        niceness: 0,
        threads: 1,
        features: { folder: path(`${name}.features`), bytes: 1e8 },
        backend: 'tfjs-node',
        ...more,
      });
    for (const name of ['unbroken', 'stopped']) await prepareRefit(path(name), request);
    const asked = new AbortController();
    const stopAt25 = {
      stop: asked.signal,
      onProgress: ({ step }: { step: number }) => step === 25 && asked.abort(),
    };
    const [unbroken] = await Promise.all([
      refit('unbroken'),
      expect(refit('stopped', stopAt25)).rejects.toMatchObject({ code: 'MT_INTERRUPTED' }),
    ]);
    expect((await loadBundle(unbroken.bundle)).provenance).toMatchObject({
      phase: 'refit',
      backend: 'tfjs-node',
    });
    const steps: number[] = [];
    const resumed = await refit('stopped', { onProgress: ({ step }) => steps.push(step) });
    expect(steps[0]).toBeGreaterThan(25);
    expect(resumed.version).toBe(unbroken.version);
  });
});
