import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/observe/logger.js';

function linesOf(work: (logger: ReturnType<typeof createLogger>) => void): string {
  let written = '';
  const write = (line: string) => {
    written += line;
  };
  work(createLogger('trace', { write }));
  return written;
}

/** What a password may be made of. */
const password = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 24 });

describe('a log line', () => {
  it('has a time, a level by name, the fields and the message', () => {
    const line = JSON.parse(linesOf((logger) => logger.warn({ topic: 'raw.news' }, 'late')));
    expect(line).toEqual({ level: 'warn', time: expect.any(String), topic: 'raw.news', msg: 'late' });
    expect(new Date(line.time).toISOString()).toBe(line.time);
  });

  it('never holds the value of a secret field, however deep it lies', () => {
    fc.assert(
      fc.property(
        password,
        fc.constantFrom('password', 'passphrase', 'secret', 'token', 'apiKey', 'authorization'),
        (secret, name) => {
          const kafka = { sasl: { username: 'moodtape', [name]: secret } };
          const line = linesOf((logger) => logger.error({ options: { kafka }, [name]: secret }, 'refused'));
          expect(line).not.toContain(JSON.stringify(secret));
          expect(JSON.parse(line)).toMatchObject({
            msg: 'refused',
            [name]: '***',
            options: { kafka: { sasl: { username: 'moodtape', [name]: '***' } } },
          });
        },
      ),
    );
  });

  it('never holds the credentials of a URL, wherever it stands', () => {
    const inUrl = password.filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(inUrl, fc.constantFrom('redis', 'rediss', 'https'), (secret, scheme) => {
        const url = `${scheme}://moodtape:${secret}@host:6379/0`;
        const line = linesOf((logger) => logger.error({ cause: `cannot reach ${url}` }, url));
        expect(JSON.parse(line)).toMatchObject({
          cause: `cannot reach ${scheme}://***@host:6379/0`,
          msg: `${scheme}://***@host:6379/0`,
        });
      }),
    );
  });

  it('leaves out private keys, and passwords in a query', () => {
    const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----\n';
    const line = linesOf((logger) =>
      logger.info({ tls: { ca: 'CERT', key } }, 'POST /?password=hunter2&x=1'),
    );
    expect(JSON.parse(line)).toMatchObject({
      tls: { ca: 'CERT', key: '***\n' },
      msg: 'POST /?password=***&x=1',
    });
  });

  it('keeps what is no secret: addresses, tokens of a batch, texts', () => {
    const fields = {
      url: 'http://registry:8081/subjects',
      tokens: 512,
      mail: 'a@b.example',
      id: '利好@SH600519',
    };
    expect(JSON.parse(linesOf((logger) => logger.info(fields, 'batch')))).toMatchObject(fields);
  });
});
