import { parsePublicationTime } from '../text/publication-time.js';

/**
 * Makes old lines new: their ids get an ending of their own and their publication time is now. A line that is broken,
 * or whose time cannot be read, stays as it is.
 *
 * @param round milliseconds since the epoch: what the endings are made of
 */
export function renewer(round: number): (line: Uint8Array) => Uint8Array {
  const ending = round.toString(36);
  return (line) => {
    const record = parse(line);
    if (record === undefined) return line;
    const { id, publishedAt } = record;
    if (typeof id === 'string') record.id = `${id}-${ending}`;
    if (isTime(publishedAt)) record.publishedAt = new Date().toISOString();
    return Buffer.from(JSON.stringify(record));
  };
}

function parse(line: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  try {
    parsePublicationTime(value);
    return true;
  } catch {
    return false;
  }
}
