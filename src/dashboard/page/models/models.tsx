import type { Models as ModelsAnswer } from '../../api/answers.js';
import { percent, shortVersion, signed, whole } from '../format.js';
import { words } from '../languages/words.js';
import { ExpertUsage } from '../parts/expert-usage.js';
import { FigureTile } from '../parts/figure-tile.js';
import { useAnswer } from '../use-answer.js';
import { Decisions } from './decisions.js';
import { Versions } from './versions.js';

const EVERY_MS = 10_000;

/** Which models there are, which of them scores, and why. */
export function Models() {
  const say = words();
  const { answer } = useAnswer('models', {}, EVERY_MS);
  const { answer: health } = useAnswer('health', {}, EVERY_MS);
  if (answer === undefined) return null;
  const live = answer.live ?? health?.model?.version;
  return (
    <div class="models">
      <dl class="figures">
        <FigureTile name={say.liveModel} note={health?.model?.name}>
          <Version version={live} />
        </FigureTile>
        <FigureTile name={say.previousModel}>
          <Version version={answer.previous} />
        </FigureTile>
        <Trial trial={answer.trial} />
        <Accuracy accuracy={answer.accuracy} />
      </dl>
      <Versions versions={answer.versions} />
      {answer.events.length > 0 && <Decisions events={answer.events} />}
      <ExpertUsage query={{}} />
    </div>
  );
}

function Version({ version }: { readonly version: string | null | undefined }) {
  return version ? <code title={version}>{shortVersion(version)}</code> : <span>{words().none}</span>;
}

function Trial({ trial }: { readonly trial: ModelsAnswer['trial'] }) {
  const say = words();
  if (trial === null) return <FigureTile name={say.trialModel}>{say.none}</FigureTile>;
  return (
    <FigureTile name={say.trialModel} note={`${say[trial.kind]} · ${percent(trial.share)}`}>
      <Version version={trial.version} />
    </FigureTile>
  );
}

function Accuracy({ accuracy }: { readonly accuracy: ModelsAnswer['accuracy'] }) {
  const say = words();
  if (accuracy === null)
    return (
      <FigureTile name={say.accuracy} note={say.noLabels}>
        –
      </FigureTile>
    );
  const { labels, accuracy: share, difference } = accuracy;
  const notes = [
    say.accuracyOver(whole(labels)),
    ...(difference === null ? [] : [say.accuracyChange(signed(100 * difference, 1))]),
  ];
  return (
    <FigureTile name={say.accuracy} note={notes.join(' · ')}>
      {percent(share, 1)}
    </FigureTile>
  );
}
