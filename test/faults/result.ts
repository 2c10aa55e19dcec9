/** What a run has found. */
export interface Result {
  readonly name: string;
  /** For people: what was done, and what came of it. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
  /** The logs of all processes; gone when there are no faults. */
  readonly folder: string;
}

/** Is told what happens as it happens. */
export type Say = (what: string) => void;
