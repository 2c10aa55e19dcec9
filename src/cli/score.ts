import type { Command } from 'commander';
import pc from 'picocolors';
import { lineGroups } from '../backfill/lines.js';
import { MoodtapeError } from '../errors.js';
import type { Engine } from '../inference/engine.js';
import { openEngine } from '../open-engine.js';
import { type ScoredText, scoreTexts } from '../score-texts.js';
import { askForTexts } from './ask-for-texts.js';
import { coloured, signed } from './colours.js';
import { examples } from './examples.js';
import { QuietEnd, warn } from './failure.js';
import { bar, print, printJson } from './output.js';
import { addEngineOptions, settingsOf } from './settings-options.js';

export function define(command: Command): void {
  addEngineOptions(command)
    .argument('[text...]', 'texts; when there is none, lines of stdin, asked for on a terminal')
    .option('--expert <name>', 'that expert alone, such as news or forum (default: as the router says)')
    .option('--json', 'one JSON object a text')
    .addHelpText(
      'after',
      examples(
        'moodtape score "高盟新材今日20%涨停，主力资金净流入3.66亿元"',
        'moodtape score --expert forum "这么冷的天气，涨停10个板"',
        'moodtape score --json < posts.txt > scores.ndjson',
      ),
    )
    .action(score);
}

interface ScoreOptions {
  readonly expert?: string;
  readonly json?: boolean;
}

async function score(texts: readonly string[], options: ScoreOptions, command: Command): Promise<void> {
  const engine = await openEngine(settingsOf(command), { expert: options.expert, onFallback: warn });
  try {
    let failed = false;
    for await (const group of texts.length > 0 ? [texts] : linesOfStdin()) {
      failed = (await answer(engine, group, options.json === true)) || failed;
    }
    if (failed) throw new QuietEnd('failed');
  } finally {
    await engine.close();
  }
}

async function* linesOfStdin(): AsyncGenerator<string[]> {
  if (process.stdin.isTTY) {
    for await (const text of askForTexts(process.stdin, process.stderr)) yield [text];
    return;
  }
  for await (const lines of lineGroups(process.stdin)) {
    yield lines.map((line) => line.toString()).filter((line) => line.trim() !== '');
  }
}

/** Scores and prints; true when a text could not be scored. */
async function answer(engine: Engine, texts: readonly string[], json: boolean): Promise<boolean> {
  const results = await scoreTexts(engine, texts);
  for (const [i, result] of results.entries()) {
    if (!(result instanceof MoodtapeError)) {
      await (json ? printJson(result) : print(describe(result, engine.model.labels)));
    } else if (json) {
      await printJson({ text: texts[i], code: result.code, message: result.message });
    } else {
      process.stderr.write(
        `${pc.red('error')} ${result.code}: “${shortened(texts[i] ?? '')}”: ${result.message}\n`,
      );
    }
  }
  return results.some((result) => result instanceof MoodtapeError);
}

const BAR_WIDTH = 24;
const MOST_SHOWN = 200;

function describe(scored: ScoredText, labels: readonly string[]): string {
  const { text, label, probabilities, score, experts, model, truncated } = scored;
  const bars = labels
    .map((name, i) => {
      const share = probabilities[i] ?? 0;
      const line = `  ${name} ${coloured(name, bar(share, BAR_WIDTH))} ${share.toFixed(3)}`;
      return name === label ? pc.bold(line) : line;
    })
    .toReversed();
  const weights = Object.entries(experts).map(([name, weight]) => `${name} ${weight.toFixed(3)}`);
  const facts = [
    score !== undefined && `score ${signed(score)}`,
    weights.length > 0 && `experts ${weights.join(', ')}`,
    truncated && 'cut to what the model reads',
    `model ${model}`,
  ].filter((fact) => fact !== false);
  return [
    `${coloured(label, pc.bold(label))}  ${shortened(text)}`,
    ...bars,
    pc.dim(`  ${facts.join(' · ')}`),
  ].join('\n');
}

/** A text that fits a terminal. */
function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
