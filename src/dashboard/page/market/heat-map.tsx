import { useRef } from 'preact/hooks';
import type { SymbolRow } from '../../api/answers.js';
import { type Rectangle, treemap } from '../charts/treemap.js';
import { type Size, useSize } from '../charts/use-size.js';
import { signed, whole } from '../format.js';
import { words } from '../languages/words.js';
import { symbols } from '../names.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { directionOf } from '../parts/signed.js';
import { hashOf } from '../route.js';
import { visibleText } from '../visible-text.js';

/** Square pixels for each tile: more than these, and names would not fit. */
const AREA_PER_TILE = 3_600;
/** The mean that has the full colour. */
const FULL_HEAT = 0.8;

/** Symbols as tiles: the larger, the more texts; the more colour, the further from neutral. */
export function HeatMap() {
  const say = words();
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  return (
    <Panel class="heat" title={say.heatMap} note={say.heatMapNote} tools={<Scale />}>
      {symbols.value.length === 0 && <Empty>{say.nothingYet}</Empty>}
      <div ref={box} class="tiles">
        {size && <Tiles size={size} rows={symbols.value} />}
      </div>
    </Panel>
  );
}

function Tiles({
  size: { width, height },
  rows,
}: {
  readonly size: Size;
  readonly rows: readonly SymbolRow[];
}) {
  const shown = rows.slice(0, Math.ceil((width * height) / AREA_PER_TILE));
  const places = treemap(
    shown.map(({ count }) => count),
    width,
    height,
  );
  return shown.map((row, i) => {
    const place = places[i];
    return place && <Tile key={row.symbol} row={row} place={place} />;
  });
}

function Tile({
  row: { symbol, name, count, mean },
  place,
}: {
  readonly row: SymbolRow;
  readonly place: Rectangle;
}) {
  const { left, top, width, height } = place;
  const shown = visibleText(name ?? symbol);
  const hasName = width > 34 && height > 20;
  const hasMean = width > 46 && height > 36;
  const rank = width < 72 ? 'small' : width * height > 16_000 ? 'large' : '';
  return (
    <a
      class={`tile ${directionOf(mean)} ${rank}`}
      href={hashOf({ page: 'symbol', symbol })}
      aria-label={`${shown} ${signed(mean)}, ${words().count(whole(count))}`}
      title={`${shown} ${visibleText(symbol)} ${signed(mean)} · ${words().count(whole(count))}`}
      style={{ left, top, width, height, '--heat': Math.min(1, Math.abs(mean) / FULL_HEAT) }}
    >
      {hasName && <bdi>{shown}</bdi>}
      {hasMean && <span>{signed(mean)}</span>}
    </a>
  );
}

/** What the colours stand for. */
function Scale() {
  return (
    <span class="scale" aria-hidden="true">
      {signed(-FULL_HEAT, 1)}
      <i />
      {signed(FULL_HEAT, 1)}
    </span>
  );
}
