// Full fine-tuning: every parameter of the base model is trained.
import Type from 'typebox';
import type { Method } from '../harness/contracts/method.ts';
import { countBase } from '../harness/models/count.ts';

const optionsSchema = Type.Object({}, { additionalProperties: false });

export const full: Method<typeof optionsSchema> = {
  name: 'full',
  title: 'Full fine-tuning',
  summary: 'trains every parameter of the base model',
  optionsSchema,
  check(_options, _spec, { precision }) {
    if (precision === 'f32') return undefined;
    return `full fine-tuning trains every weight, but the base precision is "${precision}"; expected "f32"`;
  },
  attach(model) {
    const variables = model.parameters.map(({ variable }) => variable);
    return { trainable: () => variables, finish() {} };
  },
  count(spec) {
    const all = countBase(spec);
    return { trainable: all, trainableCumulative: all, stored: all };
  },
};
