import type { MoodtapeError } from '../errors.js';
import type { Row } from './row.js';

/** The line of a row that cannot be scored: where it stands, what is wrong, and how it looks there. */
export function rejectedLine({ place, content, original }: Row, { code, message }: MoodtapeError): string {
  const id = 'id' in content ? content.id : null;
  return JSON.stringify({ ...place, id, code, message, original: original() });
}
