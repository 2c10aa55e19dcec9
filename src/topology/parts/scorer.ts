import { merge, takeUntil, tap } from 'rxjs';
import { rawCodec, sentimentCodec } from '../../codec/codecs.js';
import { userPath } from '../../config.js';
import { scorer } from '../../flow/scorer.js';
import { loadStockNames, StockNames } from '../../text/stock-names.js';
import type { OpenModel } from '../open-model.js';
import type { Part, PartContext } from '../part.js';
import { DEAD_LETTERS, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

/**
 * Scores the texts of all sources.
 *
 * @throws MoodtapeError MT_FILE or MT_CONFIG when the list of names cannot be read.
 */
export async function scorerPart(
  { group, from, maxTexts, maxTokens, cache, names, format: outputFormat }: NonNullable<Topology['scorer']>,
  sources: Topology['sources'],
  { engine, cost, changes }: OpenModel,
  { transport, registry, report }: PartContext,
): Promise<Part> {
  const stockNames = names === undefined ? new StockNames() : await loadStockNames(userPath(names));
  const inputs = sources.map(({ topic, domain, format, priority }) => ({
    topic,
    domain,
    priority,
    codec: rawCodec(domain, format, registry),
  }));
  return {
    name: 'scorer',
    group,
    topics: sources.map(({ topic }) => topic),
    run: (drain) => {
      const scoring = scorer({
        transport,
        engine,
        inputs,
        outputs: { scored: SCORED, deadLetters: DEAD_LETTERS, codec: sentimentCodec(outputFormat, registry) },
        group,
        from,
        limits: { maxTexts, maxTokens },
        cost,
        names: stockNames,
        cacheSize: cache,
        drain,
      });
      return merge(scoring, changes.pipe(takeUntil(drain))).pipe(tap(report));
    },
  };
}
