import { hash } from 'node:crypto';

// Texts are as the model reads them: normalised.

/** Equal for equal texts alone. */
export function keyOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** What chance decides about a text: the same in every run and on every machine. Both are even, from 0 to 1. */
export interface TextChance {
  /** On which side of a division it falls. */
  readonly side: number;
  /** Its place in a random order of all texts. */
  readonly rank: number;
}

const BYTES = 6;
const SCALE = 2 ** (8 * BYTES);

export function chanceOf(text: string, seed: number): TextChance {
  const bytes = hash('sha256', `${seed} ${text}`, 'buffer');
  return { side: bytes.readUIntBE(0, BYTES) / SCALE, rank: bytes.readUIntBE(BYTES, BYTES) / SCALE };
}
