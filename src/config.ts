import { existsSync } from 'node:fs';
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

/** A path as a user gives it: in the working folder, else among what comes with the package. */
export function userPath(path: string): string {
  const here = resolve(path);
  return existsSync(here) || !existsSync(packagePath(path)) ? here : packagePath(path);
}

/** What a user may set beside the arguments of a command; the scorer of a topology takes its fields from here. */
export const settingsSchema = z.object({
  model: z.string().min(1).describe('Folder of the model bundle.').meta({ default: 'models/default' }),
  device: z.enum(['auto', 'cpu']).describe('Where the model runs.').meta({ default: 'auto' }),
  precision: z
    .enum(['auto', 'fp32', 'int8'])
    .describe('Arithmetic of the model; `auto` takes the fastest on the device.')
    .meta({ default: 'auto' }),
  workers: z
    .int()
    .min(0)
    .max(64)
    .describe('Threads that run the model side by side; 0 lets the device decide.')
    .meta({ default: 0 }),
  home: z.string().min(1).describe('Folder for logs, views and caches.').meta({ default: '.moodtape' }),
  logLevel: z
    .enum(['silent', 'error', 'warn', 'info', 'debug', 'trace'])
    .describe('Least severe lines that are logged.')
    .meta({ default: 'info' }),
});

export type Settings = z.infer<typeof settingsSchema>;
type Layer = { readonly [name in keyof Settings]?: unknown };

/** The environment variable of a setting: `MOODTAPE_LOG_LEVEL` for `logLevel`. */
export function environmentName(setting: string): string {
  return `MOODTAPE_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Settings from all that a user said, the later the stronger: defaults, a file, the environment, flags.
 *
 * @throws MoodtapeError MT_CONFIG naming the setting that is wrong; its value is not repeated.
 */
export function resolveSettings(
  layers: { readonly file?: Layer; readonly flags?: Layer } = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const merged: Record<string, unknown> = {};
  for (const name of settingsSchema.keyof().options) {
    const schema = settingsSchema.shape[name];
    const value =
      layers.flags?.[name] ??
      (environment[environmentName(name)] || undefined) ??
      layers.file?.[name] ??
      schema.meta()?.default;
    merged[name] = schema instanceof z.ZodNumber && typeof value === 'string' ? Number(value) : value;
  }
  const parsed = settingsSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} (${environmentName(name)}): ${message}`;
  });
  throw new MoodtapeError('MT_CONFIG', problems.join('; '));
}
