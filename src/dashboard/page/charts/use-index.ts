import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { IndexRow } from '../../api/answers.js';
import { onRow } from '../live.js';
import { withRows } from '../newest.js';
import { perFrame } from '../per-frame.js';
import { useSnapshot } from '../use-answer.js';

/** Windows that a chart shows. */
const MOST = 240;

/** Rows of an index, oldest first, kept up to date by the stream; undefined until they are known. */
export function useIndex(
  series: Pick<IndexRow, 'symbol' | 'domain' | 'window'>,
): readonly IndexRow[] | undefined {
  const { symbol, domain, window } = series;
  const { answer } = useSnapshot('index', { symbol, domain, window, limit: MOST });
  const arrived = useSignal<readonly IndexRow[]>([]);
  useEffect(() => {
    arrived.value = [];
    const take = perFrame<IndexRow>({ most: 4 * MOST }, (rows) => {
      arrived.value = withRows(arrived.value, rows, MOST);
    });
    return onRow((row) => {
      if (row.symbol === symbol && row.domain === domain && row.window === window) take(row);
    });
  }, [symbol, domain, window]);
  return useMemo(() => answer && withRows(answer.rows, arrived.value, MOST), [answer, arrived.value]);
}
