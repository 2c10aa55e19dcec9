import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../../../src/view/redis/address.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, database: 0, tls: false }],
    ['rediss://cache:6380/3', { host: 'cache', port: 6380, database: 3, tls: true }],
    ['redis://:p%40ss%2Fword@[::1]:7000/', { host: '::1', port: 7000, password: 'p@ss/word' }],
    ['redis://desk:secret@10.0.0.1', { host: '10.0.0.1', username: 'desk', password: 'secret' }],
  ])('reads %s', (url, address) => {
    expect(parseRedisUrl(url)).toMatchObject(address);
  });

  it.each([
    'cache:6379',
    'http://desk:secret@cache',
    'redis://',
    'redis://desk:sec#ret@cache',
    'redis://desk:secret%@cache',
    'redis://desk:secret@cache/moodtape',
    'redis://desk:secret@cache?family=6',
    'redis://desk:secret@cache:port',
  ])('refuses %s and does not repeat it', (url) => {
    const attempt = () => parseRedisUrl(url);
    expect(attempt).toThrow(expect.objectContaining({ code: 'MT_CONFIG' }));
    try {
      attempt();
    } catch (error) {
      expect(String(error instanceof Error && error.stack) + JSON.stringify(error)).not.toContain('sec');
    }
  });
});
