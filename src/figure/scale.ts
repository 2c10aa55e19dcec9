export type Range = readonly [from: number, to: number];

/** Maps a domain onto pixels in proportion; a domain of one value onto the middle. */
export function linear([low, high]: Range, [from, to]: Range): (value: number) => number {
  if (low === high) return () => (from + to) / 2;
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** Round numbers (1, 2 or 5 times a power of ten apart) within a domain, about `count` of them. */
export function ticks([low, high]: Range, count: number): number[] {
  if (low === high) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Least and largest value; `around` of the distance is added on both sides. */
export function extent(values: readonly number[], around = 0): Range {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return [low - around * (high - low), high + around * (high - low)];
}
