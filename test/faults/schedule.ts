import type { Random } from '../../src/training/random.js';

/** `count` random moments spread over `seconds`: one in each of as many equal parts. In seconds, in their order. */
export function moments(count: number, seconds: number, random: Random): number[] {
  return Array.from({ length: count }, (_, i) => ((i + random()) * seconds) / count);
}
