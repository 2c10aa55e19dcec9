import type { Pipeline as PipelineAnswer } from '../../api/answers.js';
import { duration, percent, rate, whole } from '../format.js';
import { words } from '../languages/words.js';
import { FigureTile } from '../parts/figure-tile.js';
import { useAnswer } from '../use-answer.js';
import { Batches } from './batches.js';
import { Failures } from './failures.js';
import { Lag } from './lag.js';
import { Problems } from './problems.js';

const EVERY_MS = 2_000;

/** How the flow does. */
export function Pipeline() {
  const { answer } = useAnswer('pipeline', {}, EVERY_MS);
  if (answer === undefined) return null;
  return (
    <div class="pipeline">
      <Problems />
      <Figures pipeline={answer} />
      <Lag rows={answer.lag} />
      <Batches batches={answer.batches} />
      <Failures failures={answer.recentFailures} />
    </div>
  );
}

function Figures({ pipeline }: { readonly pipeline: PipelineAnswer }) {
  const say = words();
  const { textsPerSecond, p50Ms, p99Ms, scored, cached, deadLettered } = pipeline;
  return (
    <dl class="figures">
      <FigureTile name={say.throughput} note={say.lastMinute}>
        {rate(textsPerSecond)}
      </FigureTile>
      <FigureTile name={say.p50} note={say.pollToCommit}>
        {duration(p50Ms)}
      </FigureTile>
      <FigureTile name={say.p99} note={say.pollToCommit}>
        {duration(p99Ms)}
      </FigureTile>
      <FigureTile name={say.scoredTotal} note={say.cachedShare(percent(cached / scored))}>
        {whole(scored)}
      </FigureTile>
      <FigureTile
        name={say.deadLetters}
        note={say.deadShare(percent(deadLettered / (scored + deadLettered), 1))}
      >
        {whole(deadLettered)}
      </FigureTile>
    </dl>
  );
}
