import { Script } from '../script.js';

/**
 * A script that applies records of one partition once.
 *
 * KEYS[1] is a fence: a hash of the last offset applied, by partition. ARGV[1] is the partition, ARGV[2] the last offset
 * of the batch; what follows belongs to `body`, which asks `isNew` before it applies a record. The fence moves last,
 * so that a script that Redis refuses half-way is not taken for done.
 */
export function fenced(body: string): Script {
  return new Script(`
local partition, last = ARGV[1], ARGV[2]
local applied = redis.call('HGET', KEYS[1], partition) or ''

-- Decimal strings: a number in Lua does not tell offsets beyond 2^53 apart.
local function isNew(offset)
  return #offset > #applied or (#offset == #applied and offset > applied)
end
${body}
if isNew(last) then
  redis.call('HSET', KEYS[1], partition, last)
end
`);
}
