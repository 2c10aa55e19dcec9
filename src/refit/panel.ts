import { availableParallelism } from 'node:os';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { createEngine } from '../inference/create-engine.js';
import type { Engine, TokenisedText } from '../inference/engine.js';
import type { ModelRegistry } from '../registry/registry.js';
import type { RegistryState } from '../registry/state.js';

/** A version that says what it thinks of texts. */
export interface PanelModel {
  readonly version: string;
  /** Of each text, the probabilities of the labels. */
  score(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}

/** Versions that are asked: the live one, the one before, and one more. */
const MODELS = 3;
/** Texts of one batch: labels are few, and others have the processors first. */
const BATCH = 16;

/** The latest versions that were live, at work. */
export class Panel {
  readonly #engines = new Map<string, Promise<Engine>>();

  constructor(private readonly registry: Pick<ModelRegistry, 'load'>) {}

  /**
   * The live version, then those before it that can be loaded. Versions that were asked before and are no longer among them
   * are closed.
   *
   * @throws MoodtapeError MT_BUNDLE when the live version is damaged, MT_DEVICE when it cannot run here.
   */
  async models({ lineage }: Pick<RegistryState, 'lineage'>): Promise<PanelModel[]> {
    const versions = lineage.slice(-MODELS).reverse();
    for (const [version, engine] of this.#engines) {
      if (versions.includes(version)) continue;
      this.#engines.delete(version);
      await (await engine).close();
    }
    const models = await Promise.all(
      versions.map(async (version, i) => {
        const starting = this.#engineOf(version);
        const engine = await (i === 0 ? starting : starting.catch(() => undefined));
        return engine && { version, score: (texts: readonly string[]) => scoreAll(engine, texts) };
      }),
    );
    return models.filter((model) => model !== undefined);
  }

  async close(): Promise<void> {
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    await Promise.all(engines.map(async (engine) => (await engine).close()));
  }

  async #engineOf(version: string): Promise<Engine> {
    const known = this.#engines.get(version);
    if (known !== undefined) return known;
    // A thread for each worker, and a worker for each batch at a time, of which there is one.
    const options = { device: 'cpu', precision: 'int8', workers: availableParallelism() } as const;
    const starting = this.registry.load(version).then((bundle) => createEngine(bundle, options));
    this.#engines.set(version, starting);
    starting.catch(() => this.#engines.delete(version));
    return starting;
  }
}

async function scoreAll(engine: Engine, texts: readonly string[]): Promise<(readonly number[])[]> {
  const tokens = texts.map((text) => engine.tokenise(text));
  const scores: (readonly number[])[] = [];
  for (let start = 0; start < tokens.length; start += BATCH) {
    scores.push(...(await scoreBatch(engine, tokens.slice(start, start + BATCH))));
  }
  return scores;
}

/** A text that the model fails on has all labels alike. */
async function scoreBatch(engine: Engine, batch: readonly TokenisedText[]): Promise<(readonly number[])[]> {
  try {
    return (await engine.score(batch)).map(({ probabilities }) => probabilities);
  } catch (error) {
    if (!(error instanceof MoodtapeError) || error.code !== 'MT_INFERENCE') throw error;
    if (batch.length === 1) return [LABELS.map(() => 1 / LABELS.length)];
    const alone = await Promise.all(batch.map((text) => scoreBatch(engine, [text])));
    return alone.flat();
  }
}
