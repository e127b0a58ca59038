// The axes of the plot of trade-offs, and the figures in it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plotScale } from '../../../harness/report/page/plot-scale.ts';
import { plottedRows, plottedTable } from '../../../harness/report/page/plotted-rows.ts';
import { rounded } from '../../../harness/report/page/rounded.ts';
import { quickInput } from './inputs.ts';

const thousandths = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000);
const figures = fc.array(thousandths, { minLength: 1, maxLength: 9 });

test('every figure lies on the axis in its order, with ticks between its ends', () => {
  fc.assert(
    fc.property(figures, fc.boolean(), (values, mayBeLogarithmic) => {
      const scale = plotScale(values, mayBeLogarithmic);
      const places = values.toSorted((a, b) => a - b).map(scale.at);
      expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(scale.ticks.every((tick) => scale.at(tick) >= -1e-6 && scale.at(tick) <= 1 + 1e-6)).toBe(true);
      expect(scale.ticks.length).toBeLessThan(30);
    }),
  );
});

test('figures of several sizes are on a logarithmic axis, with powers of ten', () => {
  const scale = plotScale([27_648, 331_776, 22_713_216], true);
  expect(scale.isLogarithmic).toBe(true);
  expect(scale.ticks).toEqual([1e5, 1e6, 1e7]);
  expect(plotScale([0.46, 0.7], false).ticks).toEqual([0.5, 0.6, 0.7]);
});

test('the plot and the table beside it have the same figures, in the units that they name', () => {
  const { rows, records, path } = quickInput();
  const [plotted, table] = [plottedRows(rows), plottedTable(rows, records, path)];
  for (const [index, { label, task, measures }] of plotted.entries()) {
    const [method, ofTask, ...cells] = table.rows[index] ?? [];
    expect([method?.text, ofTask?.text]).toEqual([label, task]);
    expect(cells.map(({ value }) => value && rounded(value, 6))).toEqual(
      measures.map((measure) => measure?.[0] ?? null),
    );
    expect(cells.every(({ runs, command }) => runs.length === 2 && command?.includes('--only'))).toBe(true);
  }
  const [full] = rows;
  expect(plotted[0]?.measures[4]?.[0]).toBeCloseTo((full?.cost.peakRss.value.value ?? 0) / 1e6, 1);
});
