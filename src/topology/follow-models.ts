import { isDeepStrictEqual } from 'node:util';
import { combineLatest, concatMap, map, merge, type Observable, retry, timer } from 'rxjs';
import { asMoodtapeError } from '../errors.js';
import type { ModelChange, ModelSwapped, SwapFailed, TrialStarted } from '../flow/model-change.js';
import type { OnTrial, SwappableEngine } from '../inference/swappable-engine.js';
import type { Logger } from '../observe/logger.js';
import type { ModelRegistry } from '../registry/registry.js';
import type { RegistryState } from '../registry/state.js';

type Versions = Pick<ModelRegistry, 'follow' | 'load'>;

/** Milliseconds until what has failed is tried again. */
const RETRY_MS = 60_000;

/** Keeps an engine at what is live and on trial in a registry, for as long as it is subscribed to. */
export function followModels(
  registry: Versions,
  engine: SwappableEngine,
  logger: Logger,
  retryMs = RETRY_MS,
): Observable<ModelChange> {
  const states = registry.follow().pipe(
    retry({
      delay: (error: unknown) => {
        const { code, message } = asMoodtapeError(error, 'MT_REGISTRY');
        logger.warn({ code, message }, 'the registry of models cannot be read; trying again');
        return timer(retryMs);
      },
    }),
  );
  // Where all is as it should be, another look changes nothing.
  const looks = combineLatest([states, timer(0, retryMs)]);
  return merge(
    looks.pipe(concatMap(([state]) => changesTo(state, registry, engine))),
    engine.trialBatches.pipe(map((batch) => ({ type: 'trial' as const, ...batch }))),
  );
}

/** Brings an engine to a state of the registry. */
async function* changesTo(
  { live, trial }: RegistryState,
  registry: Versions,
  engine: SwappableEngine,
): AsyncGenerator<ModelChange> {
  const tried = engine.trial;
  const isCurrent = live === undefined || live === engine.model.version;
  // A trial is one against the version that was live when it began.
  if (tried !== undefined && !(isCurrent && isDeepStrictEqual(tried, trial))) {
    const outcome = await engine.endTrial();
    if (outcome !== undefined) yield { type: 'trialEnded', ...tried, ...outcome };
  }
  if (!isCurrent) {
    const change = await swap(live, registry, engine);
    yield change;
    if (change.type === 'swapFailed') return;
  }
  if (trial !== undefined && engine.trial === undefined) yield await startTrial(trial, registry, engine);
}

async function swap(
  version: string,
  registry: Versions,
  engine: SwappableEngine,
): Promise<ModelSwapped | SwapFailed> {
  const started = performance.now();
  const previous = engine.model.version;
  try {
    await engine.swap(await registry.load(version));
    const { model, runtime } = engine;
    const milliseconds = performance.now() - started;
    return { type: 'swapped', model: model.name, version, previous, runtime, milliseconds };
  } catch (error) {
    return { type: 'swapFailed', role: 'live', version, error: asMoodtapeError(error, 'MT_DEVICE') };
  }
}

async function startTrial(
  { version, kind, share }: OnTrial,
  registry: Versions,
  engine: SwappableEngine,
): Promise<TrialStarted | SwapFailed> {
  const started = performance.now();
  try {
    const bundle = await registry.load(version);
    await engine.startTrial(bundle, { kind, share });
    const milliseconds = performance.now() - started;
    return { type: 'trialStarted', model: bundle.name, version, kind, share, milliseconds };
  } catch (error) {
    return { type: 'swapFailed', role: kind, version, error: asMoodtapeError(error, 'MT_DEVICE') };
  }
}
