// --only: every value that a study can have can be named, and what names none is refused.
import { describe, expect, it } from 'vitest';
import { parseOnly } from '../../harness/cli/only.ts';
import { expand } from '../../harness/study/expand.ts';
import { errorOf } from '../formats/error-of.ts';
import { parse, STUDY } from '../study/sample.ts';

const LABELS = [
  'plain',
  'r=8, all',
  'a|b',
  'a/b c',
  '"quoted"',
  'half "quoted',
  'back\\slash\\',
  'ранг 8, größer, 低秩',
  ',',
  'seed=1',
  'a,seed=1',
  '__proto__',
  'constructor',
];
const MODELS = ['models/a, b=c', 'C:\\models\\x', 'モデル/é'];
const study = parse({
  ...STUDY,
  models: MODELS,
  methods: LABELS.map((label) => ({ method: 'full', label, learningRate: 1 })),
  search: undefined,
});
const finals = expand(study).finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));
const quoted = (pair: string) => `"${pair.replaceAll('"', '""')}"`;
const taken = (...only: string[]) => {
  const configs = finals.filter(parseOnly(only, study));
  return {
    labels: [...new Set(configs.map(({ method }) => method.label))],
    models: [...new Set(configs.map(({ model }) => model))],
    seeds: [...new Set(configs.map(({ seed }) => seed))],
  };
};

describe('a value', () => {
  it.each(LABELS)('%s: in quotes', (label) => {
    expect(taken(`${quoted(`method=${label}`)},seed=2`)).toEqual({ labels: [label], models: MODELS, seeds: [2] });
  });

  it.each(LABELS.filter((label) => !label.includes(',')))('%s: without', (label) => {
    expect(taken(`seed=2,method=${label}`)).toEqual({ labels: [label], models: MODELS, seeds: [2] });
  });

  it.each(MODELS)('%s', (model) => {
    expect(taken(quoted(`model=${model}`)).models).toEqual([model]);
  });
});

it('adds up where it is given again', () => {
  expect(taken('method=plain', 'seed=0', 'method=a|b')).toEqual({
    labels: ['plain', 'a|b'],
    models: MODELS,
    seeds: [0],
  });
  expect(taken().labels).toEqual(LABELS);
});

it.each([
  ['constructor=1', '--only: "constructor" is no key; expected method, task, seed, model'],
  ['__proto__=1', '--only: "__proto__" is no key; expected method, task, seed, model'],
  ['toString=1', /^--only: "toString" is no key/],
  ['', /^--only: ""; expected key=value with a key of method, task, seed, model/],
  ['seed=1,', /^--only: ""; expected key=value/],
  ['method=r=8, all', /^--only method: "r=8" is no method of this study/],
  ['"method=plain', '--only: "\\"method=plain"; expected a quote to end before a comma or the end'],
  ['"method=plain"x,seed=1', /expected a quote to end before a comma or the end$/],
])('%s is refused', async (only, message) => {
  expect(await errorOf(() => parseOnly([only], study))).toMatch(message);
});
