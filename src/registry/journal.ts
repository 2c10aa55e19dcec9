import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type ModelEvent, modelEventSchema } from '../codec/model-event.js';
import { checked } from '../codec/record.js';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { parseJson } from '../model/files.js';
import { guard, hasCode, linkOnce, sync, writeDurably } from './durable-files.js';

/** An event that has no place in the journal yet. */
export type Draft = Omit<ModelEvent, 'seq'>;

type Events = readonly ModelEvent[];

const ATTEMPTS = 100;
const LONGEST_PAUSE_MS = 20;

/**
 * A folder of numbered files, one event each, that only grows. An event is written in full under another name and then
 * linked to the next number, which fails when another process has taken that number: so no reader sees half a file, and
 * no number is given twice, without locks.
 */
export class Journal {
  readonly #events: ModelEvent[] = [];

  private constructor(
    private readonly folder: string,
    /** For unfinished files, on the same file system. */
    private readonly temporary: string,
  ) {}

  /** @throws MoodtapeError MT_REGISTRY when the folder cannot be read, or an event of it is missing. */
  static async open(folder: string, temporary: string): Promise<Journal> {
    const journal = new Journal(folder, temporary);
    const names = await guard(() => readdir(folder));
    const missing = (await journal.read()).length + 1;
    if (names.some((name) => Number.parseInt(name, 10) > missing)) {
      throw new MoodtapeError(
        'MT_REGISTRY',
        `${journal.#path(missing)} is missing, and later events are there`,
        {
          remedy: 'restore the file: without it nobody can tell which version is live',
        },
      );
    }
    return journal;
  }

  /**
   * All events so far, the oldest first. Those that were read before are not read again.
   *
   * @throws MoodtapeError MT_REGISTRY naming the file that cannot be read.
   */
  async read(): Promise<Events> {
    for (;;) {
      const seq = this.#events.length + 1;
      const event = await this.#readEvent(seq);
      if (event === undefined) return [...this.#events];
      // By its index, since several reads may be under way.
      this.#events[seq - 1] = event;
    }
  }

  /**
   * Appends what `decide` makes of all events so far, or nothing when that is undefined. When another process was faster,
   * `decide` is asked again.
   *
   * @throws MoodtapeError MT_REGISTRY when the folder cannot be written, MT_RECORD for what is no event (a metric that is
   *   not a number), and whatever `decide` throws.
   */
  append(decide: (events: Events) => Draft | Promise<Draft>): Promise<ModelEvent>;
  append(decide: (events: Events) => Draft | undefined): Promise<ModelEvent | undefined>;
  async append(
    decide: (events: Events) => Draft | undefined | Promise<Draft | undefined>,
  ): Promise<ModelEvent | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const events = await this.read();
      const draft = await decide(events);
      if (draft === undefined) return undefined;
      const event = checked(modelEventSchema, { ...draft, seq: events.length + 1 });
      if (await this.#write(event)) return event;
      // A network file system may take a while to show what was in the way.
      await setTimeout(Math.random() * LONGEST_PAUSE_MS);
    }
    throw new MoodtapeError(
      'MT_REGISTRY',
      `others wrote to ${this.folder} first, ${ATTEMPTS} times in a row`,
      {
        remedy: 'try again, and see who writes so much',
      },
    );
  }

  /** False when the number is taken. */
  #write(event: ModelEvent): Promise<boolean> {
    const unfinished = join(this.temporary, `${randomUUID()}.json`);
    return guard(async () => {
      await writeDurably(unfinished, `${JSON.stringify(event, undefined, 2)}\n`);
      if (!(await linkOnce(unfinished, this.#path(event.seq)))) return false;
      await sync(this.folder);
      return true;
    }).finally(() => {
      // What cannot be removed now is left to a collection; the event counts all the same.
      return rm(unfinished).catch(() => undefined);
    });
  }

  async #readEvent(seq: number): Promise<ModelEvent | undefined> {
    const path = this.#path(seq);
    try {
      const numbered = modelEventSchema.extend({ seq: z.literal(seq) });
      return parseJson(await readFile(path), numbered, path, 'MT_REGISTRY');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw asMoodtapeError(error, 'MT_REGISTRY');
    }
  }

  #path(seq: number): string {
    return join(this.folder, `${String(seq).padStart(6, '0')}.json`);
  }
}
