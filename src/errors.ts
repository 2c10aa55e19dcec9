/** Every error that moodtape raises, in one place: the code, what it means, and the way out. */

export const ERRORS = {
  // configuration and command line
  MT_CONFIG: { means: 'a setting is missing or wrong', remedy: 'correct the setting that the message names' },
  MT_TOPOLOGY: {
    means: 'a topology file is not valid',
    remedy: 'run `moodtape topology lint FILE`; it names every line that is wrong',
  },
  MT_INTERNAL: {
    means: 'moodtape itself has a fault',
    remedy: 'run it again with --log-level debug and report what it prints',
  },
  MT_INTERRUPTED: {
    means: 'the work was stopped before its end',
    remedy: 'run the same command again; it goes on where it stopped',
  },
  MT_FILE: { means: 'a file cannot be read or written', remedy: 'check the path and its permissions' },
  MT_OUTPUT: {
    means: 'an output file does not belong to this input',
    remedy: 'give another --out, or start over with --force',
  },

  // decoding a record
  MT_JSON: {
    means: 'the value is not valid JSON',
    remedy: 'the producer must write one JSON object a record',
  },
  MT_AVRO: {
    means: 'the value does not follow its Avro schema',
    remedy: 'compare the producer’s schema with schemas/',
  },
  MT_SCHEMA_ID: {
    means: 'the schema id in the Confluent header is unknown',
    remedy: 'register the schema, or point moodtape at the registry that knows it',
  },
  MT_ENCODING: { means: 'the value is not valid UTF-8', remedy: 'the producer must write UTF-8' },
  MT_RECORD: {
    means: 'the record lacks a field, or a field has the wrong type',
    remedy: 'compare the record with the schemas in schemas/',
  },
  MT_TIME: {
    means: 'the publication time cannot be read',
    remedy: 'write ISO 8601, `YYYY-MM-DD HH:mm:ss` (Shanghai time) or unix seconds',
  },
  MT_EMPTY_TEXT: {
    means: 'no text is left after normalising',
    remedy: 'nothing to do: the record has no words',
  },

  // the schema registry
  MT_SCHEMA: {
    means: 'incompatible schema: a topic’s records and ours do not go together',
    remedy: 'compare schemas/ with the latest schema of the subject that the message names',
  },
  MT_SCHEMA_REGISTRY: {
    means: 'the schema registry cannot be reached, or refuses',
    remedy: 'check its address, its state and the credentials',
  },

  // model and inference
  MT_BUNDLE: {
    means: 'a model bundle is incomplete or damaged',
    remedy: 'make the bundle again, or restore it',
  },
  MT_CHECKPOINT: {
    means: 'a checkpoint cannot be imported',
    remedy: 'give a Hugging Face folder with config.json, tokenizer.json and model.safetensors',
  },
  MT_DEVICE: { means: 'the device cannot run the model', remedy: 'choose another `device`, or `auto`' },
  MT_INFERENCE: { means: 'the model failed on this text', remedy: 'report the text: it should not happen' },

  // the registry of models
  MT_CONFLICT: {
    means: 'a decision about a model does not fit what is live or on trial by now',
    remedy: 'look at `moodtape models list` and decide again',
  },
  MT_REGISTRY: {
    means: 'the registry of models cannot be used, or lacks a version',
    remedy: 'check the folder and its permissions; `moodtape models list` shows the versions that there are',
  },

  // training
  MT_DATA: {
    means: 'a data set cannot be read',
    remedy: 'the file needs the columns id, text, label (and domain)',
  },
  MT_LABELS: {
    means: 'the folder of the labels cannot be used',
    remedy: 'check the folder, its permissions and its disk',
  },
  MT_BACKEND: { means: 'no training backend can be loaded', remedy: 'reinstall the dependencies' },
  MT_TRAINING: { means: 'training cannot go on', remedy: 'see the message' },
  MT_LLM: {
    means: 'a chat endpoint cannot be reached, or refuses',
    remedy: 'check its URL, its state and MOODTAPE_LLM_KEY, then run it again: answers so far are kept',
  },

  // the log and the view
  MT_TRANSPORT: { means: 'the log refused an operation', remedy: 'see the message; the input is not lost' },
  MT_FENCED: {
    means: 'another consumer has taken over this partition',
    remedy: 'nothing to do: the other consumer goes on from the last commit',
  },
  MT_VIEW: {
    means: 'the view refused an operation',
    remedy: 'see the message; the view catches up by itself',
  },

  // benchmarks
  MT_PEER: {
    means: 'what a benchmark measures against is not there',
    remedy: 'install it: npm install --no-save @huggingface/transformers@4',
  },

  // serving over HTTP
  MT_LISTEN: {
    means: 'an address cannot be listened on',
    remedy: 'choose another port (0 for any free one), or another host',
  },
  MT_REQUEST: {
    means: 'a request is not one that the dashboard answers',
    remedy: 'compare it with /api/openapi.json',
  },
  MT_ACCESS: {
    means: 'a client may not see the dashboard',
    remedy:
      'send the token of the dashboard, as `Authorization: Bearer TOKEN` or, for the page, as /?token=TOKEN',
  },
  MT_BUSY: {
    means: 'the dashboard is asked for more than it gives at a time',
    remedy: 'try again after the seconds that Retry-After names',
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error that a user may meet. `message` says what was wrong and where; `remedy` is the way out. */
export class MoodtapeError extends Error {
  override readonly name = 'MoodtapeError';
  readonly remedy: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; remedy?: string },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options?.remedy ?? ERRORS[code].remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What lies behind fetch's “fetch failed”. */
export function fetchFailure(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return messageOf(error);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

/** `error` itself when it is a MoodtapeError, else a MoodtapeError of `code` that wraps it. */
export function asMoodtapeError(error: unknown, code: ErrorCode): MoodtapeError {
  return error instanceof MoodtapeError ? error : new MoodtapeError(code, messageOf(error), { cause: error });
}
