import type { MoodtapeError } from '../errors.js';
import type { ScoredText } from '../score-texts.js';
import { symbolsOf } from '../text/symbols.js';
import type { Content, Row } from './row.js';

/** Where rows go that cannot be scored: `scored.ndjson` has `scored.rejected.ndjson` beside it. */
export function rejectedPath(out: string): string {
  return `${out.replace(/\.ndjson$/, '')}.rejected.ndjson`;
}

/** The output's line for a scored row. Numbers have six decimals: a float32 holds no more. */
export function scoredLine({ content }: Row, scored: ScoredText): string {
  const { label, probabilities, score, confidence, experts, text, truncated, model } = scored;
  return JSON.stringify({
    id: idOf(content),
    label,
    probabilities: probabilities.map(sixDecimals),
    score: score === undefined ? undefined : sixDecimals(score),
    confidence: sixDecimals(confidence),
    experts: Object.fromEntries(Object.entries(experts).map(([name, weight]) => [name, sixDecimals(weight)])),
    symbols: symbolsOf([], text),
    truncated,
    model,
  });
}

/** The line for a row that cannot be scored; `number` is the row's place in the whole input, from 1. */
export function rejectedLine(number: number, { file, line, content }: Row, error: MoodtapeError): string {
  return JSON.stringify({
    row: number,
    file,
    line,
    id: idOf(content),
    code: error.code,
    message: error.message,
  });
}

function idOf(content: Content): string | null {
  return 'id' in content ? content.id : null;
}

function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
