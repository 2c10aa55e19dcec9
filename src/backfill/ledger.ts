import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import type { LineFile } from './line-file.js';
import type { Content } from './row.js';

const scoredSchema = z.object({ id: z.string(), model: z.string() });
const rejectedSchema = z.object({ row: z.number() });

/**
 * What earlier runs have done, read beside the input: outputs are in the order of the input, so a row's place tells
 * whether it is done. Rejected rows carry their number, and they are always written before the scored rows around them.
 */
export class Ledger {
  readonly #scored: Lines<z.infer<typeof scoredSchema>>;
  readonly #rejected: Lines<z.infer<typeof rejectedSchema>>;

  constructor(
    private readonly out: LineFile,
    private readonly rejects: LineFile,
    private readonly model: string,
  ) {
    this.#scored = new Lines(out, scoredSchema);
    this.#rejected = new Lines(rejects, rejectedSchema);
  }

  /**
   * True when the next row of the input, the `row`-th, is done.
   *
   * @throws MoodtapeError MT_OUTPUT when the outputs were not made from this input, or by another model.
   */
  async isDone(row: number, content: Content): Promise<boolean> {
    if ((await this.#rejected.peek())?.row === row) {
      this.#rejected.drop();
      return true;
    }
    if (content instanceof MoodtapeError) return false;
    const scored = await this.#scored.peek();
    if (scored === undefined) return false;
    const line = `${this.out.path}:${this.#scored.line}`;
    if (scored.id !== content.id) {
      throw mismatch(`${line} has the id ${scored.id}, row ${row} of the input the id ${content.id}`);
    }
    if (scored.model !== this.model) {
      throw mismatch(`${line} was scored by the model ${scored.model}, not by ${this.model}`);
    }
    this.#scored.drop();
    return true;
  }

  /** @throws MoodtapeError MT_OUTPUT when the outputs hold more than the input. */
  async checkEnd(): Promise<void> {
    if ((await this.#scored.peek()) !== undefined)
      throw mismatch(`${this.out.path} has more rows than the input`);
    if ((await this.#rejected.peek()) !== undefined) {
      throw mismatch(`${this.rejects.path} names rows that the input does not reject`);
    }
  }
}

/** Lines of JSON, read one ahead. */
class Lines<T> {
  readonly #lines: AsyncIterator<string>;
  #next: T | undefined;
  #ended = false;
  /** Number of the line that `peek` shows. */
  line = 0;

  constructor(
    private readonly file: LineFile,
    private readonly schema: z.ZodType<T>,
  ) {
    this.#lines = file.lines();
  }

  async peek(): Promise<T | undefined> {
    if (this.#next !== undefined || this.#ended) return this.#next;
    const { value, done } = await this.#lines.next();
    this.#ended = done === true;
    if (this.#ended) return undefined;
    this.line += 1;
    this.#next = this.#parse(value);
    return this.#next;
  }

  drop(): void {
    this.#next = undefined;
  }

  #parse(text: string): T {
    try {
      return this.schema.parse(JSON.parse(text));
    } catch (cause) {
      throw mismatch(`${this.file.path}:${this.line} is not a line of a backfill`, cause);
    }
  }
}

function mismatch(message: string, cause?: unknown): MoodtapeError {
  return new MoodtapeError('MT_OUTPUT', message, { cause });
}
