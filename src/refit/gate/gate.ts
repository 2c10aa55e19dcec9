import { z } from 'zod';
import { argmax, type Prediction } from '../../training/metrics.js';
import { pairedTest } from '../../training/paired-test.js';

const share = z.number().min(0).max(1);

/** How much better a candidate must be, and how much worse it may be. Shares of texts: 0.01 is one point of accuracy. */
export const gateSettingsSchema = z.strictObject({
  margin: share
    .default(0)
    .describe('By how much a candidate must surely be better on the holdout, as a share of its texts.'),
  goldenMargin: share
    .default(0.02)
    .describe('By how much a candidate may at most be worse on the golden set, as a share of its texts.'),
  domainMargin: share
    .default(0.03)
    .describe('By how much a candidate may at most be worse on any one domain, as a share of its texts.'),
  domainTexts: z
    .int()
    .min(1)
    .default(100)
    .describe('Texts of holdout and golden set together from which on a domain is judged by itself.'),
});

export type GateSettings = z.infer<typeof gateSettingsSchema>;

/** A labelled text that neither model learned from, and what both say of it. */
export interface JudgedText {
  readonly domain: string;
  readonly incumbent: Prediction;
  readonly candidate: Prediction;
}

/** Candidate against incumbent on some texts, see `PairedTest`: a difference above 0 speaks for the candidate. */
const gatePartSchema = z.object({
  texts: z.number(),
  /** Accuracies. */
  incumbent: z.number(),
  candidate: z.number(),
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  onlyCandidate: z.number(),
  onlyIncumbent: z.number(),
  pValue: z.number(),
});

export type GatePart = z.infer<typeof gatePartSchema>;

export const gateDecisionSchema = z.object({
  promote: z.boolean(),
  /** One sentence for people. */
  reason: z.string(),
  holdout: gatePartSchema,
  /** Left out where there is no golden set. */
  golden: gatePartSchema.optional(),
  /** The holdout, and the golden texts of its domains; left out where there are none. */
  stream: gatePartSchema.optional(),
  /** Holdout and golden set together, of each domain that has enough texts to be judged. */
  domains: z.record(z.string(), gatePartSchema),
});

/** What was decided, with every number that it rests on. */
export type GateDecision = z.infer<typeof gateDecisionSchema>;

/** Two-sided, of each of the two ways to be surely better; a candidate that is no better gets through as often at most. */
const SIGNIFICANT = 0.025;

/**
 * Promotes a candidate that is surely better on the stream and surely not much worse elsewhere: the 95 % interval of the
 * accuracies' difference (paired bootstrap) lies above `margin` on the holdout, above −`goldenMargin` on the golden set and
 * above −`domainMargin` on each domain. The bootstrap is too sure of few texts, so McNemar's exact test must agree. A
 * holdout that is too small to be sure by itself may lean on the golden texts of its domains: then both together are
 * surely better, and the holdout is by more than `margin`, surely or not.
 */
export function judge(
  holdout: readonly JudgedText[],
  golden: readonly JudgedText[],
  settings: GateSettings,
): GateDecision {
  const all = [...holdout, ...golden];
  const names = [...new Set(all.map(({ domain }) => domain))].sort();
  const domains = names
    .map((name) => [name, all.filter(({ domain }) => domain === name)] as const)
    .filter(([, texts]) => texts.length >= settings.domainTexts);
  const streamed = new Set(holdout.map(({ domain }) => domain));
  const alike = golden.filter(({ domain }) => streamed.has(domain));
  const parts = {
    holdout: partOf(holdout),
    golden: golden.length === 0 ? undefined : partOf(golden),
    stream: alike.length === 0 ? undefined : partOf([...holdout, ...alike]),
    domains: Object.fromEntries(domains.map(([name, texts]) => [name, partOf(texts)])),
  };
  const objections = objectionsTo(parts, settings);
  const reason =
    objections.length === 0 ? `better on the holdout: ${shown(parts.holdout)}` : objections.join('; ');
  return { promote: objections.length === 0, reason, ...parts };
}

type Parts = Pick<GateDecision, 'holdout' | 'golden' | 'stream' | 'domains'>;

function objectionsTo({ holdout, golden, stream, domains }: Parts, settings: GateSettings): string[] {
  const { margin, goldenMargin, domainMargin } = settings;
  const isSure = ({ interval, pValue }: GatePart) => interval[0] > margin && pValue < SIGNIFICANT;
  const withGolden = stream !== undefined && holdout.difference > margin && isSure(stream);
  const worse = (name: string, part: GatePart, allowed: number) =>
    part.interval[0] < -allowed
      ? [`maybe worse on ${name} than the ${points(-allowed)} allowed: ${shown(part)}`]
      : [];
  return [
    ...(isSure(holdout) || withGolden
      ? []
      : [`not surely better on the holdout by more than ${points(margin)}: ${shown(holdout)}`]),
    ...(golden === undefined ? [] : worse('the golden set', golden, goldenMargin)),
    ...Object.entries(domains).flatMap(([name, part]) =>
      worse(`domain ${name || 'unknown'}`, part, domainMargin),
    ),
  ];
}

function partOf(texts: readonly JudgedText[]): GatePart {
  if (texts.length === 0) return NO_TEXTS;
  const incumbent = texts.map((text) => text.incumbent);
  const candidate = texts.map((text) => text.candidate);
  const { difference, interval, onlyFirst, onlySecond, pValue } = pairedTest(candidate, incumbent);
  return {
    texts: texts.length,
    incumbent: accuracyOf(incumbent),
    candidate: accuracyOf(candidate),
    difference,
    interval: [...interval],
    onlyCandidate: onlyFirst,
    onlyIncumbent: onlySecond,
    pValue,
  };
}

const NO_TEXTS: GatePart = {
  texts: 0,
  incumbent: 0,
  candidate: 0,
  difference: 0,
  interval: [0, 0],
  onlyCandidate: 0,
  onlyIncumbent: 0,
  pValue: 1,
};

const accuracyOf = (predictions: readonly Prediction[]) =>
  predictions.filter(({ label, probabilities }) => argmax(probabilities) === label).length /
  predictions.length;

/** Every number of a decision under a name of its own: what the registry keeps of it. */
export function decisionMetrics({ holdout, golden, stream, domains }: GateDecision): Record<string, number> {
  const parts = { holdout, ...(golden && { golden }), ...(stream && { stream }), ...prefixed(domains) };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) => {
      const { interval, ...numbers } = part;
      const flat = { ...numbers, low: interval[0], high: interval[1] };
      return Object.entries(flat).map(([key, value]) => [`${name}.${key}`, value] as const);
    }),
  );
}

const prefixed = (domains: GateDecision['domains']) =>
  Object.fromEntries(Object.entries(domains).map(([name, part]) => [`domain.${name || 'unknown'}`, part]));

const shown = ({ texts, difference, interval }: GatePart) =>
  texts === 0 ? 'no texts' : `${points(difference)} (${range(interval)}, ${texts} texts)`;
const range = ([low, high]: readonly [number, number]) => `95 % interval ${points(low)} to ${points(high)}`;
const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(2)} points`;
