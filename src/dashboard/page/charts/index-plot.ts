import uPlot from 'uplot';
import type { IndexRow } from '../../api/answers.js';
import { dateTime, signed, TIME_ZONE } from '../format.js';
import type { Size } from './use-size.js';

/** Bounds of the means that a chart shows; charts side by side share them. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

/** Bounds of all these rows with zero and some air. */
export function extentOf(rows: readonly IndexRow[]): Extent {
  const means = rows.map(({ mean }) => mean);
  return { least: Math.min(-0.1, ...means), most: Math.max(0.1, ...means) };
}

/** Parts of the height: bars of volume stand below the line of means. */
const VOLUME_PART = 0.24;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Steps of the time axis. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28, 84].map((days) => days * DAY_MS),
];

/** Time, then the texts as bars that stand behind each other (all, all but bullish, bearish), then the mean. */
export function plotData(rows: readonly IndexRow[]): uPlot.AlignedData {
  return [
    rows.map(({ start }) => start),
    rows.map(({ count }) => count),
    rows.map(({ bearish, neutral }) => bearish + neutral),
    rows.map(({ bearish }) => bearish),
    rows.map(({ mean }) => mean),
  ];
}

/**
 * The chart of an index over time: its mean as a line that changes its colour at zero, and its texts as bars.
 *
 * @param extent asked each time the chart is drawn
 * @param onPoint called with the place of the row under the cursor
 */
export function plotOptions(
  { width, height }: Size,
  extent: () => Extent,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const colour = colourReader();
  const axis = { stroke: colour('muted'), font: `11px ${colour('font')}`, ticks: { show: false } };
  const shown = (_: uPlot, splits: number[]) =>
    splits.map((value) => (value < extent().least - 0.05 ? null : value));
  const bars = uPlot.paths.bars?.({ size: [0.8, 16] });
  const volume = (name: string): uPlot.Series => ({
    scale: 'count',
    fill: colour(name),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  return {
    width,
    height,
    ms: 1,
    tzDate: (ms) => uPlot.tzDate(new Date(ms), TIME_ZONE),
    padding: [8, 0, 0, 22],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: 'index' },
      points: { show: false },
    },
    scales: {
      count: { range: (_, _least, most) => [0, Math.max(1, most) / VOLUME_PART] },
      mean: { range: () => aboveVolume(extent()) },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, gap: 6, space: 64, incrs: TIME_STEPS, values: timeLabels },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1, filter: shown },
        filter: shown,
        scale: 'mean',
        side: 1,
        size: 42,
        gap: 6,
        space: 30,
        values: (_, splits) => splits.map((value) => (value === null ? '' : signed(value, 1))),
        incrs: [0.1, 0.2, 0.5, 1],
      },
    ],
    series: [
      {},
      volume('bar-rise'),
      volume('bar-neutral'),
      volume('bar-fall'),
      {
        scale: 'mean',
        width: 1.5,
        stroke: bySign(colour('rise'), colour('fall')),
        fill: bySign(`${colour('rise')}1f`, `${colour('fall')}1f`),
        points: { size: 4, fill: colour('ink'), width: 0 },
      },
    ],
    hooks: {
      drawAxes: [zeroLine(colour('axis'))],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
    },
  };
}

/** Leaves the lowest part of the chart to the bars. */
function aboveVolume({ least, most }: Extent): [number, number] {
  const air = 0.06 * (most - least);
  const height = (most - least + 2 * air) / (1 - VOLUME_PART);
  return [most + air - height, most + air];
}

/** One colour above zero and another below. */
function bySign(rise: string, fall: string) {
  return (plot: uPlot): CanvasGradient | string => {
    const { top, height } = plot.bbox;
    const zero = (plot.valToPos(0, 'mean', true) - top) / height;
    if (!Number.isFinite(zero)) return rise;
    const border = Math.min(1, Math.max(0, zero));
    const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
    gradient.addColorStop(0, rise);
    gradient.addColorStop(border, rise);
    gradient.addColorStop(border, fall);
    gradient.addColorStop(1, fall);
    return gradient;
  };
}

function zeroLine(colour: string) {
  return ({ ctx, bbox, valToPos }: uPlot): void => {
    const y = Math.round(valToPos(0, 'mean', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  };
}

function timeLabels(_: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  return splits.map((ms) => (step < DAY_MS ? dateTime(ms).slice(11, 16) : dateTime(ms).slice(5, 10)));
}

/** Reads the style sheet's colours as they are now. */
function colourReader(): (name: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}
