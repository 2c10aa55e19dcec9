import { filter, firstValueFrom, tap } from 'rxjs';
import type { CalibratedEngine } from '../inference/create-engine.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { engineAlone } from './engine-alone.js';
import { rawRecord, scoreLog, withLog } from './queue/scored-log.js';
import { rate } from './rate.js';
import { compare, inTurns, Side } from './side.js';
import { readTexts } from './texts.js';
import { withEngine } from './with-engine.js';

/** Texts a second from a log to its committed scores, against the engine alone on the same texts. */
export async function overhead({
  settings,
  data,
  texts: count,
  rounds,
  onRound,
}: BenchOptions): Promise<Outcome> {
  const texts = await readTexts(data, count);
  return withEngine(settings, async (model) => {
    const pipeline = new Side('embedded log to committed scores', () => fromLog(model, texts));
    const bare = new Side('the engine alone', () => engineAlone(model, texts));
    await inTurns(rounds, [pipeline, bare], onRound);
    const facts = { runtime: model.engine.runtime };
    return { comparisons: [compare(pipeline, bare, 'texts/s')], facts };
  });
}

/** Texts a second of the whole flow: from records in a log to scores and offsets committed to it. */
function fromLog({ engine, cost }: CalibratedEngine, texts: readonly string[]): Promise<number> {
  return withLog(async (transport) => {
    await transport.append(texts.map(rawRecord));
    let done = 0;
    const allCommitted = scoreLog({ transport, engine, cost }).pipe(
      tap((event) => {
        if (event.type === 'committed') done += event.records;
      }),
      filter(() => done === texts.length),
    );
    return rate(texts.length, () => firstValueFrom(allCommitted));
  });
}
