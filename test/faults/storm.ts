import { setTimeout } from 'node:timers/promises';
import { DEAD_LETTERS, SCORED } from '../../src/topology/topics.js';
import { derive, type Random } from '../../src/training/random.js';
import { account } from './account.js';
import { compareView } from './compare-view.js';
import { feed } from './feed.js';
import { allRead, RAW } from './groups.js';
import { numbered } from './input.js';
import { crashOf, isForBroker, Post } from './post.js';
import { readCommitted } from './read-committed.js';
import type { Result, Say } from './result.js';
import { moments } from './schedule.js';
import { Site } from './site.js';
import { texts } from './texts.js';

export interface StormOptions {
  readonly inputs: number;
  /** How long the inputs come, and the faults with them. */
  readonly seconds: number;
  /** SIGKILL of a scorer, and of the view; another one starts at once. */
  readonly scorerKills: number;
  readonly viewKills: number;
  /** Scorers that join and leave. */
  readonly guests: number;
  /** Of the broker, by turns after a crash and after an orderly stop. */
  readonly brokerRestarts: number;
  /** How long Redis is away, once. */
  readonly redisSeconds: number;
  readonly seed: number;
}

const STEADY_SCORERS = 2;

/** Two scorers and a view under faults at random moments; every input must come out once, and the view must be right. */
export async function storm(options: StormOptions, say: Say): Promise<Result> {
  const site = await Site.open();
  let faults: readonly string[] = ['the run was cut short'];
  try {
    const result = await new Storm(site, options, say).run();
    faults = result.faults;
    return result;
  } finally {
    await site.close(faults.length > 0);
  }
}

class Storm {
  readonly #posts: Post[] = [];
  readonly #wrong: string[] = [];
  #started = performance.now();

  constructor(
    private readonly site: Site,
    private readonly options: StormOptions,
    private readonly say: Say,
  ) {}

  async run(): Promise<Result> {
    const { site, options } = this;
    const { seconds, seed } = options;
    const inputs = numbered(texts(options.inputs, derive(seed, 'texts')));
    const scorers = Array.from({ length: STEADY_SCORERS }, (_, i) => this.#post('live', `scorer-${i + 1}`));
    const view = this.#post('view', 'view');
    await Promise.all([...scorers, view].map((post) => post.running()));

    this.#started = performance.now();
    this.say(`feeding ${inputs.length} inputs for ${seconds} s`);
    await Promise.all([
      feed(site.kafka, inputs, { seconds }).then(() => this.say('all inputs are in the log')),
      this.#killScorers(scorers, derive(seed, 'kills')),
      this.#killView(view, derive(seed, 'view')),
      this.#guests(derive(seed, 'guests')),
      this.#restartBroker(derive(seed, 'broker')),
      this.#stopRedis(derive(seed, 'redis')),
    ]);
    await site.until(() => allRead(site.admin, 'all'));
    const elapsed = this.#seconds();
    this.say('all is read; ending the processes');
    await Promise.all([...scorers, view].map((post) => this.#leave(post)));

    const records = await readCommitted(site.broker.address.brokers, [...RAW, SCORED, DEAD_LETTERS]);
    const { raw, scored, dead, faults } = account(inputs, records);
    const shown = await compareView(site.redis.address.url, records);
    const endings = this.#posts.flatMap((post) => post.endings);
    const crashes = endings.filter((ending) => !isForBroker(ending));
    return {
      name: 'storm',
      folder: site.folder,
      faults: [...faults, ...shown.faults, ...crashes.map(crashOf), ...this.#wrong],
      figures: {
        inputs: inputs.length,
        'records in the log, with those that the feed sent twice': raw,
        scored,
        'dead letters': dead,
        'scorers killed': options.scorerKills,
        'scorers joined and left': options.guests,
        'broker restarts': options.brokerRestarts,
        'view killed': options.viewKills,
        'Redis away (s)': options.redisSeconds,
        'starts that failed while the broker was away': endings.length - crashes.length,
        'symbols, texts, index rows in Redis': `${shown.symbols}, ${shown.texts}, ${shown.rows}`,
        'seconds until all was read': elapsed,
      },
    };
  }

  #post(topology: 'live' | 'view', name: string): Post {
    const post = new Post(name, (turn) => this.site.start(topology, `${name}-${turn}`));
    this.#posts.push(post);
    return post;
  }

  async #killScorers(scorers: readonly Post[], random: Random): Promise<void> {
    await this.#each(this.options.scorerKills, random, async () => {
      const scorer = scorers[Math.floor(random() * scorers.length)];
      this.#note(`killing ${scorer?.name}`);
      await scorer?.kill();
    });
  }

  async #killView(view: Post, random: Random): Promise<void> {
    await this.#each(this.options.viewKills, random, async () => {
      this.#note('killing the view');
      await view.kill();
    });
  }

  async #guests(random: Random): Promise<void> {
    const { guests, seconds } = this.options;
    const stay = (1000 * seconds) / Math.max(1, 2 * guests);
    await this.#each(guests, random, async (n) => {
      this.#note(`guest ${n} joins`);
      const guest = this.#post('live', `guest-${n}`);
      await Promise.all([guest.running(), setTimeout(stay * random())]);
      this.#note(`guest ${n} leaves`);
      await this.#leave(guest);
    });
  }

  async #restartBroker(random: Random): Promise<void> {
    await this.#each(this.options.brokerRestarts, random, async (n) => {
      const signal = n % 2 === 1 ? 'SIGKILL' : 'SIGTERM';
      this.#note(`the broker gets ${signal}`);
      await this.site.broker.halt(signal);
      await this.site.broker.resume();
      this.#note('the broker is back');
    });
  }

  async #stopRedis(random: Random): Promise<void> {
    const { redisSeconds, seconds } = this.options;
    await setTimeout(random() * Math.max(0, seconds - redisSeconds) * 1000);
    this.#note('Redis goes');
    await this.site.redis.halt('SIGKILL');
    await setTimeout(redisSeconds * 1000);
    await this.site.redis.resume();
    this.#note('Redis is back');
  }

  /** Does something at random moments, one after the other. */
  async #each(count: number, random: Random, act: (n: number) => Promise<void>): Promise<void> {
    let n = 0;
    for (const moment of moments(count, this.options.seconds, random)) {
      await setTimeout(Math.max(0, (moment - this.#seconds()) * 1000));
      await act(++n);
    }
  }

  async #leave(post: Post): Promise<void> {
    const code = await post.leave();
    if (code !== 0) this.#wrong.push(`${post.name} ended with code ${code} when it was asked to`);
  }

  #note(what: string): void {
    this.say(`${this.#seconds().toFixed(1)} s: ${what}`);
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }
}
