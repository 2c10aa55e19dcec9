type Action = (time: number) => void;

/** What is to happen in a simulation, and when: few things at a time. */
export class Agenda {
  /** The latest first, so that the next one is at the end. */
  readonly #entries: { readonly time: number; readonly action: Action }[] = [];

  add(time: number, action: Action): void {
    let at = this.#entries.length;
    while (at > 0 && (this.#entries[at - 1]?.time ?? 0) <= time) at--;
    this.#entries.splice(at, 0, { time, action });
  }

  /** Does all that is due before `time`, in order; of things at one time those that were added first. */
  runUntil(time: number): void {
    for (;;) {
      const next = this.#entries.at(-1);
      if (next === undefined || next.time >= time) return;
      this.#entries.pop();
      next.action(next.time);
    }
  }
}
