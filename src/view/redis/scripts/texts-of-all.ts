import { fenced } from './fenced.js';

/** How many of the newest texts are kept. */
const KEPT = 10_000;

/**
 * Adds texts to the stream KEYS[2] of all texts and publishes them on the channel ARGV[3]; counts them by symbol in the
 * sorted set KEYS[3], and adds up their scores by symbol in the hash KEYS[4].
 * ARGV, from 4 on, for each text: offset, JSON, score, number of symbols, symbols.
 */
export const textsOfAll = fenced(`
local i = 4
while i <= #ARGV do
  local offset, text, score, symbols = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if isNew(offset) then
    redis.call('XADD', KEYS[2], 'MAXLEN', ${KEPT}, '*', 'record', partition .. '/' .. offset, 'value', text)
    redis.call('PUBLISH', ARGV[3], text)
    for s = i + 4, i + 3 + symbols do
      redis.call('ZINCRBY', KEYS[3], 1, ARGV[s])
      redis.call('HINCRBYFLOAT', KEYS[4], ARGV[s], score)
    end
  end
  i = i + 4 + symbols
end
`);
