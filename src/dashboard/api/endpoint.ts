import type { z } from 'zod';
import { Refusal } from '../refusal.js';

/** One address of the API: what it may be asked, and what it answers. */
export interface Endpoint {
  /** With the names of parameters in braces. */
  readonly path: string;
  /** One line of the OpenAPI document. */
  readonly summary: string;
  /** Of the parameters in path and query together. */
  readonly input: z.ZodObject;
  /** Of the answer's JSON. */
  readonly output: z.ZodType;
  /** Throws a refusal when the parameters are not what `input` says. */
  answer(parameters: Readonly<Record<string, string>>): Promise<unknown>;
}

interface Definition<Input extends z.ZodObject, Output extends z.ZodType> {
  readonly path: string;
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  answer(input: z.output<Input>): Promise<z.output<Output>>;
}

/** Parameters of other names are refused: a filter that is misspelt would have another question answered. */
export function endpoint<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Definition<Input, Output>,
): Endpoint {
  return {
    ...definition,
    answer: (parameters) => definition.answer(parsed(definition.input, parameters)),
  };
}

/** What a request says, checked. */
export function parsed<Input extends z.ZodObject>(input: Input, parameters: unknown): z.output<Input> {
  const result = input.safeParse(parameters);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new Refusal(400, 'MT_REQUEST', problems.join('; '));
}
