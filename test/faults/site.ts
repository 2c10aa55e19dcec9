import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { type KafkaAddress, startKafka } from '../services/kafka.js';
import type { LocalServer } from '../services/local-server.js';
import { type RedisAddress, startRedis } from '../services/redis.js';
import { type Launch, Member } from './member.js';

const LOOK_EVERY_MS = 500;
/** Servers of their own for one run, and a folder for what it leaves. */
export class Site {
  private constructor(
    readonly folder: string,
    readonly broker: LocalServer<KafkaAddress>,
    readonly redis: LocalServer<RedisAddress>,
    readonly kafka: Kafka,
    readonly admin: Admin,
  ) {}

  static async open(): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'moodtape-faults-'));
    const [broker, redis] = await Promise.all([startKafka(), startRedis()]);
    const { brokers } = broker.address;
    const kafka = new Kafka({
      clientId: 'verifier',
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    await admin.connect();
    return new Site(folder, broker, redis, kafka, admin);
  }

  /** Starts a process; its log is `NAME.log` in the folder. */
  start(topology: Launch['topology'], name: string): Member {
    const env = {
      MOODTAPE_HOME: join(this.folder, 'home'),
      MOODTAPE_LOG_LEVEL: 'debug',
      MOODTAPE_KAFKA_BROKERS: this.broker.address.brokers.join(','),
      MOODTAPE_REDIS_URL: this.redis.address.url,
    };
    return new Member({ topology, name, env, folder: this.folder });
  }

  /** Waits for as long as the limit of the caller allows; a broker that is away is asked again. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition().catch(() => false))) await setTimeout(LOOK_EVERY_MS);
  }

  /** Stops the servers; what the processes have logged stays, where it may tell what went wrong. */
  async close(keep: boolean): Promise<void> {
    await this.admin.disconnect();
    await Promise.all([this.broker.stop(), this.redis.stop()]);
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}
