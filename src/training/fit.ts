import { MoodtapeError } from '../errors.js';
import type { Parameters } from '../model/parameters.js';
import { type Metrics, metricsOf } from './metrics.js';
import type { Model, TokenisedExample } from './model.js';
import { predict } from './predictions.js';
import { Trainer, type TrainerState, type TrainingTask } from './trainer.js';

/** What happened at one evaluation on the valid texts. */
export interface Evaluation {
  readonly step: number;
  /** Mean loss of the batches since the evaluation before. */
  readonly loss: number;
  readonly metrics: Metrics;
}

export interface FitOptions {
  readonly valid: readonly TokenisedExample[];
  readonly evaluateEvery: number;
  readonly patience: number;
  /** Makes of the trained network the model that is evaluated. */
  readonly finish: (trained: Model) => Model;
  readonly onStep: (step: number, steps: number, loss: number) => void;
  readonly onEvaluation: (evaluation: Evaluation) => void;
  /** When it aborts, the state is saved and training ends with MT_INTERRUPTED. */
  readonly stop: AbortSignal;
  /** Goes on from where an earlier run stopped. */
  readonly checkpoint?: Checkpoint | undefined;
}

/** Where the state of an unfinished run lies. */
export interface Checkpoint {
  load(trainer: TrainerState): Promise<FitProgress | undefined>;
  save(trainer: TrainerState, progress: FitProgress): Promise<void>;
}

/** The part of a run's state that is not the trainer's. */
export interface FitProgress {
  readonly history: readonly Evaluation[];
  /** Losses of the batches since the last evaluation. */
  readonly losses: readonly number[];
  /** The best parameters so far, as far as they learn; empty before the first evaluation. */
  readonly best: Parameters;
}

export interface FitResult {
  /** The parameters with the best weighted F1 on the valid texts. */
  readonly parameters: Parameters;
  readonly history: readonly Evaluation[];
  /** Texts that were trained on in a second, evaluations not counted; undefined when nothing was left to train. */
  readonly textsPerSecond: number | undefined;
}

/** Trains to the end or until patience runs out, and keeps the best. */
export async function fitTask(task: TrainingTask, options: FitOptions): Promise<FitResult> {
  const trainer = new Trainer(task);
  const resumed = await options.checkpoint?.load(trainer.state);
  const history = [...(resumed?.history ?? [])];
  let best = resumed?.best ?? new Map();
  let losses = [...(resumed?.losses ?? [])];
  const spent = { texts: 0, ms: 0 };
  const save = () => options.checkpoint?.save(trainer.state, { history, losses, best });
  const evaluationIsDue = () =>
    losses.length > 0 && (trainer.done || trainer.state.step % options.evaluateEvery === 0);
  for (;;) {
    if (evaluationIsDue()) {
      const parameters = trainer.parameters();
      const model = options.finish({ spec: task.spec, parameters });
      const evaluation = await evaluate(model, options.valid, trainer.state.step, losses);
      losses = [];
      if (isBest(evaluation, history)) best = learned(parameters, task.learns);
      history.push(evaluation);
      options.onEvaluation(evaluation);
      await save();
    }
    if (trainer.done || exhausted(history, options.patience)) break;
    const started = performance.now();
    const { loss, texts } = trainer.next();
    spent.ms += performance.now() - started;
    spent.texts += texts;
    losses.push(loss);
    options.onStep(trainer.state.step, trainer.steps, loss);
    // Lets signals and the terminal have their turn.
    await new Promise(setImmediate);
    if (!options.stop.aborted) continue;
    await save();
    throw new MoodtapeError('MT_INTERRUPTED', `training stopped at step ${trainer.state.step}`);
  }
  trainer.dispose();
  return {
    parameters: new Map([...task.parameters, ...best]),
    history,
    textsPerSecond: spent.texts === 0 ? undefined : (1000 * spent.texts) / spent.ms,
  };
}

async function evaluate(
  model: Model,
  valid: readonly TokenisedExample[],
  step: number,
  losses: readonly number[],
): Promise<Evaluation> {
  const predictions = await predict(model, valid);
  const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  return { step, loss, metrics: metricsOf(predictions, model.spec.labels.length) };
}

const scoreOf = ({ metrics }: Evaluation) => metrics.weightedF1;

/** Better than all before: among equals the first is kept. */
function isBest(evaluation: Evaluation, history: readonly Evaluation[]): boolean {
  return history.every((earlier) => scoreOf(earlier) < scoreOf(evaluation));
}

function exhausted(history: readonly Evaluation[], patience: number): boolean {
  const scores = history.map(scoreOf);
  return history.length > 0 && history.length - 1 - scores.indexOf(Math.max(...scores)) >= patience;
}

/** Copies, for the trainer goes on to change its own. */
function learned(parameters: Parameters, learns: ReadonlySet<string>): Parameters {
  return new Map(
    [...parameters]
      .filter(([name]) => learns.has(name))
      .map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
}
