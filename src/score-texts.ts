import { setImmediate } from 'node:timers/promises';
import { MoodtapeError } from './errors.js';
import { scoreBisecting } from './flow/bisect.js';
import { expertsByName, saysSentiment, type Verdict, verdictOf } from './flow/sentiment.js';
import { costOf, DEFAULT_COST } from './inference/cost-model.js';
import type { Engine, Score, TokenisedText } from './inference/engine.js';
import { BATCH_LIMITS, cheapestCut } from './inference/planner.js';
import { ScoreCache, scoreKey } from './inference/score-cache.js';
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
/** Texts that are planned together; more would save next to nothing. */
const WINDOW = 512;

/**
 * Scores texts in batches of similar length; results are in the order of the texts. A text that cannot be scored has an
 * error in its place: MT_EMPTY_TEXT without words, MT_INFERENCE when the model fails on it. Equal texts are read once. The
 * same texts in one call give the same numbers in every run on one machine, unless a cache knows some of them.
 *
 * @param cache knows scores of earlier calls, and is told those of this one; none when left out
 */
export async function scoreTexts(
  engine: Engine,
  texts: readonly string[],
  cache = new ScoreCache(0),
): Promise<(ScoredText | MoodtapeError)[]> {
  const normal = texts.map((text) => normalise(text));
  const different = [...new Set(normal)].filter((text) => text !== '');
  const tokenised = (text: string): [string, TokenisedText] => [text, engine.tokenise(text)];
  const windows: Promise<Map<string, Score | MoodtapeError>>[] = [];
  for (let start = 0; start < different.length; start += WINDOW) {
    // The workers begin with the texts so far while the next ones are tokenised.
    if (start > 0) await setImmediate();
    const window = new Map(different.slice(start, start + WINDOW).map(tokenised));
    const answered = answersTo(window, engine, cache);
    // Whoever awaits it learns of a failure; until then it is not an unhandled one.
    answered.catch(() => {});
    windows.push(answered);
  }
  const answers = new Map((await Promise.all(windows)).flatMap((answered) => [...answered]));
  return normal.map((text) => {
    const answer = answers.get(text);
    if (answer === undefined) return new MoodtapeError('MT_EMPTY_TEXT', 'no text is left after normalising');
    if (answer instanceof MoodtapeError) return answer;
    return { text, ...said(answer), truncated: answer.truncated };
  });
}

async function answersTo(
  texts: ReadonlyMap<string, TokenisedText>,
  engine: Engine,
  cache: ScoreCache,
): Promise<Map<string, Score | MoodtapeError>> {
  const answers = new Map<string, Score | MoodtapeError>();
  const open: { readonly text: string; readonly key: string; readonly tokens: TokenisedText }[] = [];
  for (const [text, tokens] of texts) {
    const key = scoreKey(engine.readerOf(tokens).version, text);
    const known = cache.get(key);
    if (known === undefined) open.push({ text, key, tokens });
    else answers.set(text, known);
  }
  const lengths = open.map(({ tokens }) => tokens.ids.length);
  const scoreBatch = async (positions: readonly number[]) => {
    const batch = positions.flatMap((position) => open[position] ?? []);
    const scores = await scoreBisecting(
      engine,
      batch.map(({ tokens }) => tokens),
    );
    for (const [i, { text, key }] of batch.entries()) {
      const score = scores[i];
      if (score === undefined) continue;
      answers.set(text, score);
      if (!(score instanceof MoodtapeError)) cache.set(key, score);
    }
  };
  await Promise.all(cheapestCut(lengths, BATCH_LIMITS, COST).map(scoreBatch));
  return answers;
}

function said(score: Score): Omit<ScoredText, 'text' | 'truncated'> {
  const { probabilities, experts, model } = score;
  if (saysSentiment(model)) return verdictOf(score);
  const confidence = Math.max(...probabilities);
  const label = model.labels[probabilities.indexOf(confidence)] ?? '';
  return { label, probabilities, confidence, experts: expertsByName(experts, model), model: model.version };
}
