import { filter, firstValueFrom, tap } from 'rxjs';
import type { CalibratedEngine } from '../inference/create-engine.js';
import { againstEngine } from './against-engine.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { rawRecord, scoreLog, withLog } from './queue/scored-log.js';
import { rate } from './rate.js';
import { readTexts } from './texts.js';

/** Texts a second from a log to its committed scores, against the engine alone on the same texts. */
export async function overhead(options: BenchOptions): Promise<Outcome> {
  const texts = await readTexts(options.data, options.texts);
  return againstEngine(options, texts, 'embedded log to committed scores', (model) => fromLog(model, texts));
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
