// BitFit (Ben Zaken et al., 2022): the biases of the base model are trained, nothing else.
import Type from 'typebox';
import type { Method } from '../harness/contracts/method.ts';
import { parametersOf } from '../harness/models/count.ts';

const optionsSchema = Type.Object({}, { additionalProperties: false });
const isBias = (name: string) => name.endsWith('.bias');

export const bitfit: Method<typeof optionsSchema> = {
  name: 'bitfit',
  title: 'BitFit',
  summary: 'trains the biases of the base model',
  optionsSchema,
  attach(model) {
    const biases = model.parameters.filter(({ name }) => isBias(name)).map(({ variable }) => variable);
    return { trainable: () => biases, finish() {} };
  },
  count(spec) {
    const biases = parametersOf(spec).filter(([name]) => isBias(name));
    const all = biases.reduce((sum, [, [size = 0]]) => sum + size, 0);
    return { trainable: all, trainableCumulative: all, stored: all };
  },
};
