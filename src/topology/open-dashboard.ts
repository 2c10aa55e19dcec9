import type { Codec } from '../codec/codec.js';
import { sentimentCodec, sentimentIndexCodec } from '../codec/codecs.js';
import { userPath } from '../config.js';
import { type Dashboard, serveDashboard } from '../dashboard/server.js';
import type { Followed, ModelsNow, Sources } from '../dashboard/sources.js';
import type { Logger } from '../observe/logger.js';
import { overviewOf } from '../registry/overview.js';
import { ModelRegistry } from '../registry/registry.js';
import { loadNamesBySymbol } from '../text/stock-names.js';
import { decodePoll } from './decode-poll.js';
import type { PartContext } from './part.js';
import { DEAD_LETTERS, INDEX, SCORED } from './topics.js';
import type { Topology } from './topology.js';

/** What of the dashboard's sources the run has at hand. */
export type RunningSources = Pick<Sources, 'view' | 'consumers' | 'stats' | 'model' | 'accuracy'>;

type DashboardContext = Omit<PartContext, 'report'>;

/**
 * Opens the dashboard of a topology that runs.
 *
 * @throws MoodtapeError MT_LISTEN when it cannot listen, MT_FILE or MT_CONFIG when the names cannot be read, MT_REGISTRY when
 *   the registry of models cannot be used.
 */
export async function openDashboard(
  { host, port, token, names }: NonNullable<Topology['dashboard']>,
  { scorer, models }: Pick<Topology, 'scorer' | 'models'>,
  context: DashboardContext,
  running: RunningSources,
): Promise<Dashboard> {
  const sources = await dashboardSources({ names: names ?? scorer?.names, models }, context, running);
  return serveDashboard(sources, { host, port, token, logger: context.logger });
}

/** All that a dashboard looks at. */
export async function dashboardSources(
  { names, models }: { readonly names?: string | undefined; readonly models?: Topology['models'] },
  { transport, registry, logger }: DashboardContext,
  running: RunningSources,
): Promise<Sources> {
  const modelRegistry = models && (await ModelRegistry.open(models.path));
  return {
    ...running,
    log: transport,
    scored: followed(SCORED, sentimentCodec('auto', registry), logger),
    index: followed(INDEX, sentimentIndexCodec('auto', registry), logger),
    deadLetters: DEAD_LETTERS,
    names: names === undefined ? new Map() : await loadNamesBySymbol(userPath(names)),
    models: async () => modelRegistry && modelsNow(modelRegistry),
  };
}

function followed<T>(topic: string, codec: Codec<T>, logger: Logger): Followed<T> {
  return { topic, decode: (records) => decodePoll({ records }, codec, logger) };
}

async function modelsNow(registry: ModelRegistry): Promise<ModelsNow> {
  const [state, versions, events] = await Promise.all([
    registry.state(),
    overviewOf(registry),
    registry.events(),
  ]);
  return { state, versions, events };
}
