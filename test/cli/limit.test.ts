import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limiter } from '../../harness/cli/limit.ts';

test('starts tasks in order, never more at once than the limit, also when some fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ ticks: fc.integer({ min: 0, max: 5 }), fails: fc.boolean() }), { maxLength: 12 }),
      async (most, tasks) => {
        const limit = limiter(most);
        const started: number[] = [];
        let [running, highest] = [0, 0];
        const results = await Promise.allSettled(
          tasks.map(({ ticks, fails }, index) =>
            limit(async () => {
              started.push(index);
              highest = Math.max(highest, ++running);
              for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
              running--;
              if (fails) throw new Error('failed');
              return index;
            }),
          ),
        );
        expect(started).toEqual(tasks.map((_, index) => index));
        expect(highest).toBeLessThanOrEqual(most);
        expect(highest).toBe(Math.min(highest, tasks.length));
        expect(results.map(({ status }) => status)).toEqual(
          tasks.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
        );
      },
    ),
  );
});
