import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { MoodtapeError } from './errors.js';

/** Where the package lies: the parent of `src/` and of `dist/`. */
const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A file or folder that comes with the package. */
export function packagePath(...parts: string[]): string {
  return join(PACKAGE_ROOT, ...parts);
}

export function packageVersion(): string {
  const manifest = z.object({ version: z.string() });
  return manifest.parse(JSON.parse(readFileSync(packagePath('package.json'), 'utf8'))).version;
}

/** A path as a user gives it: in the working folder, else among what comes with the package. */
export function userPath(path: string): string {
  const here = resolve(path);
  return existsSync(here) || !existsSync(packagePath(path)) ? here : packagePath(path);
}

/** What the declaration of a setting or of a topology's field says beside its type. */
export interface FieldFacts {
  /** The environment variable that sets it; it wins over files. */
  environment?: string;
  /** What is never shown: the value, or the credentials in it when it is a URL. */
  secret?: 'value' | 'credentials';
  /** Names a file or folder that is to be there. */
  exists?: true;
  /** Says where a component is. */
  address?: true;
}

declare module 'zod' {
  interface GlobalMeta extends FieldFacts {}
}

/** What a user may set beside the arguments of a command; the scorer of a topology takes its fields from here. */
export const settingsSchema = z.object({
  model: z
    .string()
    .min(1)
    .describe('Folder of the model bundle.')
    .meta({ default: 'models/default', environment: 'MOODTAPE_MODEL', exists: true }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .describe('Where the model runs; `auto` takes the fastest that is there.')
    .meta({ default: 'auto', environment: 'MOODTAPE_DEVICE' }),
  precision: z
    .enum(['auto', 'fp32', 'fp16', 'int8'])
    .describe('Arithmetic of the model; `auto` takes the fastest on the device.')
    .meta({ default: 'auto', environment: 'MOODTAPE_PRECISION' }),
  workers: z
    .int()
    .min(0)
    .max(64)
    .describe('Threads that run the model side by side; 0 lets the device decide.')
    .meta({ default: 0, environment: 'MOODTAPE_WORKERS' }),
  home: z
    .string()
    .min(1)
    .describe('Folder for logs, views and caches.')
    .meta({ default: '.moodtape', environment: 'MOODTAPE_HOME' }),
  logLevel: z
    .enum(['silent', 'error', 'warn', 'info', 'debug', 'trace'])
    .describe('Least severe lines that are logged.')
    .meta({ default: 'info', environment: 'MOODTAPE_LOG_LEVEL' }),
});

export type Settings = z.infer<typeof settingsSchema>;
type Layer = { readonly [name in keyof Settings]?: unknown };

/** As `process.env`; a variable that is empty counts as not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment variable of a setting: `MOODTAPE_LOG_LEVEL` for `logLevel`. */
export function environmentName(setting: keyof Settings): string {
  return settingsSchema.shape[setting].meta()?.environment ?? setting;
}

/** A variable's text as the value that a field expects: a list is separated by commas. */
export function parseVariable(text: string, schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodNumber) return Number(text);
  if (schema instanceof z.ZodBoolean) return text === 'true' || (text === 'false' ? false : text);
  if (schema instanceof z.ZodArray) return text.split(',').map((item) => item.trim());
  return text;
}

/**
 * Settings from all that a user said, the later the stronger: defaults, a file, the environment, flags.
 *
 * @throws MoodtapeError MT_CONFIG naming the setting that is wrong; its value is not repeated.
 */
export function resolveSettings(
  layers: { readonly file?: Layer; readonly flags?: Layer } = {},
  environment: Variables = process.env,
): Settings {
  const merged: Record<string, unknown> = {};
  for (const name of settingsSchema.keyof().options) {
    const schema = settingsSchema.shape[name];
    const value =
      layers.flags?.[name] ??
      (environment[environmentName(name)] || undefined) ??
      layers.file?.[name] ??
      schema.meta()?.default;
    merged[name] = typeof value === 'string' ? parseVariable(value, schema) : value;
  }
  const parsed = settingsSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = settingsSchema.keyof().parse(path[0]);
    return `${name} (${environmentName(name)}): ${message}`;
  });
  throw new MoodtapeError('MT_CONFIG', problems.join('; '));
}
