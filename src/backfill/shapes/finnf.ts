import { basename, dirname, resolve } from 'node:path';
import { DOMAINS } from '../../codec/sentiment.js';
import type { Shape } from './shape.js';

/** FinNF, and what is labelled like it: `<domain>/{train,valid,test}.csv`, texts without a time. */
export const finnf: Shape = {
  name: 'finnf',
  knownBy: [['id', 'text', 'label']],
  columns: { id: ['id'], text: ['text'], domain: ['domain'] },
  domain: (file) => DOMAINS.find((domain) => domain === basename(dirname(resolve(file)))),
};
