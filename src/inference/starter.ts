import { MoodtapeError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import { type Route, routeTo } from '../model/route.js';
import { loadTokeniser, type Tokenise } from '../text/tokenise.js';
import type { Device } from './device.js';
import type { Engine } from './engine.js';
import { nameOf, type Placement } from './placement.js';
import { ThreadPool } from './pool.js';
import { PooledEngine } from './pooled-engine.js';
import { InferenceThread } from './thread.js';

/** What the engine needs of a model bundle. */
export type EngineBundle = Pick<Bundle, 'name' | 'version' | 'spec' | 'tokenizer' | 'graph'>;

export interface StarterOptions {
  /** That expert alone scores every text; the router chooses when left out. */
  readonly expert?: string | undefined;
  /** The model's tokeniser, if there is one already; it is made from the bundle when left out. */
  readonly tokenise?: Tokenise | undefined;
}

/** Starts one model on several placements; what they share is made once. */
export class Starter {
  /** Why devices cannot run the model, of those that were tried. */
  readonly failures = new Map<Device, MoodtapeError>();
  /** Where the model's texts go. */
  readonly route: Route;
  readonly #graphs = new Map<string, Promise<SharedArrayBuffer>>();
  readonly #tokenise: Tokenise;

  /** @throws MoodtapeError MT_BUNDLE when the tokeniser is damaged, MT_CONFIG when the model has no such expert. */
  constructor(
    private readonly bundle: EngineBundle,
    { expert, tokenise }: StarterOptions = {},
  ) {
    const { spec, tokenizer } = bundle;
    this.route = routeTo(expert, spec);
    this.#tokenise = tokenise ?? loadTokeniser(tokenizer.json, tokenizer.config, spec.maxLength);
  }

  /** Undefined when the device cannot run the model; it is not tried again then. */
  async start(placement: Placement): Promise<Engine | undefined> {
    if (this.failures.has(placement.device)) return undefined;
    try {
      return await this.#start(placement);
    } catch (error) {
      if (!(error instanceof MoodtapeError) || error.code !== 'MT_DEVICE') throw error;
      this.failures.set(placement.device, onDevice(placement.device, error));
      return undefined;
    }
  }

  /** Every worker is a thread with a session of its own; all of them read the graph from the same memory. */
  async #start(placement: Placement): Promise<Engine> {
    const { device, workers, threads } = placement;
    const start = { graph: await this.#graph(placement), executionProviders: [device.name], threads };
    const pool = new ThreadPool(workers, () => InferenceThread.start(start));
    await pool.start();
    return new PooledEngine({ ...this.bundle, runtime: nameOf(placement), workers }, this.#tokenise, pool);
  }

  #graph({ precision, form }: Placement): Promise<SharedArrayBuffer> {
    const key = `${precision} ${form}`;
    const made = this.#graphs.get(key);
    if (made !== undefined) return made;
    const graph = this.bundle.graph(precision, this.route, form).then(shared);
    this.#graphs.set(key, graph);
    return graph;
  }
}

/** What an assertion of ONNX Runtime says before its message. */
const ASSERTION = /\S+:\d+ .* was false\. /s;

function onDevice({ name, needs }: Device, { message, cause }: MoodtapeError): MoodtapeError {
  return new MoodtapeError('MT_DEVICE', `${name}: ${message.replace(ASSERTION, '').trim()}`, {
    cause,
    remedy: `${needs}; or choose another \`device\``,
  });
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(memory).set(bytes);
  return memory;
}
