// Learning rates against transformers' get_scheduler (fixture made by scripts/fixtures/schedule.py).
import { expect, it } from 'vitest';
import type { Training } from '../../harness/contracts/run-config.ts';
import { scheduleFactor } from '../../harness/training/schedule.ts';
import { readFixture } from '../fixtures.ts';

interface Case extends Pick<Training, 'schedule' | 'warmup'> {
  readonly total: number;
  readonly factors: readonly number[];
}

it.each(readFixture<Case[]>('training/schedules.json'))('$schedule, warm-up $warmup of $total steps', (golden) => {
  expect(golden.factors).toHaveLength(golden.total);
  for (const [step, factor] of golden.factors.entries()) {
    expect(scheduleFactor(step, golden.total, golden)).toBeCloseTo(factor, 12);
  }
});
