import { MoodtapeError, messageOf } from '../errors.js';
import type { Codec } from './codec.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const toUtf8 = new TextEncoder();

/** JSON in UTF-8, a byte order mark allowed. Of equal keys the last counts; a key that could reach a prototype is refused. */
export const jsonCodec: Codec = {
  decode(bytes) {
    const value = parse(textOf(bytes));
    refusePrototypes(value);
    return value;
  },
  encode: (value) => toUtf8.encode(JSON.stringify(value)),
};

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new MoodtapeError('MT_ENCODING', 'the value is not valid UTF-8', { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MoodtapeError('MT_JSON', messageOf(error).slice(0, 200), { cause: error });
  }
}

/** Goes through the value without recursion: JSON may be nested deeper than the stack. */
function refusePrototypes(root: unknown): void {
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(inner))) {
        throw new MoodtapeError('MT_RECORD', `the key ${key} is not allowed`);
      }
      open.push(inner);
    }
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
