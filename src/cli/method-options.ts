import { type Command, Option } from 'commander';
import { METHODS, type Method, methodSchema } from '../training/method.js';
import { number, parsed } from './training-options.js';

/** How `train base` is told to learn. */
export interface MethodOptions {
  readonly method: Method['name'];
  readonly rank: number;
  readonly alpha: number;
  readonly promptTokens: number;
  readonly frozenLayers: number;
}

export function addMethodOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--method <name>',
        'what learns: all, low-rank adapters, the biases, vectors before the text, or the head alone',
      )
        .choices(METHODS)
        .default('full'),
    )
    .option('--rank <n>', 'rank of the adapters of lora', number, 8)
    .option('--alpha <x>', 'scale of the adapters of lora, over the rank', number, 16)
    .option('--prompt-tokens <n>', 'vectors before every text of p-tuning', number, 20)
    .option('--frozen-layers <n>', 'lowest layers that stay as they are, with the embeddings', number, 0);
}

/** @throws MoodtapeError MT_CONFIG when a number is out of range. */
export function methodOf({ method: name, ...options }: MethodOptions): Method {
  return parsed(methodSchema, { name, ...options });
}
