import { createHash } from 'node:crypto';
import { MoodtapeError } from '../errors.js';
import type { Row } from './row.js';

/** SHA-256 of rows as they were read, however far one has come. */
export class Fingerprint {
  readonly #hash = createHash('sha256');

  add({ content }: Row): void {
    const { id, text, publishedAt, domain, symbols } =
      content instanceof MoodtapeError ? { ...NOTHING, text: content.code } : content;
    this.#hash.update(JSON.stringify([id, text, publishedAt, domain, symbols]));
  }

  get digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

const NOTHING = { id: null, publishedAt: null, domain: null, symbols: [] };
