import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { outrun } from './outrun.js';
import { poisoned } from './poisoned.js';
import type { Result } from './result.js';
import { storm } from './storm.js';

// `npm run verify:faults`: what docs/operations.md says was proven, again. Ends with code 1 when anything is lost, repeated or wrong.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    inputs: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '480' },
    kills: { type: 'string', default: '20' },
    poison: { type: 'string', default: '10000' },
    behind: { type: 'string', default: '1000000' },
    stopped: { type: 'string', default: '120' },
  },
});
const seed = Number(values.seed);
const poison = Number(values.poison);
const say = (what: string) => console.error(`  ${what}`);

const RUNS: Readonly<Record<string, () => Promise<Result>>> = {
  storm: () =>
    storm(
      {
        inputs: Number(values.inputs),
        seconds: Number(values.seconds),
        scorerKills: Number(values.kills),
        viewKills: 1,
        guests: 3,
        brokerRestarts: 3,
        redisSeconds: 60,
        seed,
      },
      say,
    ),
  poison: () => poisoned({ noise: poison, mutants: poison, seed }, say),
  memory: () => outrun({ behind: Number(values.behind), stoppedSeconds: Number(values.stopped) }, say),
};

const wanted = positionals.length === 0 ? Object.keys(RUNS) : positionals;
const table = new Table({ head: ['run', 'what', 'figure'], style: { head: [], border: [] } });
let failed = false;
console.error(`seed ${seed}; the same moments again with --seed ${seed}`);
for (const name of wanted) {
  const run = RUNS[name];
  if (run === undefined)
    throw new Error(`there is no run ${name}; there are ${Object.keys(RUNS).join(', ')}`);
  console.error(name);
  const { figures, faults, folder } = await run();
  for (const [what, figure] of Object.entries(figures)) table.push([name, what, figure]);
  table.push([name, 'faults', faults.length]);
  if (faults.length === 0) continue;
  failed = true;
  for (const fault of faults.slice(0, 50)) console.error(`  FAULT ${fault}`);
  console.error(`  ${faults.length} faults; the logs of the processes are in ${folder}`);
}
console.log(table.toString());
process.exitCode = failed ? 1 : 0;
