import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../harness/study/canonical-json.ts';
import { settingsOf } from '../../../harness/study/search/settings.ts';
import { parse, STUDY } from '../sample.ts';

const SPACE = {
  learningRate: { from: 1e-5, to: 1e-1, scale: 'log' },
  'options.r': { from: 1, to: 64, scale: 'log' },
  'options.alpha': { from: 0, to: 1, scale: 'linear' },
  'options.targets': ['all', ['q'], ['q', 'v']],
};
/** The settings of the last method. */
function settings(search: object, space: object = SPACE, more: object = {}, before: readonly object[] = []) {
  const study = parse({
    ...STUDY,
    methods: [...before, { method: 'lora', space, ...more }],
    search: { seed: 1, holdout: 8, unequal: true, ...search },
  });
  const method = study.methods.at(-1);
  if (method === undefined || study.search === undefined) throw new Error('a study without a search');
  return settingsOf(method, study.search);
}
const random = (trials: number, seed = 1) => ({ strategy: 'random', trials, seed });

test('a grid has every combination, the first key changing slowest', () => {
  expect(settings({}, { learningRate: [1, 2], 'options.r': [4, 8, 16] })).toEqual(
    [1, 2].flatMap((learningRate) => [4, 8, 16].map((rank) => ({ learningRate, 'options.r': rank }))),
  );
});

describe('draws', () => {
  test('are as many as asked for, none twice, each within its range and written in three digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 40 }), (seed, trials) => {
        const drawn = settings(random(trials, seed));
        expect(new Set(drawn.map(canonicalJson)).size).toBe(trials);
        for (const values of drawn) {
          const [rate, rank, alpha] = ['learningRate', 'options.r', 'options.alpha'].map((key) => Number(values[key]));
          expect(rate).toBeGreaterThanOrEqual(1e-5);
          expect(rate).toBeLessThanOrEqual(1e-1);
          for (const number of [rate, alpha]) expect(Number(number?.toPrecision(3))).toBe(number);
          expect(Number.isInteger(rank) && Number(rank) >= 1 && Number(rank) <= 64).toBe(true);
          expect(SPACE['options.targets']).toContainEqual(values['options.targets']);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('are the same whatever the label, the place, the order of keys and of what a list holds, and what are defaults', () => {
    const drawn = settings(random(6));
    const reversed = Object.fromEntries(Object.entries(SPACE).reverse());
    const others = [
      settings(random(6), SPACE, { label: 'another' }),
      settings(random(6), SPACE, {}, [{ method: 'full', learningRate: 1 }]),
      settings(random(6), reversed),
      settings(random(6), { ...SPACE, 'options.targets': SPACE['options.targets'].toReversed() }),
    ];
    for (const other of others) expect(other).toEqual(drawn);
    const { 'options.r': _, ...without } = SPACE;
    expect(settings(random(6), without, { options: { r: 8 } })).toEqual(settings(random(6), without));
  });

  test('change with the seed, the method and its space', () => {
    const drawn = settings(random(6));
    const { 'options.r': _, ...without } = SPACE;
    expect(settings(random(6, 2))).not.toEqual(drawn);
    expect(settings(random(6), without, { options: { r: 4 } })).not.toEqual(settings(random(6), without));
  });

  test('stay the same where there are more of them', () => {
    expect(settings(random(12)).slice(0, 6)).toEqual(settings(random(6)));
  });

  test('are uniform on the scale of the range, whole numbers at its ends too', () => {
    const rates = settings(random(900)).map(({ learningRate }) => Math.log10(Number(learningRate)));
    for (const decade of [-5, -4, -3, -2]) {
      const share = rates.filter((rate) => rate >= decade && rate < decade + 1).length / rates.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    }
    const space = { learningRate: SPACE.learningRate, 'options.r': { from: 1, to: 4, scale: 'linear' } };
    const ranks = settings(random(900), space).map((values) => values['options.r']);
    for (const rank of [1, 2, 3, 4]) {
      expect(Math.abs(ranks.filter((each) => each === rank).length / 900 - 0.25)).toBeLessThan(0.05);
    }
  });

  test('end where the space has no more', () => {
    expect(settings(random(20), { learningRate: [1, 2], 'options.r': [4, 8, 16] })).toHaveLength(6);
    expect(settings(random(20), { learningRate: { from: 0.001, to: 0.00101, scale: 'log' } })).toHaveLength(2);
  });
});
