import { availableParallelism } from 'node:os';
import { MoodtapeError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import type { Precision } from '../model/graph.js';
import { routeTo } from '../model/route.js';
import { loadTokeniser, type Tokenise } from '../text/tokenise.js';
import { deviceOf } from './device.js';
import type { Engine, ModelIdentity, Score, TokenisedText } from './engine.js';
import { ThreadPool } from './pool.js';
import type { BatchMessage, BatchOutput } from './protocol.js';
import { InferenceThread } from './thread.js';

/** What the engine needs of a model bundle. */
export type EngineBundle = Pick<Bundle, 'name' | 'version' | 'spec' | 'tokenizer' | 'graph'>;

export interface EngineOptions {
  /** `auto`, or left out, for the first one there is. */
  readonly device?: string;
  /** `auto`, or left out, for the one that suits the device. */
  readonly precision?: Precision | 'auto';
  /** Batches that run side by side; 0, or left out, for one a core, up to 8. */
  readonly workers?: number;
  /** Threads of each worker; the cores divided among the workers when left out. */
  readonly intraOpThreads?: number;
  /** That expert alone scores every text; the router chooses when left out. */
  readonly expert?: string | undefined;
}

/** Threads of one worker wait for each other at every operator, workers never; but each worker has its own weights. */
const MOST_WORKERS = 8;

/**
 * Starts a model: every worker is a thread with a session of its own, and all read the graph from the same memory.
 *
 * @throws MoodtapeError MT_DEVICE when the device is unknown or cannot run the model, MT_BUNDLE when the bundle is damaged,
 *   MT_CONFIG when the model has no such expert.
 */
export async function createEngine(bundle: EngineBundle, options: EngineOptions = {}): Promise<Engine> {
  const device = deviceOf(options.device ?? 'auto');
  const cores = availableParallelism();
  const workers = options.workers || Math.min(cores, MOST_WORKERS);
  const threads = options.intraOpThreads ?? Math.max(1, Math.floor(cores / workers));
  const { precision = 'auto' } = options;
  const tokenise = loadTokeniser(bundle.tokenizer.json, bundle.tokenizer.config, bundle.spec.maxLength);
  const route = routeTo(options.expert, bundle.spec);
  const graph = shared(await bundle.graph(precision === 'auto' ? device.precision : precision, route));
  const start = { graph, executionProviders: device.executionProviders, threads };
  const pool = new ThreadPool(workers, () => InferenceThread.start(start));
  await pool.start();
  return new PooledEngine(bundle, tokenise, pool, workers, `${device.name}-${workers}x${threads}`);
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(memory).set(bytes);
  return memory;
}

class PooledEngine implements Engine {
  readonly model: ModelIdentity;
  readonly #padId: number;

  constructor(
    { name, version, spec }: EngineBundle,
    readonly tokenise: Tokenise,
    private readonly pool: ThreadPool,
    readonly workers: number,
    readonly runtime: string,
  ) {
    const { labels, experts, maxLength, encoder } = spec;
    this.model = { name, version, labels, experts: experts?.names ?? [], maxLength };
    this.#padId = encoder.padId;
  }

  async score(batch: readonly TokenisedText[]): Promise<Score[]> {
    if (batch.length === 0) return [];
    const output = await this.pool.run(() => padded(batch, this.#padId));
    return batch.map((_, index) => this.#scoreOf(output, index));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  #scoreOf({ probabilities, experts }: BatchOutput, index: number): Score {
    const { labels, experts: names, version } = this.model;
    const row = (data: Float32Array, width: number) => [...data.subarray(index * width, (index + 1) * width)];
    const score = {
      probabilities: row(probabilities, labels.length),
      experts: row(experts, names.length),
      model: version,
    };
    if (score.probabilities.length === labels.length && score.probabilities.every(Number.isFinite))
      return score;
    throw new MoodtapeError('MT_INFERENCE', 'the model gave no probabilities for a text');
  }
}

function padded(batch: readonly TokenisedText[], padId: number): BatchMessage {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const ids = new Int32Array(batch.length * length).fill(padId);
  for (const [index, text] of batch.entries()) ids.set(text.ids, index * length);
  return { ids, texts: batch.length, length };
}
