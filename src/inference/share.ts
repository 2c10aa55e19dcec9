/**
 * Whether a text is among a share of all texts, 0 to 1. That is settled by its token ids alone: every process decides
 * alike, and a larger share has the texts of a smaller one among it.
 */
export function isInShare(ids: Int32Array, share: number): boolean {
  return hashOf(ids) < share * 2 ** 32;
}

/** FNV-1a over the ids, with the last step of MurmurHash3, which spreads what differs in few bits. */
function hashOf(ids: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const id of ids) hash = Math.imul(hash ^ id, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
