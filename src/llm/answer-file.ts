import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { asMoodtapeError } from '../errors.js';
import type { ChatRequest } from './chat-endpoint.js';
import { parseJson } from './json.js';

const lineSchema = z.object({ key: z.string(), answer: z.string() });

/**
 * Answers that a model has given, kept in a file of one JSON object a line by a hash of the request, so that no question
 * is asked twice. Lines are only ever added: several processes may share the file, and a torn line is no answer.
 */
export class AnswerFile {
  private constructor(
    private readonly path: string,
    private readonly answers: Map<string, string>,
  ) {}

  /** @throws MoodtapeError MT_FILE when the file cannot be read or written. */
  static async open(path: string): Promise<AnswerFile> {
    const answers = new Map<string, string>();
    try {
      await mkdir(dirname(path), { recursive: true });
      const lines = existsSync(path) ? createInterface({ input: createReadStream(path) }) : [];
      for await (const line of lines) {
        const { data } = lineSchema.safeParse(parseJson(line));
        if (data !== undefined) answers.set(data.key, data.answer);
      }
    } catch (error) {
      throw asMoodtapeError(error, 'MT_FILE');
    }
    return new AnswerFile(path, answers);
  }

  get(request: ChatRequest): string | undefined {
    return this.answers.get(keyOf(request));
  }

  /** @throws MoodtapeError MT_FILE when the file cannot be written. */
  async add(request: ChatRequest, answer: string): Promise<void> {
    const key = keyOf(request);
    this.answers.set(key, answer);
    // The newline in front ends a line that was torn before.
    await appendFile(this.path, `\n${JSON.stringify({ key, answer })}\n`).catch((error) => {
      throw asMoodtapeError(error, 'MT_FILE');
    });
  }
}

function keyOf(request: ChatRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
