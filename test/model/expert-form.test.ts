import { expect, test } from 'vitest';
import { expertForms } from '../../src/model/expert-form.js';
import { tinySpec, withExperts, withFfnExperts } from './support.js';

// Guards: nobody is offered a form that gives other scores, and the form of one expert alone is the dense encoder.

test.each([
  ['a dense model', tinySpec, 'router', ['low-rank']],
  ['a soft mix', withExperts(1, 'soft'), 'router', ['low-rank']],
  ['the best expert of each text', withExperts(1, 'top1'), 'router', ['low-rank', 'merged']],
  ['the same beside feed-forward experts', withFfnExperts(withExperts(1, 'top1')), 'router', ['low-rank']],
  ['one expert of a soft mix', withExperts(1, 'soft'), { expert: 1 }, ['merged']],
  ['one expert of the best ones', withExperts(1, 'top1'), { expert: 1 }, ['merged']],
] as const)('%s', (_, spec, route, forms) => {
  expect(expertForms(spec, route)).toEqual(forms);
});
