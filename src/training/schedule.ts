/** Factor of the learning rate at a step: linear warm-up from 0, then linear decay to 0 at `steps`. */
export function warmupLinear(step: number, warmup: number, steps: number): number {
  if (step < warmup) return step / warmup;
  return Math.max(0, (steps - step) / Math.max(1, steps - warmup));
}
