import { type Command, Option } from 'commander';
import { METHODS, type Method, type MethodName } from '../training/method.js';
import { number } from './training-options.js';

/** How `train base` is told to learn. */
export interface MethodOptions {
  readonly method: MethodName;
  readonly rank: number;
  readonly alpha: number;
  readonly frozenLayers: number;
  readonly promptTokens: number;
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

export function methodOf({ method: name, ...options }: MethodOptions): Method {
  const { rank, alpha, promptTokens: tokens, frozenLayers } = options;
  if (name === 'lora') return { name, rank, alpha, frozenLayers };
  if (name === 'p-tuning') return { name, tokens };
  return name === 'probe' ? { name } : { name, frozenLayers };
}
