import { describe, expect, test } from 'vitest';
import { errorOf } from '../../formats/error-of.ts';
import { parse, STUDY } from '../sample.ts';

const METHODS = [
  { method: 'full', space: { learningRate: [1e-5, 1e-4, 1e-3, 1e-2] } },
  {
    method: 'lora',
    learningRate: 1e-3,
    options: { alpha: 8 },
    space: { 'options.r': [4, 8], headLearningRate: [1e-3, 1e-2] },
  },
];
const study = (search: object, ...methods: object[]) => ({
  ...STUDY,
  methods: methods.length === 0 ? METHODS : methods,
  search: { seed: 1, holdout: 8, ...search },
});
const searchedBy = (space: object, more: object = {}) => ({ method: 'lora', space, ...more });
const RANGE = { from: 1e-4, to: 1e-2, scale: 'log' };

test('a space is read key by key, beside what the study sets', () => {
  const [full, lora] = parse(study({})).methods;
  expect(full?.space).toEqual([{ key: 'learningRate', choices: [1e-5, 1e-4, 1e-3, 1e-2] }]);
  expect(full?.learningRate).toBeUndefined();
  expect(lora?.space.map(({ key }) => key)).toEqual(['options.r', 'headLearningRate']);
  expect(lora).toMatchObject({ learningRate: 1e-3, options: { alpha: 8, r: 8, targets: 'all' } });
});

test('a list of learning rates is a space of that key', () => {
  expect(parse(STUDY).methods.map(({ space }) => space)).toEqual([
    [],
    [{ key: 'learningRate', choices: [1e-3, 3e-3] }],
    [{ key: 'learningRate', choices: [1e-3, 1e-2] }],
  ]);
});

test('a range of an option whose values are integers has whole numbers only', () => {
  const space = { learningRate: RANGE, 'options.r': { from: 1, to: 64, scale: 'log' }, 'options.alpha': RANGE };
  const [method] = parse(study({ strategy: 'random', trials: 4 }, searchedBy(space))).methods;
  expect(method?.space).toEqual([
    { key: 'learningRate', ...RANGE, isWhole: false },
    { key: 'options.r', from: 1, to: 64, scale: 'log', isWhole: true },
    { key: 'options.alpha', ...RANGE, isWhole: false },
  ]);
});

test('an option may be searched over whatever values it allows', () => {
  const space = { learningRate: [1e-3, 1e-2], 'options.targets': ['all', ['q', 'v']] };
  expect(parse(study({}, searchedBy(space))).methods[0]?.space).toHaveLength(2);
});

describe('a search that makes no sense', () => {
  const random = { strategy: 'random', trials: 4 };
  test.each<[what: string, study: object, message: string]>([
    [
      'a key that there is not',
      study({}, searchedBy({ learningRate: [1, 2], 'options.rnak': [4, 8] })),
      'methods[0].space: "options.rnak" is no key of a search, did you mean "options.r"?; expected learningRate, headLearningRate, options.r, options.alpha, options.targets',
    ],
    [
      'a value that the option does not allow',
      study({}, searchedBy({ learningRate: [1, 2], 'options.r': [0, 8] })),
      'methods[0].space.options.r[0]: 0; expected an integer from 1',
    ],
    [
      'a rate of 0',
      study(random, searchedBy({ learningRate: { from: 0, to: 1, scale: 'linear' } })),
      'methods[0].space.learningRate.from: 0; expected a number above 0',
    ],
    [
      'a range the wrong way round',
      study(random, searchedBy({ learningRate: { from: 1, to: 0.1, scale: 'log' } })),
      'methods[0].space.learningRate.from: 1; expected less than to, which is 0.1',
    ],
    [
      'a logarithmic range from 0',
      study(random, searchedBy({ learningRate: [1, 2], 'options.alpha': { from: 0, to: 1, scale: 'log' } })),
      'methods[0].space.options.alpha.from: 0; expected a number above 0, as the scale is "log"',
    ],
    [
      'a range of what is no number',
      study(random, searchedBy({ learningRate: [1, 2], 'options.targets': { from: 1, to: 2, scale: 'log' } })),
      'methods[0].space.options.targets.from: 1; expected "all" or a list (each: a text)',
    ],
    [
      'a list of one',
      study({}, searchedBy({ learningRate: [1e-3] })),
      'methods[0].space.learningRate: [0.001]; expected a list of at least 2 (each: a value)',
    ],
    [
      'a key both set and searched',
      study({}, searchedBy({ learningRate: [1, 2], 'options.r': [4, 8] }, { options: { r: 2 } })),
      'methods[0].options.r: 2; expected it there or in space, where it is too',
    ],
    [
      'a rate both set and searched',
      study({}, searchedBy({ learningRate: [1, 2] }, { learningRate: 3 })),
      'methods[0].learningRate: 3; expected it there or in space, where it is too',
    ],
    [
      'a list of rates beside a space',
      study({}, searchedBy({ 'options.r': [4, 8] }, { learningRate: [1, 2] })),
      'methods[0].learningRate: [1,2]; expected one rate, or the list in space beside the other keys',
    ],
    [
      'no rate at all',
      study({}, searchedBy({ 'options.r': [4, 8] })),
      'methods[0].learningRate: missing; expected a number above 0, a list of them, or space.learningRate',
    ],
    [
      'a range in a grid',
      study({}, searchedBy({ learningRate: RANGE })),
      'methods[0].space.learningRate: {"from":0.0001,"to":0.01,"scale":"log"}; expected a list, as the strategy is "grid"',
    ],
    [
      'draws without a number of them',
      study({ strategy: 'random' }, searchedBy({ learningRate: RANGE })),
      'search.trials: missing; expected an integer from 2, as the strategy is "random"',
    ],
    ['eta of what is not halved', study({ eta: 3 }), 'search.eta: 3; expected none, as the strategy is "grid"'],
    [
      'a space without a search',
      { ...study({}), search: undefined },
      'search: missing; expected {"seed", "holdout"}, as methods[0].space is a search, {"learningRate":[0.00001,0.0001,0.001,0.01]}',
    ],
    [
      'a grid of too many settings',
      study({}, searchedBy({ learningRate: list(50), 'options.r': list(50) })),
      'methods[0].space: a grid of 2500 settings; expected 1000 at most',
    ],
    [
      'a larger grid',
      study({}, METHODS[0] as object, searchedBy({ learningRate: [1, 2], 'options.r': [1, 2, 3] })),
      'methods[1].space: {"learningRate":[1,2],"options.r":[1,2,3]}; expected 4 candidates as in methods[0].space (the same budget for each method), or "unequal": true in search',
    ],
    [
      'a grid of other than the trials',
      study({ trials: 6 }, METHODS[0] as object),
      'methods[0].space: {"learningRate":[0.00001,0.0001,0.001,0.01]}; expected 6 settings as search.trials says, but it has 4, or "unequal": true in search',
    ],
    [
      'a space with fewer settings than draws',
      study({ strategy: 'random', trials: 5 }, METHODS[0] as object),
      'methods[0].space: {"learningRate":[0.00001,0.0001,0.001,0.01]}; expected 5 settings as search.trials says, but it has 4 at most, or "unequal": true in search',
    ],
    [
      'methods whose trials see other examples',
      study({}, METHODS[0] as object, { ...METHODS[1], training: { epochs: 5 } }),
      'methods[1].training.epochs: 5; expected 3 as of methods[0] (trials see the same examples for each method), or "unequal": true in search',
    ],
    [
      'halving of nobody knows how many examples',
      study({ strategy: 'halving', trials: 4 }),
      'tasks[0].limitTrain: missing; expected it, or search.limitTrain, as the strategy is "halving"',
    ],
    [
      'halving of too few examples',
      study({ strategy: 'halving', trials: 4, limitTrain: 3 }),
      'search.limitTrain: 3; expected 4 or more, as 4 settings are halved 2 times',
    ],
  ])('%s', async (_what, value, message) => {
    expect(await errorOf(() => parse(value))).toBe(`study.json: ${message}`);
  });

  test('but unequal budgets, where the study says that they are', () => {
    const methods = [METHODS[0] as object, searchedBy({ learningRate: [1, 2] }, { training: { epochs: 5 } })];
    expect(parse(study({ unequal: true }, ...methods)).methods).toHaveLength(2);
  });
});

function list(length: number): number[] {
  return Array.from({ length }, (_, i) => i + 1);
}
