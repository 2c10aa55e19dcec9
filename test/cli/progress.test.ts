import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from '../../src/cli/progress.js';

const lines: string[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('says now and then how far it is, and nothing any more once it is stopped', () => {
  const progress = createProgress('backfill', 200);
  progress.update(10);
  vi.setSystemTime(Date.now() + 6_000);
  progress.update(20, '2 texts/s');
  progress.update(21, '2 texts/s');
  expect(lines).toEqual(['backfill 10 %  2 texts/s  1 min 48 s left\n']);
  progress.stop();
  vi.setSystemTime(Date.now() + 6_000);
  progress.update(40);
  expect(lines).toHaveLength(1);
});
