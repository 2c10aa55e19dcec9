import { z } from 'zod';
import { MODEL_EVENTS, modelEventSchema } from '../../codec/model-event.js';
import { sentimentIndexSchema, sentimentSchema } from '../../codec/sentiment.js';

// What the API answers; the page and the OpenAPI document know it from here. Times are milliseconds since the epoch.

export const textSchema = sentimentSchema.meta({ id: 'Text' });
export type Text = z.infer<typeof textSchema>;

export const indexRowSchema = sentimentIndexSchema.meta({ id: 'IndexRow' });
export type IndexRow = z.infer<typeof indexRowSchema>;

/** Codes are those of src/errors.ts. */
export const failureSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }) })
  .meta({ id: 'Failure' });
export type Failure = z.infer<typeof failureSchema>;

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    /** Of moodtape. */
    version: z.string(),
    startedAt: z.number(),
    /** The model that scores here; null where there is no scorer. */
    model: z.object({ name: z.string(), version: z.string() }).nullable(),
    /** What is wrong, in words; empty while all is well. */
    problems: z.array(z.string()),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

export const symbolSchema = z
  .object({
    symbol: z.string(),
    /** From the list of names, where there is one that knows the symbol. */
    name: z.string().nullable(),
    /** Scored texts so far. */
    count: z.number().int(),
    /** Their mean score, from −1 to 1. */
    mean: z.number(),
    last: textSchema,
  })
  .meta({ id: 'Symbol' });
export type SymbolRow = z.infer<typeof symbolSchema>;

/** Those with most texts first. */
export const symbolsSchema = z.object({ symbols: z.array(symbolSchema) }).meta({ id: 'Symbols' });
export type Symbols = z.infer<typeof symbolsSchema>;

export const textsSchema = z
  .object({
    /** Newest first. They may be few, or none, although there are more: a request reads a bounded number of texts. */
    texts: z.array(textSchema),
    /** Give it as `before` to go on from here; null at the end. */
    next: z.string().nullable(),
  })
  .meta({ id: 'Texts' });
export type Texts = z.infer<typeof textsSchema>;

/** Oldest first. */
export const indexSchema = z.object({ rows: z.array(indexRowSchema) }).meta({ id: 'Index' });
export type Index = z.infer<typeof indexSchema>;

export const moverSchema = z
  .object({
    symbol: z.string(),
    name: z.string().nullable(),
    /** Mean score of the window, and of the last one before it in which the symbol had texts. */
    mean: z.number(),
    before: z.number(),
    /** `mean` − `before`. */
    change: z.number(),
    /** Texts in the window. */
    count: z.number().int(),
  })
  .meta({ id: 'Mover' });
export type Mover = z.infer<typeof moverSchema>;

export const moversSchema = z
  .object({
    /** Start of the newest window; null while there is none. */
    at: z.number().nullable(),
    /** The greatest change first. */
    risers: z.array(moverSchema),
    fallers: z.array(moverSchema),
  })
  .meta({ id: 'Movers' });
export type Movers = z.infer<typeof moversSchema>;

/** Mean weight by the name of the expert. */
const weightsSchema = z.record(z.string(), z.number());

export const expertsSchema = z
  .object({
    /** Over how many texts. */
    texts: z.number().int(),
    /** By `news`, `forum`; a domain or label without texts is left out. */
    byDomain: z.record(z.string(), weightsSchema),
    /** By 利空, 中性, 利好. */
    byLabel: z.record(z.string(), weightsSchema),
  })
  .meta({ id: 'Experts' });
export type Experts = z.infer<typeof expertsSchema>;

export const modelEventAnswerSchema = modelEventSchema
  .extend({ event: z.enum(MODEL_EVENTS), metrics: z.record(z.string(), z.number()) })
  .meta({ id: 'ModelEvent' });
export type ModelEventAnswer = z.infer<typeof modelEventAnswerSchema>;

export const modelVersionSchema = z
  .object({
    version: z.string(),
    /** Name of the model. */
    model: z.string(),
    /** `live`, `previous`, `canary`, `shadow`. */
    aliases: z.array(z.string()).readonly(),
    /** Share of the texts while it is on trial. */
    share: z.number().nullable(),
    registeredAt: z.number(),
    /** What last happened to it since. */
    decision: modelEventAnswerSchema.nullable(),
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.infer<typeof modelVersionSchema>;

export const modelsSchema = z
  .object({
    live: z.string().nullable(),
    /** What a rollback brings back. */
    previous: z.string().nullable(),
    trial: z
      .object({ kind: z.enum(['canary', 'shadow']), version: z.string(), share: z.number() })
      .nullable(),
    /** Newest first. */
    versions: z.array(modelVersionSchema),
    /** Newest first. */
    events: z.array(modelEventAnswerSchema),
    /** Of the live version, by the labels that came lately; null where no trainer is told labels. */
    accuracy: z
      .object({
        /** Labels that it was compared with. */
        labels: z.number().int(),
        /** Share of them that it had right, before it learned from them. */
        accuracy: z.number(),
        /** Its accuracy − that of the version before, since it went live; null while they have not been compared. */
        difference: z.number().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Models' });
export type Models = z.infer<typeof modelsSchema>;

export const pipelineSchema = z
  .object({
    /** How far each consumer group is: the next offset that it reads, and the end of the partition. */
    lag: z.array(
      z.object({
        group: z.string(),
        topic: z.string(),
        partition: z.number().int(),
        committed: z.number().int(),
        end: z.number().int(),
      }),
    ),
    /** Of this process, over the last minute. */
    textsPerSecond: z.number(),
    /** From a record's poll to its commit, over the last minute; null while nothing has been scored. */
    p50Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    /** Of this process, since it started. */
    scored: z.number().int(),
    /** Of `scored`: those that the model did not have to read again. */
    cached: z.number().int(),
    deadLettered: z.number().int(),
    /** How many batches had up to `texts` texts, and more than the entry before. */
    batches: z.array(z.object({ texts: z.number().int(), count: z.number().int() })).readonly(),
    /** The last dead letters of the log, newest first. */
    recentFailures: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        at: z.number(),
        /** Where the record came from: `<topic>/<partition>/<offset>`. */
        source: z.string(),
      }),
    ),
  })
  .meta({ id: 'Pipeline' });
export type Pipeline = z.infer<typeof pipelineSchema>;
