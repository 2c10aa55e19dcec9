import { z } from 'zod';
import { COMPONENTS, topologySchema } from './topology.js';

/** The JSON Schema of a topology file: config/topology.schema.json. */
export function topologyJsonSchema(): string {
  const schema = z.toJSONSchema(topologySchema, { io: 'input', target: 'draft-07' });
  return JSON.stringify({ ...schema, title: 'moodtape topology' }, null, 2);
}

/** What the JSON Schema says of one field. */
const fieldSchema = z.looseObject({
  type: z.string().optional(),
  const: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  environment: z.string().optional(),
});
const componentSchema = z.object({
  properties: z.record(z.string(), fieldSchema),
  required: z.array(z.string()).default([]),
});

/** The reference of all components: docs/topology.md. */
export function topologyReference(): string {
  const sections = COMPONENTS.map((component) => {
    const title = component.kind === undefined ? component.key : `${component.key}: ${component.kind}`;
    return [
      `## ${title}`,
      component.summary,
      component.guarantees,
      `\`\`\`yaml\n${component.example}\`\`\``,
      fieldTable(component.fields),
    ].join('\n\n');
  });
  return [INTRODUCTION, ...sections].join('\n\n');
}

const INTRODUCTION = `# Topology files

<!-- Written by \`npm run generate\` from src/topology; change it there. -->

A topology file says what runs: where texts come from, what scores them, and what is made of the scores.
\`moodtape topology lint FILE\` names every line that is wrong, \`moodtape topology show FILE\` draws the flow, and
\`moodtape run FILE\` runs it. Editors check a file against config/topology.schema.json when its first line is
\`# yaml-language-server: $schema=../config/topology.schema.json\`.

Where a field is said more than once, the later of these counts:

1. the default
2. the profile: \`--profile production\` reads config/production.yaml, \`--profile ./desk.yaml\` a file of yours. It has the sections of
   a topology, and completes those that a topology has: \`log\`, \`registry\`, \`models\`, \`scorer\`, \`index\`, \`view\`, \`trainer\`, \`dashboard\`,
   \`metrics\`. What stands around a flow (\`log\`, \`registry\`, \`models\`, \`dashboard\`, \`metrics\`) it may also add; sections of another \`kind\` it leaves alone
3. the topology file
4. the variable in the field's row, if it is set and not empty: a list is separated by commas. \`registry\`, \`models\`, \`dashboard\` and
   \`metrics\` come to be by their variables alone
5. the option of \`moodtape run\`, for the model

A password belongs into a variable. None is ever shown: not by \`lint\`, \`show\`, a log line or an error.`;

function fieldTable(fields: z.ZodObject): string {
  const { properties, required } = componentSchema.parse(z.toJSONSchema(fields, { io: 'input' }));
  const rows = Object.entries(properties).map(([name, field]) => {
    const standard = required.includes(name) ? 'required' : inCode(field.default);
    const cells = [
      inCode(name),
      typeName(field),
      standard,
      inCode(field.environment),
      field.description ?? '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| field | type | default | variable | |', '|---|---|---|---|---|', ...rows].join('\n');
}

function typeName(field: z.infer<typeof fieldSchema>): string {
  if (field.const !== undefined) return inCode(field.const);
  return field.enum?.map(inCode).join(', ') ?? field.type ?? 'any';
}

function inCode(value: unknown): string {
  return value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
