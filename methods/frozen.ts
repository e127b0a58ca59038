// The base model as it is: what every method starts from. A task head is trained where there is one, else nothing.
import Type from 'typebox';
import type { Method } from '../harness/contracts/method.ts';

const optionsSchema = Type.Object({}, { additionalProperties: false });

export const frozen: Method<typeof optionsSchema> = {
  name: 'frozen',
  title: 'Frozen',
  summary: 'trains nothing of the base model: an encoder with a new head, a decoder as it is (zero-shot)',
  optionsSchema,
  headOnly: true,
  attach: () => ({ trainable: () => [], finish() {} }),
  count: () => ({ trainable: 0, trainableCumulative: 0, stored: 0 }),
};
