import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { IndexRow } from '../../api/answers.js';
import { signed, whole, windowStart } from '../format.js';
import { words } from '../languages/words.js';
import { colours } from '../settings.js';
import { type Extent, plotData, plotOptions } from './index-plot.js';
import { useSize } from './use-size.js';

interface Props {
  readonly name: string;
  /** Oldest first; one at least. */
  readonly rows: readonly IndexRow[];
  readonly extent: Extent;
  /** Called with the row that the reader points at, and with undefined when they leave. */
  readonly onPoint: (row: IndexRow | undefined) => void;
  /** Called with the row that the reader clicks on, or presses Enter at. */
  readonly onChoose?: (row: IndexRow) => void;
}

/** An index over time. For the keyboard and for screen readers it is a slider over its windows. */
export function IndexChart(props: Props) {
  const { name, rows, extent, onChoose } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(props);
  latest.current = props;
  const size = useSize(box);
  const look = colours.value;
  const pointed = useSignal<number | undefined>(undefined);

  useEffect(() => {
    if (box.current === null || size === undefined) return;
    const pointAt = (index: number | undefined) => {
      pointed.value = index;
      latest.current.onPoint(index === undefined ? undefined : latest.current.rows[index]);
    };
    const options = plotOptions(size, () => latest.current.extent, pointAt);
    const drawn = new uPlot(options, plotData(latest.current.rows), box.current);
    plot.current = drawn;
    return () => drawn.destroy();
  }, [size === undefined, look]);
  useEffect(() => size && plot.current?.setSize(size), [size]);
  useEffect(() => plot.current?.setData(plotData(rows)), [rows, extent.least, extent.most]);

  const moveTo = (index: number) => {
    const drawn = plot.current;
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (drawn && row) drawn.setCursor({ left: drawn.valToPos(row.start, 'x'), top: 0 });
  };
  const last = rows.length - 1;
  const at = pointed.value ?? last;
  const row = rows[at];
  const choose = () => row && onChoose?.(row);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => moveTo(at - 1),
    ArrowRight: () => moveTo(at + 1),
    Home: () => moveTo(0),
    End: () => moveTo(last),
    Enter: choose,
  };
  return (
    <div
      ref={box}
      class={onChoose ? 'chart choosable' : 'chart'}
      role="slider"
      tabIndex={0}
      aria-label={words().indexOf(name)}
      aria-description={words().arrowsMove}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={at}
      aria-valuetext={row && rowInWords(row)}
      onClick={choose}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (act === undefined) return;
        event.preventDefault();
        act();
      }}
    />
  );
}

function rowInWords({ start, window, mean, count }: IndexRow): string {
  return `${windowStart(start, window)}: ${signed(mean)}, ${words().count(whole(count))}`;
}
