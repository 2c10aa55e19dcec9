import { z } from 'zod';
import { parsePublicationTime } from '../text/publication-time.js';
import type { Codec } from './codec.js';
import { checked, requireValue } from './record.js';
import { DOMAINS, type Domain, LABELS, type Label } from './sentiment.js';

/** A text and the label that someone gave it: the value of the topic `labels`. */
export interface LabelledText {
  readonly id: string;
  readonly text: string;
  readonly domain: Domain;
  readonly label: Label;
  /** Milliseconds since the epoch. */
  readonly labelledAt: number;
  readonly annotator?: string;
}

const labelSchema = z.object({
  id: z.string().min(1),
  text: z.string(),
  domain: z.enum(DOMAINS),
  label: z.enum(LABELS),
  labelledAt: z.union([z.string(), z.number()]),
  annotator: z.string().nullish(),
});

/**
 * Reads a label (schemas/Label.avsc).
 *
 * @throws MoodtapeError with one of the codes of `Codec.decode`.
 */
export function decodeLabel(value: Uint8Array | null, codec: Codec): LabelledText {
  const { annotator, labelledAt, ...label } = checked(labelSchema, codec.decode(requireValue(value)));
  return {
    ...label,
    labelledAt: parsePublicationTime(labelledAt),
    ...(annotator ? { annotator } : {}),
  };
}
