/** How long a condition may take before its test fails: long enough for a broker that rebalances. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 10;

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until `condition` holds; `meanwhile` runs between the looks. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  meanwhile: () => Promise<void> = () => pause(LOOK_EVERY_MS),
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await meanwhile();
  }
}

/** Long enough for something that should not happen to show. */
export function settle(): Promise<void> {
  return pause(300);
}
