import type { Domain } from '../codec/sentiment.js';
import type { ModelIdentity } from '../inference/engine.js';
import type { ScoredText } from '../score-texts.js';
import { symbolsOf } from '../text/symbols.js';
import type { ArchivedText } from './row.js';

/** A row of the output. Numbers have six decimals: a float32 holds no more. */
export interface ScoredRow {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number | null;
  readonly domain: Domain;
  readonly symbols: readonly string[];
  readonly label: string;
  /** Null of a model of another task. */
  readonly score: number | null;
  readonly confidence: number;
  /** In the order of the model's labels. */
  readonly probabilities: readonly number[];
  readonly experts: Readonly<Record<string, number>>;
  readonly truncated: boolean;
  readonly model: string;
}

export function scoredRow({ id, publishedAt, domain, symbols }: ArchivedText, scored: ScoredText): ScoredRow {
  const { label, score, confidence, probabilities, experts, truncated, model } = scored;
  return {
    id,
    publishedAt,
    domain,
    symbols: symbolsOf(symbols, scored.text),
    label,
    score: score === undefined ? null : sixDecimals(score),
    confidence: sixDecimals(confidence),
    probabilities: probabilities.map(sixDecimals),
    experts: Object.fromEntries(Object.entries(experts).map(([name, weight]) => [name, sixDecimals(weight)])),
    truncated,
    model,
  };
}

function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** A column of an output that is a table. */
export type Column = { readonly name: string } & (
  | { readonly type: 'text'; readonly of: (row: ScoredRow) => string }
  | { readonly type: 'number'; readonly of: (row: ScoredRow) => number | null }
  | { readonly type: 'time'; readonly of: (row: ScoredRow) => number | null }
  | { readonly type: 'boolean'; readonly of: (row: ScoredRow) => boolean }
);

/** The columns of a model's output: what has several values has a column for each, but symbols, which share one. */
export function columnsOf({ labels, experts }: Pick<ModelIdentity, 'labels' | 'experts'>): Column[] {
  return [
    { name: 'id', type: 'text', of: ({ id }) => id },
    { name: 'publishedAt', type: 'time', of: ({ publishedAt }) => publishedAt },
    { name: 'domain', type: 'text', of: ({ domain }) => domain },
    { name: 'symbols', type: 'text', of: ({ symbols }) => symbols.join(' ') },
    { name: 'label', type: 'text', of: ({ label }) => label },
    { name: 'score', type: 'number', of: ({ score }) => score },
    { name: 'confidence', type: 'number', of: ({ confidence }) => confidence },
    ...labels.map(
      (label, i): Column => ({
        name: `probability.${label}`,
        type: 'number',
        of: ({ probabilities }) => probabilities[i] ?? null,
      }),
    ),
    ...experts.map(
      (name): Column => ({
        name: `expert.${name}`,
        type: 'number',
        of: (row) => row.experts[name] ?? null,
      }),
    ),
    { name: 'truncated', type: 'boolean', of: ({ truncated }) => truncated },
    { name: 'model', type: 'text', of: ({ model }) => model },
  ];
}
