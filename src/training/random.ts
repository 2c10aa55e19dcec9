/** A seeded generator of numbers in [0, 1): the same seed gives the same numbers on every machine (mulberry32). */
export type Random = () => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A generator for one purpose under one seed, independent of the other purposes. */
export function derive(seed: number, ...purpose: (string | number)[]): Random {
  let hash = 2166136261 ^ seed;
  for (const char of purpose.join('/')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return random(hash);
}

/** Fisher–Yates, in place. */
export function shuffle<T>(items: T[], next: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const [a, b] = [items[i], items[j]];
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a];
  }
  return items;
}

/** Normally distributed numbers (Box–Muller). */
export function normals(count: number, deviation: number, next: Random): Float32Array {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return deviation * radius * Math.cos(2 * Math.PI * next());
  });
}
