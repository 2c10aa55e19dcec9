import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/codec/model-event.js';
import { findVersion } from '../../src/registry/aliases.js';
import { EMPTY, fold } from '../../src/registry/state.js';

const events = (['registered', 'promoted', 'shadow'] as const).flatMap((event, step) =>
  ['ab12', 'ab34', 'cd56'].slice(0, 3 - step).map(
    (version, i): ModelEvent => ({
      seq: 3 * step + i + 1,
      event,
      model: 'tiny',
      version,
      previous: null,
      at: 0,
      reason: null,
      share: null,
      metrics: {},
    }),
  ),
);
const state = events.reduce(fold, EMPTY);
const find = (name: string) => findVersion(name, state, events);

describe('findVersion', () => {
  it('knows what is live, previous and on trial, and nothing by the name of another trial', () => {
    expect(['live', 'previous', 'shadow', 'canary'].map(find)).toEqual(['ab34', 'ab12', 'ab12', undefined]);
  });

  it('takes the beginning of a version when no other begins so', () => {
    expect(['cd56', 'c', 'ab3', 'x'].map(find)).toEqual(['cd56', 'cd56', 'ab34', undefined]);
    expect(() => find('ab')).toThrow(
      expect.objectContaining({ code: 'MT_CONFIG', message: expect.stringContaining('ab12, ab34') }),
    );
  });
});
