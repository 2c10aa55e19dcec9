import { plain } from './plain.js';
import { ownWords } from './repost.js';

/**
 * A text as every later stage reads it: plain, in one line, the author's own words. Empty when no words are left.
 * Takes time linear in the text, and normalising twice changes nothing.
 */
export function normalise(text: string): string {
  return ownWords(plain(text));
}
