// The words of comparisons: what a reader would take from them is what the predictions hold.
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvOf, markdownOf, NO_ROWS } from './made-report.ts';
import { comparedOf, madeScores } from './made-scores.ts';

const [GOOD, WEAK, SAYS_ONE] = ['good', 'weak', 'says\\\\\\|one'].map(
  (label) => new RegExp(`^\\| one +\\| acc +\\| +200 \\| (\\*\\*)?${label} `),
) as [RegExp, RegExp, RegExp];

describe('the tables of comparisons', () => {
  const both = comparedOf([madeScores('one'), madeScores('two')], ['lora, one, seed 9: scored on other examples']);
  const text = markdownOf(NO_ROWS, { compared: both });
  /** Cells of the first row that begins so, columns of one task apart. */
  const cellsOf = (start: RegExp) =>
    text
      .split('\n')
      .find((line) => start.test(line))
      ?.split(/(?<!\\)\|/)
      .map((cell) => cell.trim());

  test('have what needs no model beside the methods, and how many runs answer alike', () => {
    expect(cellsOf(/^\| one +\| acc +\| +200 \| \(no model: majority\)/)?.slice(5, 7)).toEqual(['—', '0.6000']);
    expect(cellsOf(/\(no model: chance\)/)?.slice(5, 7)).toEqual(['—', '0.5000']);
    expect(cellsOf(SAYS_ONE)?.at(-2)).toBe('5 of 5');
    expect(cellsOf(SAYS_ONE)?.[6]).toBe('0.6000');
    expect(cellsOf(GOOD)?.at(-2)).toBe('—');
  });

  test('give a letter of its own to the method that is told apart, and one to those that are not', () => {
    const [good, weak, one] = [GOOD, WEAK, SAYS_ONE].map((start) => cellsOf(start)?.at(-3));
    expect([good, weak]).not.toContain(undefined);
    expect(good).not.toBe(weak);
    expect(weak).toBe(one);
  });

  test('say of a pair how much, how surely, and what it would take', () => {
    const cells = cellsOf(/^\| one +\| good +\| weak /);
    expect(Number(cells?.[4]?.split(' ')[0])).toBeCloseTo(0.3, 1);
    expect(cells?.[4]).toMatch(/^0\.\d{4} \(0\.\d{4} to 0\.\d{4}\)$/);
    expect(cells?.[5]).toMatch(/^(< 0\.0001|0\.00\d+)$/);
    expect(cells?.[7]).toBe('5 of 5');
    expect(Number(cells?.[9])).toBeLessThanOrEqual(5);
  });

  test('name what has no part in them, and have the tasks together where there are several', () => {
    expect(text).toContain('- lora, one, seed 9: scored on other examples');
    expect(text).toContain('**Over 2 tasks.**');
    expect(markdownOf(NO_ROWS, { compared: comparedOf([madeScores('one')]) })).not.toContain('**Over');
  });

  test('are in CSV with all digits', () => {
    const lines = parse<Record<string, string>>(csvOf('comparisons', NO_ROWS, { compared: both }), { columns: true });
    expect(lines.map(({ task, first, second }) => [task, first, second])).toEqual(
      ['one', 'two'].flatMap((task) => [
        [task, 'good', 'weak'],
        [task, 'good', 'says|one'],
        [task, 'weak', 'says|one'],
      ]),
    );
    const [pair] = both.comparisons.tasks[0]?.pairs ?? [];
    expect(Number(lines[0]?.difference)).toBe(pair?.effect.value);
    expect(Number(lines[0]?.p_holm)).toBe(pair?.adjusted.overBoth.value);
    expect(new Set(lines.map(({ best }) => best))).toEqual(new Set(['good']));
  });
});
