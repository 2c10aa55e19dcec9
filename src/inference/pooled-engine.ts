import { MoodtapeError } from '../errors.js';
import type { ModelSpec } from '../model/spec.js';
import type { Tokenise } from '../text/tokenise.js';
import type { Engine, ModelIdentity, Score, TokenisedText } from './engine.js';
import type { ThreadPool } from './pool.js';
import type { BatchMessage, BatchOutput } from './protocol.js';

/** What an engine says of itself. */
export interface EngineIdentity extends Pick<Engine, 'runtime' | 'workers'> {
  readonly name: string;
  readonly version: string;
  readonly spec: ModelSpec;
}

/** An engine whose batches run in the threads of a pool. */
export class PooledEngine implements Engine {
  readonly model: ModelIdentity;
  readonly runtime: string;
  readonly workers: number;
  readonly #padId: number;

  constructor(
    { name, version, spec, runtime, workers }: EngineIdentity,
    readonly tokenise: Tokenise,
    private readonly pool: ThreadPool,
  ) {
    const { labels, experts, maxLength, encoder } = spec;
    this.model = { name, version, labels, experts: experts?.names ?? [], maxLength };
    this.runtime = runtime;
    this.workers = workers;
    this.#padId = encoder.padId;
  }

  async score(batch: readonly TokenisedText[]): Promise<Score[]> {
    if (batch.length === 0) return [];
    const output = await this.pool.run(() => padded(batch, this.#padId));
    return batch.map(({ truncated }, index) => this.#scoreOf(output, index, truncated));
  }

  readerOf(): ModelIdentity {
    return this.model;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  #scoreOf({ probabilities, experts }: BatchOutput, index: number, truncated: boolean): Score {
    const { labels, experts: names } = this.model;
    const row = (data: Float32Array, width: number) => [...data.subarray(index * width, (index + 1) * width)];
    const score = {
      probabilities: row(probabilities, labels.length),
      experts: row(experts, names.length),
      truncated,
      model: this.model,
    };
    if (score.probabilities.length === labels.length && score.probabilities.every(Number.isFinite))
      return score;
    throw new MoodtapeError('MT_INFERENCE', 'the model gave no probabilities for a text');
  }
}

/** The texts of a batch as its message, padded to the longest. */
export function padded(batch: readonly TokenisedText[], padId: number): BatchMessage {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const ids = new Int32Array(batch.length * length).fill(padId);
  for (const [index, text] of batch.entries()) ids.set(text.ids, index * length);
  return { ids, texts: batch.length, length };
}
