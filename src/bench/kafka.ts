import { filter, firstValueFrom, tap } from 'rxjs';
import { sentimentCodec } from '../codec/codecs.js';
import { scorer } from '../flow/scorer.js';
import { openKafkaTransport } from '../transport/kafka/transport.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { Clock } from './clock.js';
import { type BenchTopics, RAW_CODEC, withTopics } from './kafka-topics.js';
import { scoreByHand } from './peer/kafka-by-hand.js';
import { quantile } from './quantile.js';
import { compare, inTurns, Side } from './side.js';
import { stubEngine } from './stub.js';
import { readTexts } from './texts.js';

export interface KafkaOptions {
  /** host:port */
  readonly brokers: readonly string[];
}

/**
 * Records a second from Kafka to scores that are committed to it, with a model that takes no time, against the loop that
 * one would write by hand. Counted from the first record that is read: who joins a group faster is another question.
 *
 * @throws MoodtapeError MT_TRANSPORT when the brokers cannot be reached.
 */
export async function kafka(
  { data, texts: count, rounds, onRound }: BenchOptions,
  { brokers }: KafkaOptions,
): Promise<Outcome> {
  const texts = await readTexts(data, count);
  const commits: number[] = [];
  return withTopics(brokers, texts, async (topics) => {
    const side = (name: string, work: (clock: Clock) => Promise<unknown>) =>
      new Side(name, async () => {
        const clock = new Clock();
        await work(clock);
        return count / clock.seconds;
      });
    const ours = side('the scorer, without a model', (clock) => scoreTopic(topics, count, clock, commits));
    const peer = side('a kafkajs loop by hand', (clock) => scoreByHand(topics, count, clock));
    await inTurns(rounds, [ours, peer], onRound);
    commits.sort((a, b) => a - b);
    return {
      comparisons: [compare(ours, peer, 'records/s')],
      rows: [{ commitP50Ms: quantile(commits, 0.5), commitP99Ms: quantile(commits, 0.99) }],
    };
  });
}

async function scoreTopic(
  { brokers, raw, scored, deadLetters, newGroup }: BenchTopics,
  records: number,
  clock: Clock,
  commits: number[],
): Promise<void> {
  const transport = openKafkaTransport({ clientId: 'moodtape-bench', brokers, compression: 'none' });
  const outputs = { scored, deadLetters, codec: sentimentCodec('avro') };
  const inputs = [{ topic: raw, domain: 'news', codec: RAW_CODEC }] as const;
  let done = 0;
  await firstValueFrom(
    scorer({ transport, engine: stubEngine, inputs, outputs, group: newGroup(), cacheSize: 0 }).pipe(
      tap((event) => {
        if (event.type === 'read') clock.begin();
        if (event.type !== 'committed') return;
        commits.push(event.spent.commit);
        done += event.records;
      }),
      filter(() => done === records),
    ),
  );
  clock.end();
  await transport.close();
}
