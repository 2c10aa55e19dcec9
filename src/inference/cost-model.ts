/**
 * Seconds that the model takes for a batch of `texts`, each padded to `length` tokens: so much for the batch, and as much
 * for each text. Never falls as `length` grows.
 */
export type Cost = (texts: number, length: number) => number;

/** seconds = fixed + perToken · tokens + perPair · tokens · length: a call, the linear maps, the attention. None is negative. */
export interface CostCoefficients {
  readonly fixed: number;
  readonly perToken: number;
  readonly perPair: number;
}

/** A batch that was run, and the seconds that it took. */
export interface Timing {
  readonly texts: number;
  readonly length: number;
  readonly seconds: number;
}

/** An int8 encoder of 4 layers and width 256 on one CPU core: good enough to plan with until the engine is calibrated. */
export const DEFAULT_COST: CostCoefficients = { fixed: 5e-4, perToken: 3e-5, perPair: 3e-8 };

export function costOf({ fixed, perToken, perPair }: CostCoefficients): Cost {
  return (texts, length) => fixed + texts * length * (perToken + perPair * length);
}

/** Rounds of the fit: three unknowns settle in far fewer. */
const ROUNDS = 10_000;

/**
 * The coefficients with the least squared relative error over the timings, by coordinate descent:
 * each is set to its best value given the others, or to 0 where that would be negative.
 */
export function fitCost(timings: readonly Timing[]): CostCoefficients {
  const rows = timings.map(({ texts, length, seconds }) =>
    [1, texts * length, texts * length * length].map((term) => term / seconds),
  );
  const coefficients = [0, 0, 0];
  const errors = rows.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [term, old] of coefficients.entries()) {
      let slope = 0;
      let curvature = 0;
      for (const [row, error] of errors.entries()) {
        const value = rows[row]?.[term] ?? 0;
        slope += value * error;
        curvature += value * value;
      }
      const best = Math.max(0, old + slope / curvature);
      coefficients[term] = best;
      for (const [row, error] of errors.entries())
        errors[row] = error - (best - old) * (rows[row]?.[term] ?? 0);
    }
  }
  const [fixed = 0, perToken = 0, perPair = 0] = coefficients;
  return { fixed, perToken, perPair };
}
