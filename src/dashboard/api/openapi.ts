import { z } from 'zod';
import { packageVersion } from '../../config.js';
import * as answers from './answers.js';
import type { Endpoint } from './endpoint.js';

/** What an OpenAPI document says of a path. */
export type PathItem = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the endpoints, whose schemas are JSON Schema as they are; `others` are paths beside them. */
export function openApiDocument(
  endpoints: readonly Endpoint[],
  others: Readonly<Record<string, PathItem>> = {},
) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'moodtape',
      version: packageVersion(),
      description: 'What the market feels. Times are milliseconds since the epoch.',
    },
    paths: { ...Object.fromEntries(endpoints.map((one) => [one.path, pathItem(one)])), ...others },
    components: { schemas: componentSchemas() },
  };
}

function pathItem({ path, summary, input, output }: Endpoint): PathItem {
  return {
    get: {
      summary,
      parameters: parametersOf(input, path),
      responses: { 200: content(summary, output), default: FAILURE },
    },
  };
}

/** Each field of `input`: in the path when that names it, else in the query. */
export function parametersOf(input: z.ZodObject, path: string) {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: path.includes(`{${name}}`) ? 'path' : 'query',
    required: required.includes(name),
    schema,
  }));
}

function content(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema: { $ref: reference(schema.meta()?.id) } } } };
}

export const FAILURE = content('What was wrong, and the way out', answers.failureSchema);

function componentSchemas() {
  const named = z.registry<{ id: string }>();
  for (const schema of Object.values(answers)) {
    const { id } = schema.meta() ?? {};
    if (id !== undefined) named.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(named, { uri: reference });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
  );
}

function reference(id: string | undefined): string {
  return `#/components/schemas/${id}`;
}
