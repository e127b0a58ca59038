// Verdicts of inequalities: p values against SciPy's, and when a claim is supported, contradicted or undecided.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contrast, exceeds, isBelow, negated, pOf } from '../../harness/claims/contrast.ts';
import { MOST_SEEDS, seedsToDecide } from '../../harness/claims/decide.ts';
import { judge, LEVEL, type Tests } from '../../harness/claims/judge.ts';

const contrast = (estimate: number, standardError: number, changes: Partial<Contrast> = {}): Contrast => ({
  ...{ what: 'a - b', scale: 'difference', turned: false },
  estimate,
  standardError,
  degreesOfFreedom: 4,
  seeds: 5,
  variance: { ofSeeds: standardError ** 2, ofExamples: 0 },
  runs: [],
  ...changes,
});

const better = (...contrasts: readonly Contrast[]): Tests => ({
  needs: contrasts.map((each) => exceeds(each, 0)),
  denials: contrasts.map((each) => [isBelow(each, 0)]),
  level: LEVEL,
  gaps: [],
});

describe('the p value of an inequality', () => {
  it("is the upper tail of Student's t, which has a closed form of 4 degrees of freedom", () => {
    const upper = (t: number) => {
      const share = t ** 2 / (1 + t ** 2 / 4);
      return 0.5 - (3 / 8) * (t / Math.sqrt(1 + t ** 2 / 4)) * (1 - share / 12);
    };
    expect(pOf(exceeds(contrast(0.25, 0.1), 0))).toBeCloseTo(upper(2.5), 12);
    expect(pOf(exceeds(contrast(0.25, 0.1), 0.35))).toBeCloseTo(upper(-1), 12);
    // The normal distribution's.
    expect(pOf(exceeds(contrast(1.96, 1, { degreesOfFreedom: Number.POSITIVE_INFINITY }), 0))).toBeCloseTo(
      0.0249978951,
      9,
    );
  });

  it('is certain of what has no error', () => {
    const exact = (estimate: number) => pOf(exceeds(contrast(estimate, 0), 0));
    expect([exact(1), exact(-1), exact(0)]).toEqual([0, 1, 0.5]);
  });

  it('adds up to 1 with that of the opposite, and is the same the other way round', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (estimate, error, threshold) => {
          const own = contrast(estimate, error);
          expect(pOf(exceeds(own, threshold)) + pOf(isBelow(own, threshold))).toBeCloseTo(1, 9);
          expect(pOf(isBelow(own, threshold))).toBe(pOf(exceeds(negated(own), -threshold)));
        },
      ),
      { seed: 1 },
    );
  });
});

describe('a verdict', () => {
  it('supports what holds everywhere, and nothing less', () => {
    expect(judge(better(contrast(0.5, 0.1), contrast(0.6, 0.1)))).toMatchObject({
      verdict: 'supported',
      decision: null,
    });
    expect(judge(better(contrast(0.5, 0.1), contrast(0.1, 0.1)))).toMatchObject({ verdict: 'undecided' });
  });

  it('is contradicted by one place alone, where that survives the correction for all', () => {
    const refuting = contrast(-0.4, 0.1);
    expect(judge(better(contrast(0.5, 0.1), refuting)).verdict).toBe('contradicted');
    const neutral = Array.from({ length: 9 }, () => contrast(0, 0.1));
    const [alone, among] = [judge(better(refuting)), judge(better(refuting, ...neutral))];
    expect(alone.p.contradicted).toBeCloseTo(pOf(isBelow(refuting, 0)), 12);
    expect(among.p.contradicted).toBeCloseTo(10 * pOf(isBelow(refuting, 0)), 12);
    expect(among.verdict).toBe('undecided');
  });

  it('is never supported with a gap, but can be contradicted', () => {
    const gaps = ['not run'];
    expect(judge({ ...better(contrast(0.5, 0.1)), gaps })).toMatchObject({ verdict: 'undecided', decision: null });
    expect(judge({ ...better(contrast(-0.5, 0.1)), gaps }).verdict).toBe('contradicted');
    expect(judge({ needs: [], denials: [], level: LEVEL, gaps })).toMatchObject({ verdict: 'undecided' });
    expect(judge({ needs: [], denials: [], level: LEVEL, gaps: [] }).verdict).toBe('undecided');
  });

  it('asks more of a row that was picked from several', () => {
    const tests = better(contrast(0.3, 0.1));
    expect(judge(tests).verdict).toBe('supported');
    expect(judge({ ...tests, pickedFrom: 5 }).verdict).toBe('undecided');
  });
});

describe('the number of seeds that would decide', () => {
  it('shows what is seen with 80 % power, and one less does not', () => {
    // statsmodels' TTestPower().solve_power(effect_size=0.5, alpha=0.025, power=0.8, alternative='larger') = 33.37
    const seen = contrast(0.5, Math.sqrt(1 / 5));
    const { seeds, towards } = seedsToDecide({ ...better(seen), level: LEVEL });
    expect(towards).toBe('supported');
    expect(Math.abs((seeds ?? 0) - 34)).toBeLessThanOrEqual(1);
  });

  it('says where it would go, and that no number does where the examples are too few', () => {
    expect(seedsToDecide({ ...better(contrast(-0.1, 0.1)), level: LEVEL }).towards).toBe('contradicted');
    const noisy = contrast(0.1, 0.1, { variance: { ofSeeds: 0.005, ofExamples: 0.005 } });
    expect(seedsToDecide({ ...better(noisy), level: LEVEL })).toEqual({ seeds: null, towards: 'supported' });
    expect(seedsToDecide({ ...better(contrast(0, 0.1)), level: LEVEL })).toEqual({ seeds: null, towards: null });
    const tiny = contrast(1e-6, 0.1);
    expect(seedsToDecide({ ...better(tiny), level: LEVEL })).toEqual({ seeds: null, towards: 'supported' });
    expect(MOST_SEEDS).toBeGreaterThan(1000);
  });
});
