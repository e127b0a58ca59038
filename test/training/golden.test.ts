// Five training steps against PyTorch and PEFT: losses, gradient norms, and the logits after the last step; at one rate, and
// under each schedule with a warm-up (scripts/fixtures/encoder.py, schedule.py).
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../harness/tensor/index.ts';
import { largestDifference, readFixture } from '../fixtures.ts';
import { golden, type Trace, takeGoldenSteps } from './golden.ts';

beforeAll(() => useBackend('onnx', { threads: 2 }));

function expectTrace(trace: Trace, expected: Trace): void {
  expect(largestDifference(trace.losses, expected.losses)).toBeLessThan(1e-4);
  expect(largestDifference(trace.gradientNorms, expected.gradientNorms)).toBeLessThan(1e-3);
  expect(largestDifference(trace.finalLogits.flat(), expected.finalLogits.flat())).toBeLessThan(1e-3);
}

const scheduled = readFixture<
  { warmup: number } & Record<'linear' | 'cosine' | 'constant', Record<'full' | 'lora', Trace>>
>('training/scheduled.json');

describe.each(['full', 'lora'] as const)('%s', (method) => {
  it('takes the steps that PyTorch takes', async () => {
    expectTrace(await takeGoldenSteps(method), golden[method]);
  });

  it.each(['linear', 'cosine', 'constant'] as const)(
    'takes them under the schedule %s with a warm-up',
    async (schedule) => {
      const { warmup } = scheduled;
      expectTrace(await takeGoldenSteps(method, { schedule, warmup }), scheduled[schedule][method]);
    },
  );
});
