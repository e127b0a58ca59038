// Numbers of shingles: equal ones share one, others never do, however close they lie and however many there are.
import { expect, it } from 'vitest';
import { ShingleTable } from '../../harness/stats/shingle-table.ts';

/** Differ in one symbol each; twenty times as many as a table has places for at first. */
const NEIGHBOURS = Array.from({ length: 20_000 }, (_, i) => Int32Array.of(7, 7, 7, 7, 7).with(i % 5, 1000 + i));
const found = (table: ShingleTable) => NEIGHBOURS.map((shingle) => table.find(shingle, 0));
const added = (table: ShingleTable) => NEIGHBOURS.map((shingle) => table.add(shingle, 0));
const IN_ORDER = NEIGHBOURS.map((_, i) => i);

it('numbers shingles in their order, each once, and finds no other', () => {
  const table = new ShingleTable();
  expect(added(table)).toEqual(IN_ORDER);
  expect(added(table)).toEqual(IN_ORDER);
  expect(found(table)).toEqual(IN_ORDER);
  expect(table.size).toBe(NEIGHBOURS.length);
  const absent = NEIGHBOURS.map((shingle) => table.find(Int32Array.of(...shingle.map((symbol) => symbol + 1)), 0));
  expect(absent.every((number) => number < 0)).toBe(true);
});

it('is empty once cleared, and numbers from 0 again', () => {
  const table = new ShingleTable();
  added(table);
  table.clear();
  expect([table.size, found(table).every((number) => number < 0)]).toEqual([0, true]);
  expect(added(table)).toEqual(IN_ORDER);
});

it('takes other numbers, and grows with them', () => {
  const table = new ShingleTable();
  const [some, others] = [NEIGHBOURS.slice(0, 700), NEIGHBOURS.slice(700)];
  for (const shingle of some) table.add(shingle, 0);
  const reversed = Int32Array.from(some, (_, i) => some.length - 1 - i);
  table.renumber(reversed);
  for (const shingle of others) table.add(shingle, 0);
  expect(found(table)).toEqual([...reversed, ...IN_ORDER.slice(700)]);
});
