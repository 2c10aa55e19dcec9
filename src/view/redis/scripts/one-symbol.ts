import { Script } from '../script.js';

/** As `topSymbols`, of the symbol ARGV[1] alone; empty when no text is about it. */
export const oneSymbol = new Script(`
local count = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not count then return {} end
return { { ARGV[1], count, redis.call('HGET', KEYS[2], ARGV[1]) } }
`);
