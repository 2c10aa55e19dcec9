import { fenced } from './fenced.js';

/**
 * Puts index rows into the sorted sets KEYS[2] and on, one a series, by the start of their window; a later row of a window
 * replaces the earlier one. Rows that lie a given time before the newest of their series go, and so does a series to which
 * nothing comes for that time.
 * ARGV, from 3 on, for each row: offset, which of the KEYS, start, JSON, how many milliseconds the series keeps.
 */
export const indexRows = fenced(`
for i = 3, #ARGV, 5 do
  local offset, series, start, row, kept = ARGV[i], KEYS[tonumber(ARGV[i + 1])], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if isNew(offset) then
    redis.call('ZREMRANGEBYSCORE', series, start, start)
    redis.call('ZADD', series, start, row)
    local newest = redis.call('ZRANGE', series, -1, -1, 'WITHSCORES')[2]
    redis.call('ZREMRANGEBYSCORE', series, '-inf', newest - kept)
    redis.call('PEXPIRE', series, kept)
  end
end
`);
