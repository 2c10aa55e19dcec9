import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { environmentName, parseVariable, resolveSettings } from '../src/config.js';

describe('resolveSettings', () => {
  it('lets flags win over the environment, the environment over a file, a file over the defaults', () => {
    const environment = { MOODTAPE_DEVICE: 'auto', MOODTAPE_WORKERS: '2', MOODTAPE_LOG_LEVEL: '' };
    const settings = resolveSettings(
      { file: { device: 'cpu', model: 'mine', precision: 'fp32' }, flags: { precision: 'int8' } },
      environment,
    );
    expect(settings).toEqual({
      model: 'mine',
      device: 'auto',
      precision: 'int8',
      workers: 2,
      home: '.moodtape',
      logLevel: 'info',
    });
  });

  it('names every wrong setting by its variable and does not repeat the value', () => {
    const call = () => resolveSettings({}, { MOODTAPE_DEVICE: 's3cret', MOODTAPE_WORKERS: 'many' });
    expect(call).toThrow(/MOODTAPE_DEVICE.*MOODTAPE_WORKERS/);
    expect(call).not.toThrow(/s3cret/);
  });

  it('writes a setting in capitals', () => {
    expect(environmentName('logLevel')).toBe('MOODTAPE_LOG_LEVEL');
  });
});

describe('parseVariable', () => {
  it.each([
    ['7', z.int(), 7],
    ['many', z.int(), Number.NaN],
    ['true', z.boolean(), true],
    ['false', z.boolean(), false],
    ['yes', z.boolean(), 'yes'],
    ['a:1, b:2', z.array(z.string()), ['a:1', 'b:2']],
    ['7', z.string(), '7'],
  ])('reads %j as the field expects it', (text, schema, value) => {
    expect(parseVariable(text, schema)).toEqual(value);
  });
});
