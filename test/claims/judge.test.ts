// Verdicts of inequalities: p values against SciPy's, and when a claim is supported, contradicted or undecided.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contrast, exceeds, isBelow, negated, pOf } from '../../harness/claims/contrast.ts';
import { MOST_SEEDS, seedsToDecide } from '../../harness/claims/decide.ts';
import { judge } from '../../harness/claims/judge.ts';
import { LEVEL, type Tests } from '../../harness/claims/tests.ts';

const contrast = (estimate: number, standardError: number, changes: Partial<Contrast> = {}): Contrast => ({
  ...{ what: 'a - b', scale: 'difference', turned: false },
  estimate,
  standardError,
  degreesOfFreedom: 4,
  seeds: 5,
  shares: { seeds: standardError ** 2, examples: 0, together: 0 },
  examplesFreedom: Number.POSITIVE_INFINITY,
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
    expect([exact(1), exact(-1), exact(0)]).toEqual([0, 1, 1]);
    expect(pOf({ ...exceeds(contrast(0, 0), 0), orEqual: true })).toBe(0);
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

  it('names what refutes it', () => {
    const [fine, refuting] = [contrast(0.5, 0.1), contrast(-0.4, 0.1)];
    const { refutedBy } = judge(better(fine, refuting));
    expect(refutedBy.map((each) => -each.contrast.estimate)).toEqual([-0.4]);
    expect(judge(better(fine)).refutedBy).toEqual([]);
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
  it("shows what is seen with 80 % power, as statsmodels' TTestPower has it", () => {
    // TTestPower().solve_power(effect_size=0.5, alpha=0.05, power=0.8) = 33.37
    const seen = contrast(0.5, Math.sqrt(1 / 5));
    expect(seedsToDecide({ ...better(seen), level: LEVEL })).toEqual({
      ...{ seeds: 34, tooFewExamples: false, towards: 'supported' },
    });
  });

  it('asks for more where several things must be shown together', () => {
    const seen = contrast(0.5, Math.sqrt(1 / 5));
    const [one, three] = [better(seen), better(seen, seen, seen)].map(
      (tests) => seedsToDecide({ ...tests, level: LEVEL }).seeds,
    );
    expect(three).toBeGreaterThan(Number(one) + 5);
  });

  it('goes where what is seen goes, a refutation before all else', () => {
    expect(seedsToDecide({ ...better(contrast(-0.1, 0.1)), level: LEVEL }).towards).toBe('contradicted');
    const rises = [exceeds(contrast(0.02, 0.02), 0)];
    const dips = [[isBelow(contrast(-0.01, 0.02), 0)]];
    expect(seedsToDecide({ needs: rises, denials: dips, level: LEVEL }).towards).toBe('contradicted');
  });

  it('is none where the examples are too few, where nothing is seen, and where there would be too many', () => {
    const noisy = contrast(0.1, 0.1, { shares: { seeds: 0.005, examples: 0.005, together: 0 }, examplesFreedom: 199 });
    const none = { seeds: null, tooFewExamples: true, towards: 'supported' };
    expect(seedsToDecide({ ...better(noisy), level: LEVEL })).toEqual(none);
    expect(seedsToDecide({ ...better(contrast(0, 0.1)), level: LEVEL })).toEqual({
      ...{ ...none, tooFewExamples: false, towards: null },
    });
    expect(seedsToDecide({ ...better(contrast(1e-6, 0.1)), level: LEVEL })).toEqual({ ...none, tooFewExamples: false });
    expect(MOST_SEEDS).toBeGreaterThan(1000);
  });
});
