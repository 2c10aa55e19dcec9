import { type Command, Option } from 'commander';
import { type FfnExpertsSpec, ffnExpertsSpecSchema, type ModelSpec } from '../model/spec.js';
import { number, numbers, parsed } from './training-options.js';

/** How `train base` is told of feed-forward experts. */
export interface FfnExpertOptions {
  /** Experts in a layer; none when left out. */
  readonly ffnExperts?: number;
  readonly ffnLayers?: readonly number[];
  readonly ffnTopK: number;
  readonly ffnKind: FfnExpertsSpec['kind'];
  readonly ffnWidth?: number;
}

export function addFfnExpertOptions(command: Command): Command {
  return command
    .option('--ffn-experts <n>', 'experts to put in the place of a layer’s feed-forward network', number)
    .option('--ffn-layers <n...>', 'layers that get experts, from 0 (default: all)', numbers)
    .option('--ffn-top-k <n>', 'experts that compute for a token', number, 1)
    .addOption(
      new Option('--ffn-kind <kind>', 'experts with the gate inside, or feed-forward networks as they are')
        .choices(ffnExpertsSpecSchema.shape.kind.options)
        .default('gated'),
    )
    .option('--ffn-width <n>', 'neurons that an expert takes of the network (default: all, a copy)', number);
}

/**
 * The experts that a model of `encoder` gets; undefined where none are asked for.
 *
 * @throws MoodtapeError MT_CONFIG when a number is out of range.
 */
export function wantedFfnExperts(
  options: FfnExpertOptions,
  { encoder }: ModelSpec,
): FfnExpertsSpec | undefined {
  const { ffnExperts: count, ffnLayers, ffnTopK: topK, ffnKind: kind, ffnWidth } = options;
  if (count === undefined) return undefined;
  const all = Array.from({ length: encoder.layers }, (_, layer) => layer);
  const layers = ffnLayers?.toSorted((a, b) => a - b) ?? all;
  return parsed(ffnExpertsSpecSchema, { kind, layers, count, topK, width: ffnWidth ?? encoder.intermediate });
}
