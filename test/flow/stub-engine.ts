import { MoodtapeError } from '../../src/errors.js';
import type { Engine, ModelIdentity, Score, TokenisedText } from '../../src/inference/engine.js';

export interface StubOptions {
  readonly workers?: number;
  /** What sets its identity apart. */
  readonly model?: Partial<ModelIdentity>;
  /** True for the texts that the model fails on. */
  readonly poison?: (text: string) => boolean;
  /** Runs before each batch is scored; rejects to make the batch fail. */
  readonly before?: (batch: readonly string[]) => Promise<void>;
}

const STUB: ModelIdentity = {
  name: 'stub',
  version: 'stub-1',
  labels: ['利空', '中性', '利好'],
  experts: ['news', 'forum'],
  maxLength: 32,
};

/** An engine whose latency and faults a test controls: a token is a character, a text's score follows from its characters. */
export class StubEngine implements Engine {
  readonly model: ModelIdentity;
  readonly runtime = 'stub';
  readonly workers: number;
  /** The texts of every batch that was scored or failed, in order. */
  readonly batches: string[][] = [];
  running = 0;
  mostRunning = 0;
  closed = false;

  constructor(private readonly options: StubOptions = {}) {
    this.workers = options.workers ?? 1;
    this.model = { ...STUB, ...options.model };
  }

  readonly tokenise = (text: string): TokenisedText => {
    const characters = [...text].map((character) => character.codePointAt(0) ?? 0);
    return {
      ids: Int32Array.from(characters.slice(0, this.model.maxLength)),
      truncated: characters.length > this.model.maxLength,
    };
  };

  readerOf(): ModelIdentity {
    return this.model;
  }

  async score(batch: readonly TokenisedText[]): Promise<Score[]> {
    if (this.closed) throw new MoodtapeError('MT_DEVICE', 'the engine is closed');
    const texts = batch.map(({ ids }) => String.fromCodePoint(...ids));
    this.batches.push(texts);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      await this.options.before?.(texts);
      if (texts.some((text) => this.options.poison?.(text))) {
        throw new MoodtapeError('MT_INFERENCE', 'the model fails on a text of this batch');
      }
      return batch.map((text) => stubScore(text, this.model));
    } finally {
      this.running--;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** The score that a stub gives a text. */
export function stubScore({ ids, truncated }: TokenisedText, model = STUB): Score {
  const sum = ids.reduce((total, id) => total + id, 0);
  const bearish = (sum % 7) / 14;
  const neutral = (sum % 5) / 10;
  return {
    probabilities: [bearish, neutral, 1 - bearish - neutral],
    experts: [(sum % 3) / 2, 1 - (sum % 3) / 2],
    truncated,
    model,
  };
}
