// Threefry against the known answers that come with its authors' library (Random123, kat_vectors: threefry2x32 20).
import { expect, it } from 'vitest';
import { threefry } from '../../harness/random/threefry.ts';

it.each([
  { counter: [0, 0], key: [0, 0], words: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: [0xc4923a9c, 0x483df7a0] },
] as const)('of counter $counter and key $key', ({ counter, key, words }) => {
  const block = Int32Array.from(counter);
  threefry(block, key);
  expect(Array.from(block, (word) => word >>> 0)).toEqual(words);
});
