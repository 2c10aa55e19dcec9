import type { Label, Sentiment } from '../codec/sentiment.js';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import type { ModelIdentity, Score } from '../inference/engine.js';
import type { Prepared } from './item.js';

/** True when the model's labels are those of `Sentiment`, in that order. */
export function saysSentiment({ labels }: Pick<ModelIdentity, 'labels'>): boolean {
  return labels.join() === LABELS.join();
}

/** @throws MoodtapeError MT_BUNDLE when the model's labels are not those of `Sentiment`, in that order. */
export function checkLabels(model: ModelIdentity): void {
  if (saysSentiment(model)) return;
  throw new MoodtapeError(
    'MT_BUNDLE',
    `model ${model.name} has the labels ${model.labels.join(', ')}; the scorer needs ${LABELS.join(', ')}`,
  );
}

/** What a score means, in names. */
export type Verdict = Pick<
  Sentiment,
  'label' | 'probabilities' | 'score' | 'confidence' | 'experts' | 'model'
>;

export function verdictOf({ probabilities, experts, model }: Score): Verdict {
  const [bearish = 0, neutral = 0, bullish = 0] = probabilities;
  const confidence = Math.max(bearish, neutral, bullish);
  const label: Label = confidence === bullish ? '利好' : confidence === neutral ? '中性' : '利空';
  return {
    label,
    probabilities: [bearish, neutral, bullish],
    score: bullish - bearish,
    confidence,
    experts: expertsByName(experts, model),
    model: model.version,
  };
}

export function expertsByName(
  weights: readonly number[],
  { experts }: ModelIdentity,
): Record<string, number> {
  return Object.fromEntries(experts.map((name, index) => [name, weights[index] ?? 0]));
}

/** What the log carries of a text's score. Field by field: spreading makes objects that are slow to write. */
export function toSentiment(subject: Prepared['subject'], score: Score, scoredAt: number): Sentiment {
  const { id, source, domain, symbols, text, publishedAt } = subject;
  const verdict = verdictOf(score);
  return {
    id,
    source,
    domain,
    symbols,
    text,
    truncated: score.truncated,
    publishedAt,
    scoredAt,
    label: verdict.label,
    probabilities: verdict.probabilities,
    score: verdict.score,
    confidence: verdict.confidence,
    experts: verdict.experts,
    model: verdict.model,
  };
}
