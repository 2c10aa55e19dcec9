import type { OperatorFunction } from 'rxjs';
import { MoodtapeError } from '../errors.js';
import type { Engine } from '../inference/engine.js';
import { PATIENCE } from '../inference/planner.js';
import { scoreKey } from '../inference/score-cache.js';
import { normalise } from '../text/normalise.js';
import type { StockNames } from '../text/stock-names.js';
import { symbolsOf } from '../text/symbols.js';
import type { Decoded } from './decode.js';
import type { Arrival, Failed, Prepared } from './item.js';
import { stage } from './stage.js';

/** Characters of a text that a score carries. */
const KEPT_TEXT = 512;

export interface EnrichOptions {
  readonly engine: Engine;
  /** Names to find symbols by in the text. */
  readonly names: StockNames;
}

/**
 * Makes each text ready for the model: normalised, with its symbols, as tokens. A text without words fails
 * (MT_EMPTY_TEXT).
 */
export function enrich({
  engine,
  names,
}: EnrichOptions): OperatorFunction<Decoded | Failed, Prepared | Failed> {
  return stage('enrich', ({ arrival, priority, raw }: Decoded): Prepared => {
    const text = normalise(raw.text);
    if (text === '') throw new MoodtapeError('MT_EMPTY_TEXT', 'no text is left after normalising');
    const tokens = engine.tokenise(text);
    const reader = engine.readerOf(tokens).version;
    return {
      arrival,
      length: tokens.ids.length,
      priority,
      deadline: arrival.delivery.receivedAt + PATIENCE[priority],
      subject: {
        id: raw.id,
        source: sourceOf(arrival),
        domain: raw.domain,
        symbols: symbolsOf(raw.symbols, text, names),
        text: cut(text),
        publishedAt: raw.publishedAt,
      },
      tokens,
      queuedAt: performance.now(),
      reader,
      key: scoreKey(reader, text),
    };
  });
}

function sourceOf({ record }: Arrival): string {
  return `${record.topic}/${record.partition}/${record.offset}`;
}

/** The first characters of a text; never half of one. */
function cut(text: string): string {
  if (text.length <= KEPT_TEXT) return text;
  return text.slice(0, KEPT_TEXT).replace(/[\uD800-\uDBFF]$/, '');
}
