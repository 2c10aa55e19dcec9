import { resolveSettings, type Settings } from './config.js';
import type { MoodtapeError } from './errors.js';
import type { ModelIdentity } from './inference/engine.js';
import { CACHE_SIZE, ScoreCache } from './inference/score-cache.js';
import { openEngine } from './open-engine.js';
import { type ScoredText, scoreTexts } from './score-texts.js';

export { DOMAINS, type Domain, LABELS, type Label } from './codec/sentiment.js';
export { ERRORS, type ErrorCode, MoodtapeError } from './errors.js';
export type { ModelIdentity } from './inference/engine.js';
export type { ScoredText } from './score-texts.js';

/** A model at work. */
export interface SentimentEngine {
  readonly model: ModelIdentity;
  /** What it runs on, as `cpu-int8-2x1`: the device, the precision, the workers and the threads of each. */
  readonly runtime: string;
  /**
   * Scores texts; results are in their order. A text that cannot be scored has an error in its place: MT_EMPTY_TEXT
   * without words, MT_INFERENCE when the model fails on it.
   */
  score(texts: readonly string[]): Promise<(ScoredText | MoodtapeError)[]>;
  /** Ends its threads; a process with an open engine does not end by itself. */
  close(): Promise<void>;
}

export interface EngineSettings extends Partial<Pick<Settings, 'device' | 'precision' | 'workers'>> {
  /** Texts whose score is remembered, so that a repeated text is not read again; 0 for none, 20,000 when left out. */
  readonly cacheSize?: number;
}

/**
 * Starts a model. What is left out comes from the environment (`MOODTAPE_MODEL`, `MOODTAPE_DEVICE`, …), else from the
 * defaults.
 *
 * ```ts
 * const engine = await loadEngine();
 * const [result] = await engine.score(['主力资金净流入3.66亿元']);
 * ```
 *
 * @param model folder of a bundle; the one that comes with the package when left out
 * @throws MoodtapeError MT_CONFIG, MT_BUNDLE or MT_DEVICE.
 */
export async function loadEngine(
  model?: string,
  { cacheSize = CACHE_SIZE, ...settings }: EngineSettings = {},
): Promise<SentimentEngine> {
  const engine = await openEngine(resolveSettings({ flags: { model, ...settings } }));
  const cache = new ScoreCache(cacheSize);
  return {
    model: engine.model,
    runtime: engine.runtime,
    score: (texts) => scoreTexts(engine, texts, cache),
    close: () => engine.close(),
  };
}
