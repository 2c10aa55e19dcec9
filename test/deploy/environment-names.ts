import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { packagePath, settingsSchema } from '../../src/config.js';
import { declaredFields } from '../../src/topology/declared.js';

/** The variables that mean something to a run of a topology file: those of its fields, and those of all settings. */
export function environmentNames(file: string): string[] {
  const fields = declaredFields(parse(readFileSync(packagePath(file), 'utf8')));
  const settings = Object.values(settingsSchema.shape).map((schema) => schema.meta()?.environment);
  return [...fields.map(({ facts }) => facts.environment), ...settings].filter((name) => name !== undefined);
}
