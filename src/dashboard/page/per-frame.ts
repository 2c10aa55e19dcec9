/**
 * Gathers items and hands them over together: with an animation frame, `pauseMs` or more after the last time. A thousand events a
 * second are a few updates then. A hidden page has no frames; there they are handed over whenever `most` have gathered.
 */
export function perFrame<T>(
  { most, pauseMs = 0 }: { readonly most: number; readonly pauseMs?: number },
  take: (items: readonly T[]) => void,
): (item: T) => void {
  let waiting: T[] = [];
  let asked = false;
  let last = Number.NEGATIVE_INFINITY;
  return (item) => {
    waiting.push(item);
    if (waiting.length >= most) handOver();
    else if (!asked) {
      asked = true;
      requestAnimationFrame(onFrame);
    }
  };

  function onFrame(now: number): void {
    asked = waiting.length > 0 && now < last + pauseMs;
    if (asked) {
      requestAnimationFrame(onFrame);
      return;
    }
    last = now;
    handOver();
  }

  function handOver(): void {
    const items = waiting;
    waiting = [];
    if (items.length > 0) take(items);
  }
}
