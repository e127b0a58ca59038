// Which elements a dropout keeps, as bits: drawn by the lengths of the gaps between the rarer of the two, so that a small
// rate costs few draws.
import { threefry, type Words } from './threefry.ts';

/** Gaps from 0 up to one less; a longer one is drawn again from there, which geometric gaps allow. */
const LONGEST = 256;
const DRAWS = 2 ** 16;

/**
 * Bit i of word j, of eight bits each, is 1 where element 8 j + i is kept. Elements are dropped independently at `rate`,
 * whose odds are rounded to multiples of 2^-16 a gap. A function of key, rate and size alone.
 * @returns [ceil(size / 8)], each in 0..255
 */
export function dropMask(key: Words, rate: number, size: number): Int32Array {
  const dropsRarely = rate <= 0.5;
  const bytes = new Int32Array(Math.ceil(size / 8)).fill(dropsRarely ? 255 : 0);
  const gaps = gapTable(dropsRarely ? rate : 1 - rate);
  const words = new Int32Array(2);
  let at = 0;
  for (let counter = 0; at < size; counter++) {
    words[0] = counter;
    words[1] = 0;
    threefry(words, key);
    for (let draw = 0; draw < 4; draw++) {
      const gap = gaps[((words[draw >> 1] as number) >>> (16 * (draw & 1))) & 0xffff] as number;
      at += gap;
      if (gap === LONGEST) continue;
      if (at < size) bytes[at >> 3] = (bytes[at >> 3] as number) ^ (1 << (at & 7));
      at += 1;
    }
  }
  return bytes;
}

/** The gap of each of 2^16 equally likely draws: g with the odds rate (1 - rate)^g, {@link LONGEST} for all longer ones. */
function gapTable(rate: number): Uint16Array {
  const table = new Uint16Array(DRAWS).fill(LONGEST);
  let from = 0;
  let longer = 1;
  for (let gap = 0; gap < LONGEST; gap++) {
    longer *= 1 - rate;
    const to = Math.round(DRAWS * (1 - longer));
    table.fill(gap, from, to);
    from = to;
  }
  return table;
}
