import type { Database } from 'lmdb';
import type { Sentiment } from '../../codec/sentiment.js';
import { Environment } from '../../environment.js';
import { type Batch, Fence } from '../../fence.js';
import { type Counts, stabilityIndex, total } from './psi.js';

/** What the mix is made of. */
export type ScoredLabel = Pick<Sentiment, 'domain' | 'label' | 'confidence' | 'model'>;

/** How far apart two versions are in what they say of the texts of a domain, as population stability indices. */
export interface MixDifference {
  readonly domain: string;
  readonly labels: number;
  readonly confidence: number;
}

interface Mix {
  readonly labels: Counts;
  /** By tenths of the probability. */
  readonly confidence: Counts;
}

interface VersionMix {
  /** Batches counted before its last one. */
  readonly batch: number;
  readonly domains: Readonly<Record<string, Mix>>;
}

/** Texts of a domain from which on counts are halved: what is left is about the last one or two thousand. */
const FULL = 2000;
/** Texts of a domain that both versions must have scored. */
const ENOUGH = 500;
/** Versions that are remembered; those not heard of for the longest are forgotten. */
const VERSIONS = 16;
const BATCHES = 'batches';

/**
 * What each version of a model says of the texts that it scores: how often which label, and how sure of it. In a folder on
 * this machine's disk; each text counts once, also after a crash.
 */
export class ScoredMix {
  readonly #fence: Fence;
  readonly #versions: Database<VersionMix, string>;
  readonly #counters: Database<number, string>;

  private constructor(private readonly environment: Environment) {
    this.#fence = new Fence(environment);
    this.#versions = environment.table('versions');
    this.#counters = environment.table('counters');
  }

  /** @throws MoodtapeError MT_LABELS when the folder cannot be used. */
  static open(folder: string): ScoredMix {
    return new ScoredMix(Environment.open(folder, 'MT_LABELS'));
  }

  /** Counts the texts of a poll, unless they are counted. */
  async add(batch: Batch<ScoredLabel>): Promise<void> {
    await this.environment.write(() => {
      const number = (this.#counters.get(BATCHES) ?? 0) + 1;
      const fresh = this.#fence.admit(batch);
      for (const version of new Set(fresh.map(({ model }) => model))) {
        const texts = fresh.filter(({ model }) => model === version);
        const { domains } = this.#versions.get(version) ?? { domains: {} };
        this.#versions.put(version, { batch: number, domains: texts.reduce(counted, domains) });
      }
      this.#counters.put(BATCHES, number);
      this.#forgetOld();
    });
  }

  /** By domain, where both versions have scored enough texts. */
  differences(version: string, other: string): MixDifference[] {
    const [one, two] = [this.#versions.get(version)?.domains ?? {}, this.#versions.get(other)?.domains ?? {}];
    return Object.entries(one).flatMap(([domain, mix]) => {
      const otherMix = two[domain];
      if (otherMix === undefined || total(mix.labels) < ENOUGH || total(otherMix.labels) < ENOUGH) return [];
      return {
        domain,
        labels: stabilityIndex(mix.labels, otherMix.labels),
        confidence: stabilityIndex(mix.confidence, otherMix.confidence),
      };
    });
  }

  /** Waits for the writes under way. */
  close(): Promise<void> {
    return this.environment.close();
  }

  #forgetOld(): void {
    const versions = [...this.#versions.getRange().map(({ key, value }) => ({ key, batch: value.batch }))];
    versions.sort((a, b) => b.batch - a.batch);
    for (const { key } of versions.slice(VERSIONS)) this.#versions.remove(key);
  }
}

function counted(
  domains: VersionMix['domains'],
  { domain, label, confidence }: ScoredLabel,
): VersionMix['domains'] {
  const { labels, confidence: confidences } = domains[domain] ?? { labels: {}, confidence: {} };
  const keep = total(labels) >= FULL ? 0.5 : 1;
  const tenth = String(Math.min(9, Math.floor(confidence * 10)));
  return {
    ...domains,
    [domain]: {
      labels: oneMore(labels, label, keep),
      confidence: oneMore(confidences, tenth, keep),
    },
  };
}

function oneMore(counts: Counts, kind: string, keep: number): Counts {
  const kept = Object.entries(counts).map(([one, count]) => [one, count * keep] as const);
  return { ...Object.fromEntries(kept), [kind]: (counts[kind] ?? 0) * keep + 1 };
}
