import type { Markup } from '../../figure/markup.js';
import { labelStyle, type Style, styleOf } from '../../figure/palette.js';
import { extent } from '../../figure/scale.js';
import { type Point, scatter } from '../../figure/scatter.js';
import { percent } from '../../figure/text.js';
import type { Report } from '../report.js';
import { figure, figures, labelLegend, legend, type Part, paragraph } from './parts.js';

const SIZE = { width: 240, height: 230 };

export function clustersPart({ clusters, evaluation: { labels: labelNames } }: Report): Part {
  const { ways, labels, domains, heaviest, explained } = clusters;
  const [routed, ...alone] = ways;
  const every = ways.flatMap(({ points }) => points);
  const frame = { ...SIZE, x: extent(every.map(([x]) => x)), y: extent(every.map(([, y]) => y)) };
  const panel = (
    title: string,
    groups: readonly { points: readonly Point[]; style: Style }[],
    caption?: Markup,
  ) => figure(title, scatter({ ...frame, groups }), caption);
  const byLabel = (points: readonly Point[]) =>
    labelNames.map((_, label) => ({
      points: points.filter((_, i) => labels[i] === label),
      style: labelStyle(labelNames, label),
    }));
  // A domain looks as the expert of its name.
  const known = [...new Set([...alone.map(({ name }) => name), ...[...domains].sort()])];
  const names = known.filter((name) => domains.includes(name));
  const styleOfName = (name: string) => styleOf(known.indexOf(name));
  const namesLegend = (shown: readonly string[]) =>
    legend(shown.map((name) => ({ name, style: styleOfName(name) })));
  const byDomain = (points: readonly Point[]) =>
    names.map((name) => ({ points: points.filter((_, i) => domains[i] === name), style: styleOfName(name) }));
  const experts = alone.map(({ name, points }) => ({ points, style: styleOfName(name) }));
  const all = routed?.points ?? [];
  return {
    id: 'clusters',
    title: 'Clusters',
    lead: [
      paragraph(
        `What the head reads of ${clusters.texts.length} texts drawn at random: the mean of their last hidden states, on the two principal axes of all panels together. These show ${percent(explained[0], 0)} and ${percent(explained[1], 0)} of the variance.`,
      ),
      alone.length === 0
        ? undefined
        : paragraph('Every text also went through each expert alone, whatever the router says of it.'),
    ],
    content: [
      labelLegend(labelNames),
      figures(
        SIZE.width - 10,
        panel('As the model scores, by label', byLabel(all)),
        alone.map(({ name, points }) => panel(`Expert ${name} alone, by label`, byLabel(points))),
        names.length > 1
          ? panel('As the model scores, by domain', byDomain(all), namesLegend(names))
          : undefined,
        heaviest &&
          panel(
            'As the model scores, by the expert of most tokens',
            heaviest.names.map((_, expert) => ({
              points: all.filter((_, i) => heaviest.of[i] === expert),
              style: styleOf(expert),
            })),
            legend(heaviest.names.map((name, i) => ({ name, style: styleOf(i) }))),
          ),
        alone.length > 1
          ? panel('Each expert alone, by expert', experts, namesLegend(alone.map(({ name }) => name)))
          : undefined,
      ),
    ],
  };
}
