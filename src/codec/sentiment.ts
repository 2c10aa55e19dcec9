import { z } from 'zod';

/** The classes, in the order of the model's output: bearish, neutral, bullish. */
export const LABELS = ['利空', '中性', '利好'] as const;
export type Label = (typeof LABELS)[number];

export const DOMAINS = ['news', 'forum'] as const;
export type Domain = (typeof DOMAINS)[number];

/** One scored text: the value of `sentiment.scored` (schemas/Sentiment.avsc). */
export const sentimentSchema = z.object({
  id: z.string(),
  /** Where the text came from: `<topic>/<partition>/<offset>`. */
  source: z.string(),
  domain: z.enum(DOMAINS),
  /** Stock symbols that the text is about, as `SH600519`; the market as a whole when empty. */
  symbols: z.array(z.string()),
  /** The normalised text, cut to 512 characters. */
  text: z.string(),
  /** True when the text was longer than the model reads. */
  truncated: z.boolean(),
  /** Milliseconds since the epoch: when the text was published, and when it was scored. */
  publishedAt: z.number().int(),
  scoredAt: z.number().int(),
  label: z.enum(LABELS),
  /** P(利空), P(中性), P(利好). */
  probabilities: z.tuple([z.number(), z.number(), z.number()]),
  /** P(利好) − P(利空), from −1 to 1. */
  score: z.number(),
  /** The largest probability. */
  confidence: z.number(),
  /** Weight of each expert by name; they sum to 1. Empty for a dense model. */
  experts: z.record(z.string(), z.number()),
  /** Version of the model that scored the text. */
  model: z.string(),
});

export type Sentiment = z.infer<typeof sentimentSchema>;

/** A window's mean sentiment of a symbol or of a whole domain: the value of `sentiment.index`. */
export const sentimentIndexSchema = z.object({
  /** A symbol, or `*` for all texts. */
  symbol: z.string(),
  domain: z.enum([...DOMAINS, 'all']),
  /** `1m`, `5m`, `1h` or `1d`. */
  window: z.string(),
  /** Milliseconds since the epoch: start of the window, inclusive. */
  start: z.number().int(),
  count: z.number().int(),
  /** Mean of `score` over the window. */
  mean: z.number(),
  bearish: z.number().int(),
  neutral: z.number().int(),
  bullish: z.number().int(),
});

export type SentimentIndex = z.infer<typeof sentimentIndexSchema>;
