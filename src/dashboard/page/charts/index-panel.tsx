import { useSignal } from '@preact/signals';
import type { IndexRow } from '../../api/answers.js';
import { whole, windowStart } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Signed } from '../parts/signed.js';
import { IndexChart } from './index-chart.js';
import { type Extent, extentOf } from './index-plot.js';
import { IndexTable } from './index-table.js';
import { WindowSwitch } from './window-switch.js';

interface Props {
  readonly name: string;
  /** Oldest first; undefined until they are known. */
  readonly rows: readonly IndexRow[] | undefined;
  readonly extent?: Extent;
  /** With the switch of the windows' length, which holds for all charts. */
  readonly withWindows?: boolean;
  readonly onChoose?: (row: IndexRow) => void;
}

/** An index as a chart or as a table, headed by the window that the reader points at, else by the newest. */
export function IndexPanel({ name, rows, extent, withWindows, onChoose }: Props) {
  const say = words();
  const pointed = useSignal<number | undefined>(undefined);
  const asTable = useSignal(false);
  const row = rows?.find(({ start }) => start === pointed.value) ?? rows?.at(-1);
  const hasRows = rows !== undefined && rows.length > 0;
  const tools = (
    <>
      <button
        type="button"
        class="quiet"
        aria-pressed={asTable.value}
        onClick={() => {
          asTable.value = !asTable.value;
        }}
      >
        {say.asTable}
      </button>
      {withWindows && <WindowSwitch />}
    </>
  );
  return (
    <Panel title={name} note={row && <Reading row={row} />} tools={tools}>
      {rows?.length === 0 && <Empty>{say.nothingInWindow}</Empty>}
      {hasRows && asTable.value && <IndexTable name={name} rows={rows} />}
      {hasRows && !asTable.value && (
        <IndexChart
          name={name}
          rows={rows}
          extent={extent ?? extentOf(rows)}
          onPoint={(at) => {
            pointed.value = at?.start;
          }}
          {...(onChoose && { onChoose })}
        />
      )}
    </Panel>
  );
}

function Reading({ row: { mean, count, start, window } }: { readonly row: IndexRow }) {
  return (
    <span class="reading">
      <Signed value={mean} digits={3} />
      <span>{words().count(whole(count))}</span>
      <time dateTime={new Date(start).toISOString()}>{windowStart(start, window)}</time>
    </span>
  );
}
