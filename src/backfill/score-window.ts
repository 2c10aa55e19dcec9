import { MoodtapeError } from '../errors.js';
import type { Engine } from '../inference/engine.js';
import { scoreTexts } from '../score-texts.js';
import { rejectedLine } from './rejected.js';
import { type ScoredRow, scoredRow } from './scored-row.js';
import type { Window } from './windows.js';

/** Scores the texts of windows, all of a window together. */
export function scoreWindows(engine: Engine) {
  return async ({ rows }: Window): Promise<{ done: ScoredRow[]; rejected: string[] }> => {
    const done: ScoredRow[] = [];
    const rejected: string[] = [];
    const texts = rows.flatMap(({ content }) => (content instanceof MoodtapeError ? [] : content.text));
    const results = (await scoreTexts(engine, texts)).values();
    for (const row of rows) {
      const { content } = row;
      if (content instanceof MoodtapeError) {
        rejected.push(rejectedLine(row, content));
        continue;
      }
      const result = results.next().value;
      if (result instanceof MoodtapeError) rejected.push(rejectedLine(row, result));
      else if (result !== undefined) done.push(scoredRow(content, result));
    }
    return { done, rejected };
  };
}
