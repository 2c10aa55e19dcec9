/**
 * Murmur2 over bytes, unsigned, as Kafka's default partitioner computes it, so that equal keys land in equal
 * partitions on every transport. Source: `Utils.murmur2` of Apache Kafka's clients.
 */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let hash = 0x9747b28c ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(view.getInt32(i, true), 0x5bd1e995);
    k ^= k >>> 24;
    hash = Math.imul(hash, 0x5bd1e995) ^ Math.imul(k, 0x5bd1e995);
  }
  const rest = bytes.length - whole;
  if (rest > 0) {
    for (let i = rest - 1; i >= 0; i--) hash ^= view.getUint8(whole + i) << (8 * i);
    hash = Math.imul(hash, 0x5bd1e995);
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Chooses partitions: equal keys share one, keyless records go round. */
export class Partitioner {
  private turn = 0;

  choose(key: Uint8Array | null, partitions: number): number {
    if (key === null) return this.turn++ % partitions;
    return (murmur2(key) & 0x7fffffff) % partitions;
  }
}
