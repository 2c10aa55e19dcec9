import { expect, test } from 'vitest';
import { heatMap } from '../../src/figure/heat-map.js';
import { lineChart } from '../../src/figure/line-chart.js';
import { styleOf } from '../../src/figure/palette.js';
import { picture } from '../../src/figure/picture.js';
import { reliabilityDiagram } from '../../src/figure/reliability-diagram.js';
import { scatter } from '../../src/figure/scatter.js';
import { fitted, textWidth } from '../../src/figure/text.js';
import { attribute, elementsOf, faultsOf, textOf } from './well-formed.js';

// Guards: every figure is well-formed, shows all that it is given, and stays in its frame.

const axis = { domain: [0, 1], title: 'share', format: String } as const;

test('a line chart has one line a series, its marks and its name', () => {
  const chart = lineChart({
    width: 300,
    x: { domain: [0, 100], title: 'step', format: String },
    y: axis,
    series: [
      {
        name: 'one <run>',
        points: [
          [0, 0],
          [100, 1],
        ],
      },
      { name: 'two', points: [[50, 0.5]], loose: true },
    ],
  });
  const source = picture(chart, 'runs', chart.content).source;
  expect(faultsOf(source)).toEqual([]);
  const lines = elementsOf(source).filter(({ tagName }) => tagName === 'polyline');
  expect(lines.map((line) => attribute(line, 'points'))).toEqual(['48 216 282 26']);
  const texts = elementsOf(source).flatMap((one) => (one.tagName === 'text' ? [textOf(one)] : []));
  expect(texts).toEqual(expect.arrayContaining(['step', 'share', 'one <run>', 'two']));
});

test('a heat map has every cell with its text, and the darkest are the largest', () => {
  const map = heatMap({
    rowTitle: 'true',
    columnTitle: 'said',
    rows: ['利空', '利好'],
    columns: ['利空', '利好'],
    cells: [
      [
        { share: 1, text: '100 %', note: '7', framed: true },
        { share: 0, text: '0 %' },
      ],
      [
        { share: 0.5, text: '50 %' },
        { share: 0.5, text: '51 %' },
      ],
    ],
  });
  const source = picture(map, 'confusion', map.content).source;
  expect(faultsOf(source)).toEqual([]);
  const cells = elementsOf(source).filter(({ tagName }) => tagName === 'rect');
  const darkness = cells.map((cell) => Number(attribute(cell, 'fill-opacity')));
  expect(darkness).toEqual([0.6, 0.04, 0.32, 0.32]);
  for (const cell of cells) {
    expect(Number(attribute(cell, 'x')) + Number(attribute(cell, 'width'))).toBeLessThanOrEqual(map.width);
    expect(Number(attribute(cell, 'y')) + Number(attribute(cell, 'height'))).toBeLessThanOrEqual(map.height);
  }
  expect(source).toContain('>7</text>');
});

test('a scatter plot has a mark for each point', () => {
  const plot = scatter({
    width: 100,
    height: 100,
    x: [0, 1],
    y: [0, 1],
    groups: [
      {
        points: [
          [0, 0],
          [1, 1],
        ],
        style: styleOf(0),
      },
      { points: [[0.5, 0.5]], style: styleOf(1) },
    ],
  });
  const source = picture(plot, 'points', plot.content).source;
  expect(faultsOf(source)).toEqual([]);
  expect(source).toContain('M8 92m');
  expect(source).toContain('M92 8m');
  expect(source).toContain('M50 50m');
});

test('a reliability diagram leaves empty bins out of the plot and counts them as nothing', () => {
  const bin = { confidence: 0.75, accuracy: 0.5, interval: [0.3, 0.7], n: 4 } as const;
  const diagram = reliabilityDiagram([{ ...bin, n: 0 }, bin]);
  const source = picture(diagram, 'reliability', diagram.content).source;
  expect(faultsOf(source)).toEqual([]);
  expect(elementsOf(source).filter(({ tagName }) => tagName === 'circle')).toHaveLength(1);
  const counts = elementsOf(source).flatMap((one) =>
    one.tagName === 'rect' ? [attribute(one, 'height')] : [],
  );
  expect(counts).toEqual(['0', '34']);
});

test('a text that does not fit is cut where a character ends', () => {
  expect(fitted('利好', 24)).toBe('利好');
  expect(fitted('涨停'.repeat(9), 60)).toBe('涨停涨停…');
  expect(textWidth(fitted('😀'.repeat(30), 60))).toBeLessThanOrEqual(60);
});
