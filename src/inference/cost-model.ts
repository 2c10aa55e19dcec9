/** Seconds that the model takes for a batch of `texts`, each padded to `length` tokens. Never falls as `length` grows. */
export type Cost = (texts: number, length: number) => number;

/** seconds = fixed + perToken · tokens + perPair · tokens · length: a call, the linear maps, the attention. */
export interface CostCoefficients {
  readonly fixed: number;
  readonly perToken: number;
  readonly perPair: number;
}

/** A 4-layer encoder of width 256 on one CPU core: good enough to plan with until the device is calibrated. */
export const DEFAULT_COST: CostCoefficients = { fixed: 3e-4, perToken: 2e-5, perPair: 2e-8 };

export function costOf({ fixed, perToken, perPair }: CostCoefficients): Cost {
  return (texts, length) => fixed + texts * length * (perToken + perPair * length);
}
