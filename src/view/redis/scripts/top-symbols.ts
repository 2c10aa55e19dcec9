import { Script } from '../script.js';

/** The ARGV[1] symbols with most texts: symbol, count (sorted set KEYS[1]), sum of scores (hash KEYS[2]) of one moment. */
export const topSymbols = new Script(`
local counts = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')
local summaries = {}
for i = 1, #counts, 2 do
  summaries[#summaries + 1] = { counts[i], counts[i + 1], redis.call('HGET', KEYS[2], counts[i]) }
end
return summaries
`);
