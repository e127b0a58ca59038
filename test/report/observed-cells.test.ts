// The columns of what a run tells of itself: of each what the record holds, and nothing where it does not tell.
import { expect, test } from 'vitest';
import { asOfVersion3 } from '../../harness/records/migrate.ts';
import { OBSERVED_COLUMNS, observedCells } from '../../harness/report/observed-cells.ts';
import { completed, sampleConfig } from '../records/sample.ts';

const record = completed(sampleConfig(), 0.5);
const merge = (logits: number | null, freshOptimizer: boolean | null) => ({
  ...{ step: 1, layers: [0], norm: 0.5, logits, freshOptimizer },
});

test('are what the record holds', () => {
  const cells = observedCells({
    ...record,
    collapsed: { overall: true, sets: [] },
    merges: [merge(0.25, true), merge(0.5, true), merge(0.125, null)],
    update: {
      maps: 0.1,
      roles: [
        { role: 'q', norm: 0.1, rank: 2 },
        { role: 'k', norm: 0, rank: null },
        { role: 'v', norm: 0.1, rank: 4 },
      ],
      others: null,
    },
    forgetting: { before: 2.5, after: 2.75 },
  });
  expect(Object.keys(cells)).toEqual(OBSERVED_COLUMNS);
  expect(cells).toMatchObject({
    ...{ collapsed: 1, merges: 3, largest_merge_change: 0.5, fresh_optimizer: 1 },
    ...{ update_norm: 0.1, update_rank: 3, forgetting: 0.25 },
  });
});

test('say where one merge was not as it should be', () => {
  expect(observedCells({ ...record, merges: [merge(0.25, true), merge(0.5, false)] }).fresh_optimizer).toBe(0);
  expect(observedCells({ ...record, merges: [merge(0.25, true), merge(null, true)] }).largest_merge_change).toBeNull();
});

test('are empty of a record that does not tell', () => {
  const cells = observedCells(asOfVersion3({ ...record, unreadable: null }));
  expect(Object.values(cells)).toEqual(OBSERVED_COLUMNS.map(() => null));
});
