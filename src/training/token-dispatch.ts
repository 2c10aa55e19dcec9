/** Which tokens go to which expert. A slot is a token's place at one of its experts: slot = token · topK + rank. */
export interface TokenDispatch {
  readonly tokens: number;
  readonly topK: number;
  /** Expert of each slot, a token's most likely one first. */
  readonly experts: Int32Array;
  /** The slots, expert after expert. */
  readonly order: Int32Array;
  /** Where each slot stands in `order`. */
  readonly places: Int32Array;
  /** Slots of each expert. */
  readonly sizes: readonly number[];
}

/**
 * Sends each token to the `topK` experts of the largest probability; of equal ones to the first, as ONNX's TopK does.
 *
 * @param probabilities [tokens, count]
 */
export function dispatchTokens(probabilities: Float32Array, count: number, topK: number): TokenDispatch {
  const tokens = probabilities.length / count;
  const experts = new Int32Array(tokens * topK);
  for (let token = 0; token < tokens; token++) {
    const row = probabilities.subarray(token * count, (token + 1) * count);
    const ranked = Array.from(row.keys()).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
    experts.set(ranked.slice(0, topK), token * topK);
  }
  const groups = Array.from({ length: count }, (): number[] => []);
  for (const [slot, expert] of experts.entries()) groups[expert]?.push(slot);
  const order = Int32Array.from(groups.flat());
  const places = new Int32Array(order.length);
  for (const [place, slot] of order.entries()) places[slot] = place;
  return { tokens, topK, experts, order, places, sizes: groups.map(({ length }) => length) };
}
