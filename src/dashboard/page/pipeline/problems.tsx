import { words } from '../languages/words.js';
import { useAnswer } from '../use-answer.js';

const EVERY_MS = 5_000;

/** What is wrong, in the server's words; nothing while all is well. */
export function Problems() {
  const { answer } = useAnswer('health', {}, EVERY_MS);
  if (!answer?.problems.length) return null;
  return (
    <ul class="problems" aria-label={words().problems}>
      {answer.problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
}
