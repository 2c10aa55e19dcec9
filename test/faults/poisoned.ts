import { DEAD_LETTERS, SCORED } from '../../src/topology/topics.js';
import { derive } from '../../src/training/random.js';
import { account } from './account.js';
import { feed } from './feed.js';
import { allRead, RAW } from './groups.js';
import { numbered } from './input.js';
import { poison } from './poison.js';
import { crashOf, Post } from './post.js';
import { readCommitted } from './read-committed.js';
import type { Result, Say } from './result.js';
import { Site } from './site.js';

export interface PoisonOptions {
  /** Random byte strings. */
  readonly noise: number;
  /** Records that were whole once. */
  readonly mutants: number;
  readonly seed: number;
}

/** A scorer is given nothing but bad records; each must come out once, as a score or as a dead letter that holds it whole. */
export async function poisoned({ noise, mutants, seed }: PoisonOptions, say: Say): Promise<Result> {
  const site = await Site.open();
  let faults: readonly string[] = ['the run was cut short'];
  try {
    const scorer = new Post('scorer', (turn) => site.start('live', `scorer-${turn}`));
    await scorer.running();
    const inputs = numbered(poison(noise, mutants, derive(seed, 'poison')));
    say(`feeding ${inputs.length} bad records`);
    await feed(site.kafka, inputs, { seconds: 0 });
    await site.until(() => allRead(site.admin, 'scorers'));
    const code = await scorer.leave();
    const records = await readCommitted(site.broker.address.brokers, [...RAW, SCORED, DEAD_LETTERS]);
    const counted = account(inputs, records);
    const endings = scorer.endings.map(crashOf);
    faults = [...counted.faults, ...endings, ...(code === 0 ? [] : [`the scorer ended with code ${code}`])];
    return {
      name: 'poison',
      folder: site.folder,
      faults,
      figures: {
        'random byte strings': noise,
        'mutated records': mutants,
        'records of one MiB': inputs.length - noise - mutants,
        scored: counted.scored,
        'dead letters': counted.dead,
      },
    };
  } finally {
    await site.close(faults.length > 0);
  }
}
