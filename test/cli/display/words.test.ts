// The small parts of what progress shows: times left, words, bars of losses, and texts made to fit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, fitted, padded, widthOf } from '../../../harness/cli/display/columns.ts';
import { StepClock } from '../../../harness/cli/display/estimate.ts';
import { sparkline } from '../../../harness/cli/display/sparkline.ts';
import { durationText, leftText, lossText, phaseText } from '../../../harness/cli/display/words.ts';
import { printableLine } from '../../../harness/contracts/printable.ts';

describe('the time left', () => {
  it('is that of the median of the last steps, less what the one under way has taken', () => {
    const clock = new StepClock();
    // The first is compiled: nobody knows how long it took alone.
    for (const [done, at] of [
      [1, 100],
      [2, 102],
      [3, 104],
      [4, 150],
      [5, 152],
    ] as const)
      clock.step('train', done, at);
    expect(clock.left(15, 152)).toBe(20);
    expect(clock.left(15, 153)).toBe(19);
    expect(clock.left(15, 999)).toBe(0);
  });

  it('is not known before a step was timed, and is none at the end', () => {
    const clock = new StepClock();
    expect(clock.left(9, 0)).toBeUndefined();
    clock.step('train', 1, 5);
    expect(clock.left(9, 6)).toBeUndefined();
    clock.step('train', 9, 7);
    expect(clock.left(9, 7)).toBeUndefined();
  });

  it('keeps steps of training apart from those of scoring', () => {
    const clock = new StepClock();
    clock.step('train', 1, 0);
    clock.step('train', 2, 10);
    clock.step('evaluate', 32, 11);
    clock.step('evaluate', 64, 12);
    expect(clock.left(128, 12)).toBe(2);
    clock.step('train', 3, 13);
    expect(clock.left(5, 13)).toBe(20);
  });
});

describe('words', () => {
  it.each([
    [0, '1 s'],
    [0.4, '1 s'],
    [40.4, '40 s'],
    [59.6, '1 min'],
    [170, '3 min'],
    [3599, '1 h'],
    [7800, '2 h 10 min'],
    [259_200, '3 days'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(durationText(seconds)).toBe(words);
    expect(leftText(seconds)).toBe(`about ${words} left`);
  });

  it('never say that nothing is left', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (seconds) => {
        expect(durationText(seconds)).toMatch(/^[1-9]\d* (s|min|h|days)( [1-9]\d* min)?$/);
      }),
    );
  });

  it('tell what a run does', () => {
    expect(phaseText({ phase: 'train', done: 40, total: 180 })).toBe('step 40/180');
    expect(phaseText({ phase: 'evaluate', done: 64, total: 300 })).toBe('scored 64/300');
    expect(phaseText({ phase: 'load', done: 0, total: 1 })).toBe('loading');
    expect([0.3149, 0.00123, 2.345, 11.7, Number.NaN].map(lossText)).toEqual([
      'loss 0.31',
      'loss 0.0012',
      'loss 2.35',
      'loss 11.70',
      'loss NaN',
    ]);
  });
});

describe('a sparkline', () => {
  it('goes from the largest to the least', () => {
    expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1], 8)).toBe('█▇▆▅▄▃▂▁');
    expect(sparkline([4, 4, 2, 2, 0, 0], 3)).toBe('█▅▁');
    expect(sparkline([], 8)).toBe('');
  });

  it('is as wide as it may be at most, whatever the losses', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 0, max: 20 }), (losses, width) => {
        const line = sparkline(losses, width);
        expect(line).toMatch(/^[▁▂▃▄▅▆▇█]*$/);
        expect([...line].length).toBe(Math.min(width, losses.filter(Number.isFinite).length));
      }),
    );
  });
});

describe('columns', () => {
  it('are two of a wide character, none of an accent and of colours', () => {
    expect(['lora', '実験', 'e\u0301', '\u001B[36m█\u001B[39m', '·', '🙂'].map(widthOf)).toEqual([4, 4, 1, 1, 1, 2]);
  });

  it('are never exceeded', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, fc.array(text), fc.integer({ min: 0, max: 30 }), (one, parts, columns) => {
        const clean = printableLine(one);
        expect(widthOf(cut(clean, columns))).toBeLessThanOrEqual(columns);
        expect(widthOf(padded(clean, columns))).toBe(columns);
        expect(widthOf(fitted(parts.map(printableLine), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
