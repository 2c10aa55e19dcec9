import { ConfluentRegistry } from '../codec/confluent-registry.js';
import type { Subjects } from '../codec/subjects.js';
import type { Logger } from '../observe/logger.js';
import type { Topology } from './topology.js';

/** @throws MoodtapeError MT_SCHEMA when its schemas do not go with ours, MT_SCHEMA_REGISTRY when it cannot be reached. */
export function openRegistry(
  { url, username, password }: NonNullable<Topology['registry']>,
  subjects: Subjects,
  logger: Logger,
): Promise<ConfluentRegistry> {
  return ConfluentRegistry.connect(
    {
      url,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      onAway: ({ code, message }) =>
        logger.warn({ code, message }, 'the schema registry is away; texts of a new schema wait for it'),
    },
    subjects,
  );
}
