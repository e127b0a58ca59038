// A few damaged files of each kind, always the same: `npm run fuzz` tries thousands.
import { afterAll, describe, expect, it } from 'vitest';
import { fuzz, Readers } from './runner.ts';
import { TARGETS } from './targets.ts';

const RUNS = 6;
const readers = new Readers();

afterAll(() => readers.close());

describe('a damaged file is read right or refused in one clear line, in time and memory', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    const { findings } = await fuzz(target, { seed: 1, runs: RUNS }, readers);
    expect(findings).toEqual([]);
  });
});
