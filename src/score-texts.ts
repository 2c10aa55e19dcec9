import { MoodtapeError } from './errors.js';
import { scoreBisecting } from './flow/bisect.js';
import { expertsByName, saysSentiment, type Verdict, verdictOf } from './flow/sentiment.js';
import { costOf, DEFAULT_COST } from './inference/cost-model.js';
import type { Engine, ModelIdentity, Score } from './inference/engine.js';
import { BATCH_LIMITS, cheapestCut } from './inference/planner.js';
import { normalise } from './text/normalise.js';

/** What the model says of a text. */
export interface ScoredText extends Pick<Verdict, 'confidence' | 'experts' | 'model'> {
  /** One of the model's labels. */
  readonly label: string;
  /** In the order of the model's labels. */
  readonly probabilities: readonly number[];
  /** P(利好) − P(利空), from −1 to 1; left out by a model of another task. */
  readonly score?: number;
  /** The text as the model read it: plain, in one line. */
  readonly text: string;
  /** True when the text was longer than the model reads. */
  readonly truncated: boolean;
}

/** Not the measured cost: a batch's shape decides the last digits of a score, and they should not change between runs. */
const COST = costOf(DEFAULT_COST);

/**
 * Scores texts in batches of similar length; results are in the order of the texts. A text that cannot be scored has an
 * error in its place: MT_EMPTY_TEXT without words, MT_INFERENCE when the model fails on it. The same texts in one call
 * give the same numbers in every run on one machine.
 */
export async function scoreTexts(
  engine: Engine,
  texts: readonly string[],
): Promise<(ScoredText | MoodtapeError)[]> {
  const results = new Array<ScoredText | MoodtapeError | undefined>(texts.length);
  const prepared = texts.flatMap((raw, index) => {
    const text = normalise(raw);
    return text === '' ? [] : [{ index, text, tokens: engine.tokenise(text) }];
  });
  const lengths = prepared.map(({ tokens }) => tokens.ids.length);
  const batches = cheapestCut(lengths, BATCH_LIMITS, COST).map((positions) =>
    positions.flatMap((position) => prepared[position] ?? []),
  );
  const scoreBatch = async (batch: typeof prepared) => {
    const scores = await scoreBisecting(
      engine,
      batch.map(({ tokens }) => tokens),
    );
    for (const [i, { index, text, tokens }] of batch.entries()) {
      const score = scores[i];
      if (score === undefined) continue;
      results[index] =
        score instanceof MoodtapeError
          ? score
          : { text, ...said(score, engine.model), truncated: tokens.truncated };
    }
  };
  await Promise.all(batches.map(scoreBatch));
  return Array.from(
    results,
    (result) => result ?? new MoodtapeError('MT_EMPTY_TEXT', 'no text is left after normalising'),
  );
}

function said(score: Score, model: ModelIdentity): Omit<ScoredText, 'text' | 'truncated'> {
  if (saysSentiment(model)) return verdictOf(score, model);
  const { probabilities, experts } = score;
  const confidence = Math.max(...probabilities);
  const label = model.labels[probabilities.indexOf(confidence)] ?? '';
  return { label, probabilities, confidence, experts: expertsByName(experts, model), model: score.model };
}
