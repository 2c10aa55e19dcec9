/** Something wrong in a topology, and the path of the field that it concerns. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Repeats no value of the file: it could be a secret. */
  readonly message: string;
  /** Set when not the value is at fault but that there is such a key. */
  readonly at?: 'key';
}
