/** Measures from the first `begin` to the first `end`. */
export class Clock {
  #begun: number | undefined;
  #ended: number | undefined;

  begin(): void {
    this.#begun ??= performance.now();
  }

  end(): void {
    this.#ended ??= performance.now();
  }

  /** NaN unless it has begun and ended. */
  get seconds(): number {
    return ((this.#ended ?? Number.NaN) - (this.#begun ?? Number.NaN)) / 1000;
  }
}
