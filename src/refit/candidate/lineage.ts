import { z } from 'zod';
import type { Bundle } from '../../model/bundle.js';

const refitSchema = z.object({ phase: z.literal('refit'), from: z.array(z.unknown()) });

/**
 * The incumbent as the provenance of its refit names it. A bundle's provenance holds that of every model before; of a long
 * line of refits only the last and the model that the line began with are kept, or it would outgrow the weights.
 */
export function withoutEarlierRefits(incumbent: Bundle): Bundle {
  const last = refitSchema.safeParse(incumbent.provenance);
  if (!last.success) return incumbent;
  const { phase, from } = last.data;
  const earlier = refitSchema.safeParse(from[0]);
  return { ...incumbent, provenance: { phase, from: earlier.success ? earlier.data.from : from } };
}
