import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { lastValueFrom } from 'rxjs';
import { resolveSettings } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { AnswerFile } from '../llm/answer-file.js';
import type { Respondent } from '../llm/ask.js';
import { ChatEndpoint } from '../llm/chat-endpoint.js';

/** What a command is told that may ask a chat model. */
export interface LlmOptions {
  readonly llm?: string;
  readonly llmModel?: string;
  readonly llmConcurrency: number;
  readonly llmTimeout: number;
  readonly llmCache?: string;
}

/** Adds `--llm` and what goes with it. */
export function addLlmOptions(command: Command, purpose: string): Command {
  return command
    .option('--llm <url>', `${purpose}: the URL that /chat/completions follows (key: MOODTAPE_LLM_KEY)`)
    .option('--llm-model <name>', 'model of the endpoint (default: the only one that it offers)')
    .option('--llm-concurrency <n>', 'requests at one time', positive, 4)
    .option('--llm-timeout <seconds>', 'longest wait for an answer', positive, 120)
    .addOption(
      new Option('--llm-cache <file>', 'file of the answers so far (default: one a model, in .moodtape/llm)'),
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value >= 1) || !Number.isInteger(value)) throw new InvalidArgumentError('not a whole number from 1');
  return value;
}

/** The model that the options name. @throws MoodtapeError MT_LLM when the endpoint fails, MT_CONFIG, MT_FILE. */
export async function openRespondent(url: string, options: LlmOptions): Promise<Respondent> {
  const key = process.env.MOODTAPE_LLM_KEY || undefined;
  const endpoint = new ChatEndpoint({ url, key, timeoutMs: 1000 * options.llmTimeout });
  const model = options.llmModel ?? (await onlyModel(endpoint));
  const { home } = resolveSettings();
  const file = options.llmCache ?? join(home, 'llm', `${model.replace(/[^\w.-]+/g, '_')}.ndjson`);
  return { endpoint, model, answers: await AnswerFile.open(file), concurrency: options.llmConcurrency };
}

async function onlyModel(endpoint: ChatEndpoint): Promise<string> {
  const [only, ...others] = await lastValueFrom(endpoint.models());
  if (only !== undefined && others.length === 0) return only;
  const offer = only === undefined ? 'no model' : [only, ...others].join(', ');
  throw new MoodtapeError('MT_CONFIG', `the chat endpoint at ${endpoint.address} offers ${offer}`, {
    remedy: 'name one with --llm-model',
  });
}
