import { type Command, Option } from 'commander';
import { z } from 'zod';
import { environmentName, resolveSettings, type Settings, settingsSchema } from '../config.js';

const ENGINE_SETTINGS = ['model', 'device', 'precision', 'workers'] as const;

/** Adds the options of every command that runs a model. */
export function addEngineOptions(command: Command): Command {
  for (const name of ENGINE_SETTINGS) command.addOption(settingOption(name));
  return command;
}

/** The option of a setting; its environment variable and its default are part of the help. */
export function settingOption(name: keyof Settings): Option {
  const schema = settingsSchema.shape[name];
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const standard = String(schema.meta()?.default);
  const help = `${sentence(schema.description ?? name)} (default: ${standard}, variable: ${environmentName(name)})`;
  const option = new Option(`--${flag} <value>`, help);
  return schema instanceof z.ZodEnum ? option.choices(schema.options.map(String)) : option;
}

/** As help pages have it: a small letter first, and no stop at the end. */
function sentence(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, '');
}

/** What the user said by flags and environment, the defaults where nothing was said. */
export function settingsOf(command: Command): Settings {
  return resolveSettings({ flags: command.optsWithGlobals() });
}
