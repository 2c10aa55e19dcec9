import type { z } from 'zod';

/** What a part of a topology is: the one declaration behind its validation, lint, JSON Schema and documentation. */
export interface Component<Fields extends z.ZodObject = z.ZodObject> {
  /** Key in the topology file. */
  readonly key: string;
  /** What tells apart components under one key; none where there is only one. */
  readonly kind?: string;
  readonly summary: string;
  /** What a user may rely on. */
  readonly guarantees: string;
  /** YAML, as it stands in a topology file. */
  readonly example: string;
  /** Not of the flow but around it: a profile or a variable may add it to any topology. */
  readonly ambient?: true;
  readonly fields: Fields;
}
