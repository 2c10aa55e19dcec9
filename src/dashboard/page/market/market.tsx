import { IndexPanel } from '../charts/index-panel.js';
import { extentOf } from '../charts/index-plot.js';
import { useIndex } from '../charts/use-index.js';
import { words } from '../languages/words.js';
import { indexWindow } from '../settings.js';
import { Tape } from '../texts/tape.js';
import { HeatMap } from './heat-map.js';
import { Movers } from './movers.js';

/** The whole market at a glance. */
export function Market() {
  const say = words();
  const window = indexWindow.value;
  const all = useIndex({ symbol: '*', domain: 'all', window });
  const news = useIndex({ symbol: '*', domain: 'news', window });
  const forum = useIndex({ symbol: '*', domain: 'forum', window });
  const extent = extentOf([...(all ?? []), ...(news ?? []), ...(forum ?? [])]);
  return (
    <div class="market">
      <div class="indices">
        <IndexPanel name={say.all} rows={all} extent={extent} withWindows />
        <IndexPanel name={say.news} rows={news} extent={extent} />
        <IndexPanel name={say.forum} rows={forum} extent={extent} />
      </div>
      <HeatMap />
      <Movers window={window} />
      <Tape />
    </div>
  );
}
