import { tap } from 'rxjs';
import { rawCodec, sentimentCodec } from '../../codec/codecs.js';
import { userPath } from '../../config.js';
import type { ScorerEvent } from '../../flow/event.js';
import { scorer } from '../../flow/scorer.js';
import type { CostCoefficients } from '../../inference/cost-model.js';
import type { Engine } from '../../inference/engine.js';
import { loadStockNames, StockNames } from '../../text/stock-names.js';
import type { Transport } from '../../transport/transport.js';
import type { Part } from '../part.js';
import { DEAD_LETTERS, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

export interface ScorerPartOptions {
  readonly fields: NonNullable<Topology['scorer']>;
  readonly sources: Topology['sources'];
  readonly transport: Transport;
  readonly engine: Engine;
  /** What batches cost on this engine. */
  readonly cost: CostCoefficients;
  readonly onEvent: (event: ScorerEvent) => void;
}

/** @throws MoodtapeError MT_FILE or MT_CONFIG when the list of names cannot be read. */
export async function scorerPart(options: ScorerPartOptions): Promise<Part> {
  const { fields, sources, transport, engine, cost, onEvent } = options;
  const { group, from, maxTexts, maxTokens, cache, names } = fields;
  const stockNames = names === undefined ? new StockNames() : await loadStockNames(userPath(names));
  const inputs = sources.map(({ topic, domain, format, priority }) => ({
    topic,
    domain,
    priority,
    codec: rawCodec(domain, format),
  }));
  return {
    name: 'scorer',
    group,
    topics: sources.map(({ topic }) => topic),
    run: (drain) =>
      scorer({
        transport,
        engine,
        inputs,
        outputs: { scored: SCORED, deadLetters: DEAD_LETTERS, codec: sentimentCodec('json') },
        group,
        from,
        limits: { maxTexts, maxTokens },
        cost,
        names: stockNames,
        cacheSize: cache,
        drain,
      }).pipe(tap(onEvent)),
  };
}
