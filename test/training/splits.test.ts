// Which examples a run scores: drawn alike for every run, and with `evaluate --limit` the first.
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { limited, splitExamples } from '../../harness/training/splits.ts';
import { sampleConfig } from '../records/sample.ts';

/** As many as STS-B's development set, whose first 625 rows are all captions. */
const SCORED = Array.from({ length: 1500 }, (_, i) => i);
const DATA = { train: SCORED.slice(0, 50), evaluation: [{ name: 'validation', examples: SCORED }] };

function scoredBy(limitEval: number | null, of: { seed?: number; task?: string } = {}, data = DATA): number[] {
  const { seed, task }: RunConfig = sampleConfig(of);
  return [...(splitExamples(data, { seed, task: { ...task, limitEval } }).evaluation[0]?.examples ?? [])];
}

describe('limitEval', () => {
  it('draws from the whole set, whose rows may stand by kind, and keeps their order', () => {
    const scored = scoredBy(300);
    expect(new Set(scored).size).toBe(300);
    expect(scored).toEqual(scored.toSorted((a, b) => a - b));
    for (const part of [0, 500, 1000]) {
      const share = scored.filter((row) => row >= part && row < part + 500).length / 300;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.08);
    }
  });

  it('draws the same for every seed, and for a set whatever names it', () => {
    expect(scoredBy(300, { seed: 7 })).toEqual(scoredBy(300));
    const asPart = { ...DATA, evaluation: [{ name: 'stsb', examples: SCORED }] };
    expect(scoredBy(300, { task: 'glue/stsb+rte' }, asPart)).toEqual(scoredBy(300));
  });

  it('draws more by adding to fewer, and takes all where it is no limit', () => {
    expect(scoredBy(300)).toEqual(expect.arrayContaining(scoredBy(100)));
    for (const all of [null, 1500, 4000]) expect(scoredBy(all)).toEqual(SCORED);
  });

  it('is not what `evaluate --limit` goes by: the first so many', () => {
    expect(limited(DATA.evaluation, 3)[0]?.examples).toEqual([0, 1, 2]);
  });
});
