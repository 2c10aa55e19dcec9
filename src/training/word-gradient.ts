/** The word table: it is gathered and scattered here, for the wasm backend has no gradient for it. */
export const WORDS = 'embeddings.word';

/** Rows of the word table that a batch used, ascending, and their gradients one after the other. */
export interface WordGradient {
  readonly indices: Int32Array;
  readonly gradient: Float32Array;
}

/**
 * Sums the gradients of equal words.
 *
 * @param rows [texts·length, width], the gradient of each token of each text
 */
export function scatter(
  rows: Float32Array,
  texts: readonly { readonly ids: Int32Array }[],
  length: number,
  width: number,
): WordGradient {
  const indices = Int32Array.from(new Set(texts.flatMap(({ ids }) => [...ids]))).sort();
  const slots = new Map(Array.from(indices, (id, slot) => [id, slot]));
  const gradient = new Float32Array(indices.length * width);
  texts.forEach(({ ids }, t) => {
    ids.forEach((id, i) => {
      const from = (t * length + i) * width;
      const to = (slots.get(id) ?? 0) * width;
      for (let j = 0; j < width; j++) gradient[to + j] = (gradient[to + j] ?? 0) + (rows[from + j] ?? 0);
    });
  });
  return { indices, gradient };
}

/** The same without the rows before `first`. */
export function rowsFrom({ indices, gradient }: WordGradient, first: number, width: number): WordGradient {
  const skipped = indices.filter((index) => index < first).length;
  return { indices: indices.subarray(skipped), gradient: gradient.subarray(skipped * width) };
}
