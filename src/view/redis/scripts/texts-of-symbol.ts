import { fenced } from './fenced.js';

/** How many of a symbol's newest texts are kept. */
const KEPT = 100;

/** Adds texts to the stream KEYS[2] of one symbol. ARGV, from 3 on, for each text: offset, JSON. */
export const textsOfSymbol = fenced(`
for i = 3, #ARGV, 2 do
  local offset, text = ARGV[i], ARGV[i + 1]
  if isNew(offset) then
    redis.call('XADD', KEYS[2], 'MAXLEN', ${KEPT}, '*', 'record', partition .. '/' .. offset, 'value', text)
  end
end
`);
