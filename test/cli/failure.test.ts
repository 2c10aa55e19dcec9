import { expect, it, onTestFinished, vi } from 'vitest';
import { EXIT, report } from '../../src/cli/failure.js';

it('an error that a client of another system throws is shown without its secrets', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const code = report(new Error('connect redis://moodtape:hunter2@redis:6379 failed, password=hunter2'));
  const shown = write.mock.calls.map(([text]) => String(text)).join('');
  expect(code).toBe(EXIT.failed);
  expect(shown).toContain('MT_INTERNAL: connect redis://***@redis:6379 failed, password=***');
  expect(shown).not.toContain('hunter2');
});
