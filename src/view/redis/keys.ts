import type { SentimentIndex } from '../../codec/sentiment.js';

/** Stands for all symbols together, as it does in index rows. */
export const ALL = '*';

/**
 * The names of keys and of the channel, which docs/redis.md explains. What stands in braces decides the hash slot in
 * a cluster: a script may touch all that belongs to one symbol, and no more.
 */
export class Keys {
  /** Every scored text is published here. */
  readonly channel: string;
  /** Texts so far by symbol, and the sum of their scores. */
  readonly counts: string;
  readonly scores: string;

  constructor(private readonly prefix: string) {
    this.channel = `${prefix}:scored`;
    this.counts = this.of(ALL, 'counts');
    this.scores = this.of(ALL, 'scores');
  }

  fence(symbol: string): string {
    return this.of(symbol, 'fence');
  }

  texts(symbol: string): string {
    return this.of(symbol, 'texts');
  }

  index({ symbol, domain, window }: Pick<SentimentIndex, 'symbol' | 'domain' | 'window'>): string {
    return this.of(symbol, `index:${domain}:${window}`);
  }

  private of(symbol: string, name: string): string {
    return `${this.prefix}:{${symbol}}:${name}`;
  }
}
