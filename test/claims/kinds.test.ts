// What each kind of claim asks of the rows of a study, on scores whose truth is known.
import { describe, expect, it } from 'vitest';
import type { Contrast } from '../../harness/claims/contrast.ts';
import type { Evidence, MethodRow, Place } from '../../harness/claims/evidence.ts';
import { judgeClaims } from '../../harness/claims/judge-claims.ts';
import type { Claim } from '../../harness/claims/schema.ts';
import { figure, known, missing } from '../../harness/stats/summary.ts';

const row = (label: string, method: string, options: MethodRow['options'] = {}): MethodRow => ({
  ...{ label, method, options },
  learningRate: 1e-3,
});

/** Scores by label and task, each known with an error of `error`; costs by label. */
function evidence(
  rows: readonly MethodRow[],
  scores: Readonly<Record<string, readonly number[]>>,
  costs: Readonly<Record<string, number>> = {},
  error = 0.01,
): Evidence {
  const tasks = Object.values(scores)[0]?.map((_, index) => `task-${index}`) ?? [];
  const score = ({ task }: Place, label: string) => scores[label]?.[tasks.indexOf(task)];
  const contrast = (what: string, estimate: number, standardError: number): Contrast => ({
    ...{
      what,
      scale: 'difference',
      turned: false,
      estimate,
      standardError,
      degreesOfFreedom: 8,
      seeds: 5,
      runs: [what],
    },
    shares: { seeds: standardError ** 2, examples: 0, together: 0 },
    examplesFreedom: Number.POSITIVE_INFINITY,
  });
  return {
    models: ['model'],
    tasks,
    rows,
    mean(place, label) {
      const value = score(place, label);
      return value === undefined ? missing(`${label} was not run`) : figure(value);
    },
    quality(place, a, b) {
      const [first, second] = [score(place, a), score(place, b)];
      return first === undefined || second === undefined
        ? missing(`${a} - ${b}: not both were run`)
        : known(contrast(`${a} - ${b}, ${place.task}`, first - second, error));
    },
    cost: (_place, _name, a, b) => known(contrast(`${a} / ${b}`, Math.log((costs[b] ?? 1) / (costs[a] ?? 1)), 0)),
  };
}

const said = { name: 'claim', says: 'something' };
function verdictOf(claim: Claim, given: Evidence): string {
  const [judged] = judgeClaims([claim], given);
  return judged?.verdict ?? 'none';
}

const TWO = [row('a', 'xgblora'), row('b', 'lora')];

describe('better and equivalent', () => {
  const better: Claim = { ...said, kind: 'better', method: 'xgblora', than: 'lora' };
  const equivalent: Claim = { ...said, kind: 'equivalent', method: 'xgblora', to: 'lora', margin: 0.05 };

  it.each([
    ['a clear lead on each task', [0.8, 0.9], 'supported', 'contradicted'],
    ['a lead on one only', [0.8, 0.7], 'undecided', 'contradicted'],
    ['a lead, and a defeat', [0.8, 0.6], 'contradicted', 'contradicted'],
    ['nothing between them', [0.7, 0.7], 'undecided', 'supported'],
    ['a lead that does not matter', [0.725, 0.725], 'supported', 'supported'],
  ])('%s', (_what, a, isBetter, isEquivalent) => {
    const given = evidence(TWO, { a, b: [0.7, 0.7] });
    expect([verdictOf(better, given), verdictOf(equivalent, given)]).toEqual([isBetter, isEquivalent]);
  });

  it('asks for the margin, and takes the tasks that are named', () => {
    const given = evidence(TWO, { a: [0.8, 0.6], b: [0.7, 0.7] });
    expect(verdictOf({ ...better, tasks: ['task-0'] }, given)).toBe('supported');
    expect(verdictOf({ ...better, tasks: ['task-0'], margin: 0.09 }, given)).toBe('undecided');
    expect(verdictOf({ ...better, tasks: ['task-0'], margin: 0.2 }, given)).toBe('contradicted');
  });

  it('says what is not there, or not the only one', () => {
    const cola: Claim = { ...better, than: 'cola' };
    expect(judgeClaims([cola], evidence(TWO, { a: [1], b: [0] }))).toMatchObject([
      { verdict: 'undecided', gaps: ['the study has no method cola'], runs: [] },
    ]);
    const twice = [...TWO, row('b2', 'lora')];
    expect(judgeClaims([better], evidence(twice, { a: [1], b: [0], b2: [0] }))).toMatchObject([
      { verdict: 'undecided', gaps: ['the study has several rows of lora: b, b2'] },
    ]);
    expect(verdictOf({ ...better, than: 'b2' }, evidence(twice, { a: [1], b: [0], b2: [0] }))).toBe('supported');
  });
});

it('cheaper counts, and as many times as is said', () => {
  const cheaper: Claim = { ...said, kind: 'cheaper', method: 'a', than: 'b', in: 'trainable' };
  const given = evidence(TWO, { a: [0.5], b: [0.5] }, { a: 100, b: 1000 });
  expect(verdictOf(cheaper, given)).toBe('supported');
  expect(verdictOf({ ...cheaper, by: 10 }, given)).toBe('supported');
  expect(verdictOf({ ...cheaper, by: 11 }, given)).toBe('contradicted');
  expect(verdictOf({ ...cheaper, method: 'b', than: 'a' }, given)).toBe('contradicted');
  expect(verdictOf(cheaper, evidence(TWO, { a: [0.5], b: [0.5] }, { a: 100, b: 100 }))).toBe('contradicted');
});

describe('over a swept key', () => {
  const ranks = [16, 1, 4].map((r) => row(`r${r}`, 'lora', { r, alpha: 16 }));
  const rows = [...ranks, row('x', 'xgblora')];
  const monotone: Claim = { ...said, kind: 'monotone', method: 'lora', over: 'options.r', direction: 'rises' };
  const flat: Claim = { ...said, kind: 'flat', method: 'lora', over: 'options.r', margin: 0.05 };
  const optimum: Claim = { ...said, kind: 'optimum', method: 'lora', over: 'options.r', above: 'xgblora' };

  it.each([
    // Scores of r 1, 4, 16 and of the other method.
    ['rises', [0.6, 0.7, 0.8, 0.5], ['supported', 'contradicted', 'contradicted']],
    ['falls', [0.8, 0.7, 0.6, 0.5], ['contradicted', 'contradicted', 'contradicted']],
    ['is flat', [0.7, 0.7, 0.7, 0.5], ['undecided', 'supported', 'undecided']],
    ['has an optimum above the other', [0.6, 0.8, 0.6, 0.5], ['contradicted', 'contradicted', 'supported']],
    ['has an optimum below the other', [0.6, 0.8, 0.6, 0.9], ['contradicted', 'contradicted', 'contradicted']],
    ['rises, but dips', [0.6, 0.5, 0.8, 0.5], ['contradicted', 'contradicted', 'contradicted']],
  ])('a score that %s', (_what, [r1 = 0, r4 = 0, r16 = 0, x = 0], verdicts) => {
    const given = evidence(rows, { r1: [r1], r4: [r4], r16: [r16], x: [x] });
    expect([monotone, flat, optimum].map((claim) => verdictOf(claim, given))).toEqual(verdicts);
  });

  it('is of costs as well', () => {
    const given = evidence(rows, { r1: [0], r4: [0], r16: [0], x: [0] }, { r1: 10, r4: 40, r16: 160 });
    expect(verdictOf({ ...monotone, measure: 'trainState' }, given)).toBe('supported');
    expect(verdictOf({ ...monotone, measure: 'trainState', direction: 'falls' }, given)).toBe('contradicted');
    expect(verdictOf({ ...flat, measure: 'trainState' }, given)).toBe('contradicted');
  });

  it('names its rows, and in what else they differ', () => {
    const confounded = [row('r1', 'lora', { r: 1, alpha: 2 }), row('r4', 'lora', { r: 4, alpha: 8 })];
    const [judged] = judgeClaims([monotone], evidence(confounded, { r1: [0.5], r4: [0.9] }));
    expect(judged?.notes).toEqual(['rows, by the key: r1 (1), r4 (4)', 'the rows differ in options.alpha too']);
  });

  it('leaves out rows that differ in another option too, where values stand there twice', () => {
    const crossed = [...ranks, row('q4', 'lora', { r: 4, alpha: 16, targets: ['q'] })];
    const scores = { r1: [0.5], r4: [0.7], r16: [0.9], q4: [0.1] };
    expect(judgeClaims([monotone], evidence(crossed, scores))[0]).toMatchObject({
      verdict: 'supported',
      notes: ['rows, by the key: r1 (1), r4 (4), r16 (16)'],
    });
    const twoLines = [...crossed, row('q1', 'lora', { r: 1, alpha: 16, targets: ['q'] })];
    expect(judgeClaims([monotone], evidence(twoLines, { ...scores, q1: [0.1] }))[0]).toMatchObject({
      verdict: 'undecided',
      gaps: ['several rows of lora have the same options.r: r1, q1, r4, q4, r16'],
    });
  });

  it('leaves out a row that differs in another option too, where each value stands there once', () => {
    const mixed = [...ranks, row('q8', 'lora', { r: 8, alpha: 16, targets: ['q'] })];
    const scores = { r1: [0.5], r4: [0.7], r16: [0.9], q8: [0.1] };
    expect(judgeClaims([monotone], evidence(mixed, scores))[0]).toMatchObject({
      verdict: 'supported',
      notes: ['rows, by the key: r1 (1), r4 (4), r16 (16)'],
    });
  });

  it('names an option that only some of its rows have', () => {
    const some = [row('r1', 'lora', { r: 1 }), row('r4', 'lora', { r: 4, dropout: 0.1 })];
    expect(judgeClaims([monotone], evidence(some, { r1: [0.5], r4: [0.9] }))[0]?.notes).toEqual([
      'rows, by the key: r1 (1), r4 (4)',
      'the rows differ in options.dropout too',
    ]);
  });

  it('needs rows that differ in the key, and a row between the ends for an optimum', () => {
    const one = evidence([row('r1', 'lora', { r: 1 })], { r1: [0.5] });
    expect(judgeClaims([monotone], one)).toMatchObject([
      { verdict: 'undecided', gaps: ['the study has no two rows of lora that differ in options.r'] },
    ]);
    const two = evidence([row('r1', 'lora', { r: 1 }), row('r4', 'lora', { r: 4 })], { r1: [0.5], r4: [0.6] });
    const { above: _, ...alone } = optimum;
    expect(judgeClaims([alone], two)).toMatchObject([
      { verdict: 'undecided', gaps: ['the study has no row of lora between two others in options.r'] },
    ]);
  });

  it('transfers where the best of one task costs little on the other', () => {
    const transfers: Claim = { ...said, kind: 'transfers', method: 'lora', over: 'options.r', margin: 0.05 };
    const on = (r1: number[], r4: number[], r16: number[]) => verdictOf(transfers, evidence(ranks, { r1, r4, r16 }));
    expect(on([0.5, 0.5], [0.8, 0.8], [0.5, 0.5])).toBe('supported');
    expect(on([0.5, 0.8], [0.8, 0.5], [0.5, 0.5])).toBe('contradicted');
    expect(on([0.79, 0.8], [0.8, 0.79], [0.5, 0.5])).toBe('supported');
    expect(on([0.5], [0.8], [0.5])).toBe('undecided');
    // The same best row of both is no evidence where nothing is known well.
    const noisy = evidence(ranks, { r1: [0.5, 0.5], r4: [0.52, 0.52], r16: [0.5, 0.5] }, {}, 0.2);
    expect(verdictOf(transfers, noisy)).toBe('undecided');
  });
});
