// The nearest valid name to a mistyped one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../harness/contracts/nearest.ts';

const NAMES = ['learningRate', 'batchSize', 'epochs', 'glue/stsb', 'glue/sst2', 'commonsense/arc-easy'];

describe('nearestName', () => {
  it.each([
    ['learningrate', 'learningRate'],
    ['lerningRate', 'learningRate'],
    ['batch_size', 'batchSize'],
    ['epoch', 'epochs'],
    ['glue/sts-b', 'glue/stsb'],
    ['GLUE/SST2', 'glue/sst2'],
    ['arc-easy', 'commonsense/arc-easy'],
  ])('of %s is %s', (name, nearest) => expect(nearestName(name, NAMES)).toBe(nearest));

  it('of what is longer than any name is undefined', () => {
    const names = Array.from({ length: 100 }, (_, i) => `epochs${i}`);
    expect(nearestName('epochs'.repeat(100_000), names)).toBeUndefined();
  }, 2000);

  it.each(['momentum', '', 'zzzzzzzzzz'])('of %j is undefined', (name) =>
    expect(nearestName(name, NAMES)).toBeUndefined(),
  );

  it('of anything is undefined where there are no names', () => expect(nearestName('epochs', [])).toBeUndefined());

  it('takes the first of equals', () => expect(nearestName('b', ['ab', 'bc'])).toBe('ab'));

  it('forgives one slip in a name of four letters or more', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(11), fc.stringMatching(/^[a-z]$/), (name, at, letter) => {
        const cut = at % name.length;
        expect(nearestName(name.slice(0, cut) + name.slice(cut + 1), [name])).toBe(name);
        expect(nearestName(name.slice(0, cut) + letter + name.slice(cut), [name])).toBe(name);
        expect(nearestName(name.slice(0, cut) + letter + name.slice(cut + 1), [name])).toBe(name);
      }),
    );
  });
});
