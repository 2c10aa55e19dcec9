import { argmax } from '../../training/metrics.js';
import { type Doubtable, doubtful } from './confident-learning.js';
import { outOfFold } from './cross-validate.js';
import { type NgramFeatures, ngramFeatures } from './ngram-classifier.js';
import { type Comparison, LONGEST_WINDOW } from './source-trust.js';

/** What the guard looks at of a label. */
export interface Witness {
  readonly text: string;
  readonly domain: string;
  /** Index into the labels. */
  readonly label: number;
  /** Empty when nobody says; those without a name count as one. */
  readonly annotator: string;
  /** What each model of an ensemble says of the text, by label; none of them has learned from it. */
  readonly votes: readonly (readonly number[])[];
  /** False for a label of a distrusted source: nothing is learned from it. */
  readonly teaches: boolean;
}

/** A label with all that speaks for or against it. */
export interface Evidence extends Comparison {
  readonly domain: string;
  /** The other labels say that the text has another one. */
  readonly doubtful: boolean;
  /** All models contradict, and together they are sure. */
  readonly contradicted: boolean;
}

/** Mean probability from which on an ensemble is sure. */
const SURE = 0.8;
const FOLDS = 5;
/** Keeps the logarithm of a probability that is rounded to 0 finite. */
const LEAST = 1e-4;
/** Beside features of length 1: what models say counts as much as some dozen characters. */
const SCALE = 1 / 6;

/** @param witnesses in the order in which they came */
export async function evidenceOf(witnesses: readonly Witness[], labels: number): Promise<Evidence[]> {
  const features = featuresOf(witnesses, labels);
  const learned = (foldOf: (index: number) => number) =>
    outOfFold(
      witnesses.map(({ label, teaches }, i) => {
        return { features: features[i] ?? ngramFeatures(''), label, teaches, fold: foldOf(i) };
      }),
      labels,
    );
  const sourceFolds = foldsOfSources(witnesses);
  const all = await learned((i) => i % FOLDS);
  const others = await learned((i) => sourceFolds.get(i) ?? i % FOLDS);
  const doubts = doubtsByDomain(witnesses, all);
  return witnesses.map((witness, i) => {
    const together = meanOf(witness.votes, labels);
    return {
      domain: witness.domain,
      label: witness.label,
      ensemble: argmax(together),
      others: argmax(others[i] ?? []),
      all: argmax(all[i] ?? []),
      doubtful: doubts[i] ?? false,
      contradicted:
        witness.votes.every((vote) => argmax(vote) !== witness.label) && Math.max(...together) >= SURE,
    };
  });
}

/** The labels of each source: an annotator in a domain. */
export function sourcesOf(witnesses: readonly Pick<Witness, 'annotator' | 'domain'>[]): number[][] {
  const sources = new Map<string, number[]>();
  for (const [i, { annotator, domain }] of witnesses.entries()) {
    const key = `${domain} ${annotator}`;
    sources.set(key, [...(sources.get(key) ?? []), i]);
  }
  return [...sources.values()];
}

/** The newest labels of a source lie in one fold, so that nothing that is learned of them is learned from them. */
function foldsOfSources(witnesses: readonly Witness[]): Map<number, number> {
  return new Map(
    sourcesOf(witnesses).flatMap((indices, source) =>
      indices.slice(-LONGEST_WINDOW).map((i) => [i, source % FOLDS] as const),
    ),
  );
}

/** Characters, and what the models say; how far that is to be believed is learned for each domain. */
function featuresOf(witnesses: readonly Witness[], labels: number): NgramFeatures[] {
  const domains = [...new Set(witnesses.map(({ domain }) => domain))];
  return witnesses.map(({ text, domain, votes }) => {
    const logs = meanOf(votes, labels).map((p) => Math.log(Math.max(p, LEAST)));
    const middle = logs.reduce((sum, log) => sum + log, 0) / labels;
    const said = [2, ...logs.map((log) => log - middle)].map((value) => value * SCALE);
    return ngramFeatures(
      text,
      domains.flatMap((one) => (one === domain ? said : said.map(() => 0))),
    );
  });
}

function doubtsByDomain(
  witnesses: readonly Witness[],
  probabilities: readonly (readonly number[])[],
): boolean[] {
  const byDomain = new Map<string, { index: number; one: Doubtable }[]>();
  for (const [index, { domain, label }] of witnesses.entries()) {
    const one = { label, probabilities: probabilities[index] ?? [] };
    byDomain.set(domain, [...(byDomain.get(domain) ?? []), { index, one }]);
  }
  const doubts = new Array<boolean>(witnesses.length).fill(false);
  for (const members of byDomain.values()) {
    for (const [i, doubt] of doubtful(members.map(({ one }) => one)).entries()) {
      doubts[members[i]?.index ?? -1] = doubt;
    }
  }
  return doubts;
}

function meanOf(votes: readonly (readonly number[])[], labels: number): number[] {
  return Array.from(
    { length: labels },
    (_, label) => votes.reduce((sum, vote) => sum + (vote[label] ?? 0), 0) / Math.max(1, votes.length),
  );
}
