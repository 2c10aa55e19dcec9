import { RAW_SCHEMAS } from '../codec/codecs.js';
import { SCHEMAS } from '../codec/schemas.js';
import { type Subjects, subjectOf } from '../codec/subjects.js';
import { INDEX, MODELS, SCORED } from './topics.js';
import type { Topology } from './topology.js';

/** The subjects of a topology's topics at a schema registry. */
export function subjectsOf({ sources, scorer, index, view, trainer }: Topology): Subjects {
  const raw = sources
    .filter(({ format }) => format !== 'json')
    .map(({ topic, domain }) => [subjectOf(topic), RAW_SCHEMAS[domain]] as const);
  const scored = { [subjectOf(SCORED)]: SCHEMAS.Sentiment };
  const events = { [subjectOf(MODELS)]: SCHEMAS.ModelEvent };
  const labels = trainer && trainer.format !== 'json' && { [subjectOf(trainer.topic)]: SCHEMAS.Label };
  const rows = { [subjectOf(INDEX)]: SCHEMAS.SentimentIndex };
  return {
    writes: {
      ...(scorer?.format === 'avro' && scored),
      ...(index?.format === 'avro' && rows),
      ...(trainer?.eventFormat === 'avro' && events),
    },
    reads: {
      ...Object.fromEntries(raw),
      ...((index || view || trainer) && scored),
      ...(view && rows),
      ...labels,
    },
  };
}
