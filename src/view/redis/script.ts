import { createHash } from 'node:crypto';
import type { Client } from './connection.js';

/** A Lua script, known to Redis by its SHA-1 once it has run there. */
export class Script {
  readonly #sha: string;

  constructor(private readonly lua: string) {
    this.#sha = createHash('sha1').update(lua).digest('hex');
  }

  async run(redis: Client, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    const parameters = [...keys, ...values.map(String)];
    try {
      return await redis.evalsha(this.#sha, keys.length, parameters);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.lua, keys.length, parameters);
    }
  }
}
