import type { Command } from 'commander';
import pc from 'picocolors';
import { messageOf } from '../errors.js';
import { CHECKS, type Check } from './doctor-checks.js';
import { examples } from './examples.js';
import { QuietEnd } from './failure.js';
import { print, printJson, table } from './output.js';
import { addEngineOptions, settingsOf } from './settings-options.js';

export function define(command: Command): void {
  addEngineOptions(command)
    .option('--json', 'one JSON object')
    .addHelpText('after', examples('moodtape doctor'))
    .action(run);
}

interface Finding extends Pick<Check, 'name' | 'needed'> {
  readonly ok: boolean;
  readonly detail: string;
}

async function run({ json }: { json?: boolean }, command: Command): Promise<void> {
  const settings = settingsOf(command);
  const findings: Finding[] = [];
  for (const { name, needed, look } of CHECKS) {
    const result = await look(settings).then(
      (detail) => ({ ok: true, detail }),
      (error: unknown) => ({ ok: false, detail: messageOf(error) }),
    );
    findings.push({ name, needed, ...result });
  }
  const healthy = findings.every(({ ok, needed }) => ok || !needed);
  if (json) await printJson({ healthy, checks: findings });
  else await print(table(['', '', ''], findings.map(row)));
  if (!healthy) throw new QuietEnd('failed');
}

function row({ name, ok, needed, detail }: Finding): string[] {
  const absent = needed ? pc.red('missing') : pc.dim('absent');
  return [ok ? pc.green('ok') : absent, name, detail.split('\n')[0] ?? ''];
}
