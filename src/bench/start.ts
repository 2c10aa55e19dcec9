import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';
import { packagePath, userPath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { loadBundle } from '../model/bundle.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { loadTransformers, withExport } from './peer/transformers.js';
import { compare, inTurns, Side } from './side.js';
import { readTexts } from './texts.js';

/** The least that one writes to score a text with transformers.js. */
const PEER = `
import { env, pipeline } from '@huggingface/transformers';
const [folder, model, text] = process.argv.slice(1);
env.localModelPath = folder;
const classify = await pipeline('text-classification', model, { dtype: 'q8' });
console.log(await classify(text));`;

/**
 * Seconds from the start of a process to the first score that it prints: `moodtape score` against transformers.js on the
 * same int8 graph.
 *
 * @throws MoodtapeError MT_PEER when transformers.js is not installed.
 */
export async function start({ settings, data, rounds, onRound }: BenchOptions): Promise<Outcome> {
  await loadTransformers();
  const [text = ''] = await readTexts(data, 1);
  const model = userPath(settings.model);
  const { device, precision, workers } = settings;
  const flags = Object.entries({ model, device, precision, workers }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  return withExport(await loadBundle(model), async (folder, name) => {
    const score = [...process.execArgv, process.argv[1] ?? '', 'score', ...flags, '--', text];
    const peer = ['--input-type=module', '--eval', PEER, '--', folder, name, text];
    const ours = new Side('moodtape score', () => firstOutput(score, process.cwd()));
    // The package resolves its own dependencies.
    const theirs = new Side('transformers.js int8', () => firstOutput(peer, packagePath()));
    await inTurns(rounds, [ours, theirs], onRound);
    return { comparisons: [compare(ours, theirs, 's')] };
  });
}

/** Seconds until a process of Node.js writes its first output; it must end well. */
async function firstOutput(args: readonly string[], cwd: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let seconds: number | undefined;
  child.stdout.once('data', () => {
    seconds = (performance.now() - started) / 1000;
  });
  child.stdout.resume();
  const [errors, [code]] = await Promise.all([readAll(child.stderr), once(child, 'close')]);
  if (code === 0 && seconds !== undefined) return seconds;
  throw new MoodtapeError('MT_INTERNAL', `a process that was to score a text failed: ${errors}`);
}
