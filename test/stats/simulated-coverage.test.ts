// A short run of scripts/simulate.ts: intervals hold the true difference, and tests reject the true null, as often as they say.
import { expect, test } from 'vitest';
import { type Scenario, simulate } from '../../scripts/simulated-studies.ts';

const STUDIES = 250;
/** Four deviations of a share of 0.05 in so many studies. */
const ERROR = 4 * Math.sqrt((0.05 * 0.95) / STUDIES);

const scenario = (measure: Scenario['measure'], seed: number, example: number, method: number): Scenario => ({
  ...{ name: 'test', measure, examples: 120, seeds: 5, skills: [0.9, 0.2] },
  deviations: { seed, example, method },
});

test.each([
  ['seeds dominate', scenario('accuracy', 0.3, 0.5, 0.1)],
  ['examples dominate', scenario('accuracy', 0.03, 1, 0.8)],
  ['mixed', scenario('f1', 0.15, 1, 0.5)],
  ['mixed', scenario('pearson', 0.15, 1, 0.5)],
] as const)('%s', (_, given) => {
  const { held, rejected, equivalent } = simulate(given, STUDIES, 200);
  for (const share of [held.overBoth, held.bootstrap]) {
    expect(share).toBeGreaterThan(0.93 - ERROR);
    expect(share).toBeLessThan(Math.min(0.999, 0.97 + ERROR));
  }
  expect(rejected.overBoth).toBeLessThan(0.05 + ERROR);
  expect(equivalent).toBeLessThan(0.05 + ERROR);
  if (held.overSeeds !== null) expect(Math.abs(held.overSeeds - 0.95)).toBeLessThan(ERROR);
});

test('seeds without an effect of their own: tests of the runs reject as often as they say', () => {
  for (const measure of ['accuracy', 'matthews'] as const) {
    const { rejected } = simulate(scenario(measure, 0, 1, 0), STUDIES, 200);
    expect(Math.abs(Number(rejected.examplesTest) - 0.05)).toBeLessThan(ERROR);
  }
});
