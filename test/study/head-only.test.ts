// A method that trains a head at most: no learning rate is asked of it, and of its head only where there is one.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TASKS } from '../../datasets/index.ts';
import { expand } from '../../harness/study/expand.ts';
import { parseStudy } from '../../harness/study/read.ts';
import { METHODS } from '../../methods/index.ts';

const CATALOGUE = { methods: METHODS, taskIds: TASKS.map(({ id }) => id), trainingSetIds: [] };
const parse = (method: object, task: object | string) =>
  parseStudy(
    JSON.stringify({ name: 's', models: ['m'], methods: [{ method: 'frozen', ...method }], tasks: [task], seeds: [0] }),
    'results/s/study.json',
    CATALOGUE,
  );
const ratesOf = (study: ReturnType<typeof parse>) =>
  expand(study).finals.map(({ candidates: [{ config }] }) => [
    config.method.learningRate,
    config.method.headLearningRate,
  ]);
const DECODER = { task: 'commonsense/boolq', protocol: 'likelihood' };

describe('frozen', () => {
  it('needs no rate on a decoder, and then its runs are those of studies that gave 1e-4', () => {
    const [bare, given] = [parse({}, DECODER), parse({ learningRate: 1e-4 }, DECODER)];
    expect(expand(bare).finals).toEqual(expand(given).finals);
  });

  it('takes the rate of its head on an encoder', () => {
    expect(ratesOf(parse({ headLearningRate: 1e-2 }, 'glue/stsb'))).toEqual([[1e-2, 1e-2]]);
    expect(ratesOf(parse({ learningRate: 1e-3 }, 'glue/stsb'))).toEqual([[1e-3, 1e-3]]);
  });

  it('is refused on an encoder without any', () => {
    expect(() => parse({}, 'glue/stsb')).toThrow(
      'results/s/study.json: methods[0].headLearningRate: missing; expected a number above 0, as frozen trains the head of an encoder (a decoder, which has none, has a protocol in every task)',
    );
  });

  it('is the only one: others need a learning rate', () => {
    expect(METHODS.filter(({ headOnly }) => headOnly).map(({ name }) => name)).toEqual(['frozen']);
    expect(() => parse({ method: 'lora' }, DECODER)).toThrow('methods[0].learningRate: missing');
  });
});

it.each(['commonsense-smollm2', 'mmlu-smollm2'])('the study %s has no rate of what trains nothing', (name) => {
  const file = fileURLToPath(new URL(`../../results/${name}/study.json`, import.meta.url));
  const { methods } = parseStudy(readFileSync(file, 'utf8'), file, CATALOGUE);
  expect(methods.find(({ method }) => method === 'frozen')?.learningRate).toBe(1e-4);
});
