import { type LineChart, lineChart, type Series } from '../../figure/line-chart.js';
import { html } from '../../figure/markup.js';
import { styleOf } from '../../figure/palette.js';
import { extent } from '../../figure/scale.js';
import { percent } from '../../figure/text.js';
import type { RunScores, Setting } from '../runs.js';
import type { Sweep, SweepGroup } from '../sweep.js';
import { figure, figures, type Part, paragraph, table } from './parts.js';

const WIDTH = 380;
type Score = 'accuracy' | 'macroF1';
const SCORES: readonly (readonly [Score, string])[] = [
  ['accuracy', 'Accuracy'],
  ['macroF1', 'Macro-F1'],
];

export function sweepPart(sweep: Sweep): Part {
  const [only, ...others] = sweep.varied;
  const overSetting = only !== undefined && others.length === 0;
  const longest = Math.max(...sweep.groups.flatMap(({ runs }) => runs.map(({ history }) => history.length)));
  return {
    id: 'runs',
    title: 'Runs',
    lead: [
      paragraph(
        'Training runs on their own valid texts. Runs that differ in the seed alone are one line: mean ± sample standard deviation.',
      ),
      sweep.varied.length === 0 ? undefined : paragraph(`They differ in ${sweep.varied.join(', ')}.`),
    ],
    content: [
      sweepTable(sweep),
      overSetting
        ? html`<h3>Over ${only}</h3>${figures(
            330,
            SCORES.map(([score, title]) => figure(title, settingChart(sweep.groups, only, score))),
          )}`
        : undefined,
      longest > 1
        ? html`<h3>Over steps</h3>${figures(
            330,
            SCORES.map(([score, title]) => figure(title, stepChart(sweep, score))),
          )}`
        : undefined,
    ],
  };
}

function sweepTable({ varied, groups }: Sweep) {
  const rows = groups.map(({ settings, runs, mean, deviation }) => [
    runs.map(({ name }) => name).join(', '),
    ...varied.map((name) => shown(settings[name])),
    runs.length,
    ...(['accuracy', 'macroF1', 'weightedF1', 'ece'] as const).map((score) => spread(mean, deviation, score)),
  ]);
  const texts = [0, ...varied.map((_, i) => i + 1)];
  return table(['', ...varied, 'seeds', 'accuracy', 'macro-F1', 'weighted F1', 'ECE'], rows, texts);
}

const shown = (setting: Setting | undefined) =>
  setting === null || setting === undefined ? '–' : String(setting);

function spread(mean: RunScores, deviation: RunScores | undefined, score: keyof RunScores): string {
  const centre = (100 * mean[score]).toFixed(2);
  return deviation === undefined ? centre : `${centre} ± ${(100 * deviation[score]).toFixed(2)}`;
}

/** The values of the setting lie evenly apart, in their order: they may be names, or powers. */
function settingChart(groups: readonly SweepGroup[], name: string, score: Score) {
  const dots: Series = {
    name: 'single runs',
    points: groups.flatMap(({ runs }, i) => runs.map(({ scores }) => [i, scores[score]] as const)),
    loose: true,
    style: { ...styleOf(0), mark: styleOf(2).mark },
  };
  const means: Series = {
    name: 'mean',
    points: groups.map(({ mean }, i) => [i, mean[score]]),
    style: styleOf(0),
  };
  const several = groups.some(({ runs }) => runs.length > 1);
  return lineChart({
    width: WIDTH,
    x: {
      domain: [-0.3, groups.length - 0.7],
      title: name,
      at: groups.map((_, i) => i),
      format: (i) => shown(groups[i]?.settings[name]),
    },
    ...scoreAxis([...dots.points, ...means.points].map(([, y]) => y)),
    series: several ? [means, dots] : [means],
  });
}

function stepChart({ groups, varied }: Sweep, score: Score) {
  const series = groups.flatMap(({ runs, settings }, group) =>
    runs.map(({ name, history }, i): Series => {
      const told = varied.map((setting) => `${setting} ${shown(settings[setting])}`).join(', ');
      return {
        // Runs that differ in the seed alone look alike, and are named once.
        name: i > 0 ? undefined : told || name,
        points: history.map((step) => [step.step, step[score]]),
        style: styleOf(group),
      };
    }),
  );
  const points = series.flatMap((one) => one.points);
  return lineChart({
    width: WIDTH,
    x: { domain: [0, Math.max(...points.map(([step]) => step))], title: 'step', format: String },
    ...scoreAxis(points.map(([, y]) => y)),
    series: series.filter((one) => one.points.length > 0),
  });
}

function scoreAxis(values: readonly number[]): Pick<LineChart, 'y'> {
  const [low, high] = extent(values, 0.1);
  const domain = low === high ? ([low - 0.01, high + 0.01] as const) : ([low, high] as const);
  return { y: { domain, title: '', format: (share) => percent(share, high - low < 0.05 ? 1 : 0) } };
}
