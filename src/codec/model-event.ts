import { z } from 'zod';

/** What may happen to a version of a model; schemas/ModelEvent.avsc says what each of them means. */
export const MODEL_EVENTS = [
  'registered',
  'promoted',
  'rejected',
  'rolledBack',
  'canary',
  'shadow',
  'trialEnded',
  'collected',
] as const;

/** A step in the life of a model: an entry of a registry's journal and the value of `models` (schemas/ModelEvent.avsc). */
export const modelEventSchema = z.object({
  /** Place in the journal, from 1. */
  seq: z.number().int().positive(),
  event: z.enum(MODEL_EVENTS),
  /** Name of the model. */
  model: z.string(),
  /** Content hash of the bundle that the event is about. */
  version: z.string().min(1),
  /** Version that was live when it happened. */
  previous: z.string().nullable(),
  /** Milliseconds since the epoch. */
  at: z.number().int(),
  /** Why: the gate's verdict, or the words of the person who did it. */
  reason: z.string().nullable(),
  /** Share of the texts that a trial takes, above 0 and at most 1; null for other events. */
  share: z.number().positive().max(1).nullable(),
  /** What the decision rests on, by name. */
  metrics: z.record(z.string(), z.number()).readonly(),
});

export type ModelEvent = Readonly<z.infer<typeof modelEventSchema>>;
