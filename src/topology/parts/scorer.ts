import { tap } from 'rxjs';
import { rawCodec, sentimentCodec } from '../../codec/codecs.js';
import { userPath } from '../../config.js';
import type { ScorerEvent } from '../../flow/event.js';
import { scorer } from '../../flow/scorer.js';
import type { Engine } from '../../inference/engine.js';
import { loadStockNames, StockNames } from '../../text/stock-names.js';
import type { Transport } from '../../transport/transport.js';
import type { Part } from '../part.js';
import { DEAD_LETTERS, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

type Fields = NonNullable<Topology['scorer']>;

/** @throws MoodtapeError MT_FILE or MT_CONFIG when the list of names cannot be read. */
export async function scorerPart(
  { group, from, maxTexts, maxTokens, cache, names }: Fields,
  sources: Topology['sources'],
  transport: Transport,
  engine: Engine,
  onEvent: (event: ScorerEvent) => void,
): Promise<Part> {
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
        names: stockNames,
        cacheSize: cache,
        drain,
      }).pipe(tap(onEvent)),
  };
}
