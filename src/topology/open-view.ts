import type { Logger } from '../observe/logger.js';
import type { View } from '../view/view.js';
import { clientLog } from './client-log.js';
import type { Topology } from './topology.js';

/** @throws MoodtapeError MT_VIEW when the view cannot be opened. */
export async function openView(view: NonNullable<Topology['view']>, logger: Logger): Promise<View> {
  switch (view.kind) {
    case 'embedded': {
      const { openEmbeddedView } = await import('../view/embedded/view.js');
      return openEmbeddedView(view.path);
    }
    case 'redis': {
      const { openRedisView } = await import('../view/redis/view.js');
      const { url, cluster, prefix } = view;
      return openRedisView({ url, cluster, prefix, onLog: clientLog(logger) });
    }
  }
}
