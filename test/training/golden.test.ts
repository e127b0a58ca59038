// Five training steps against PyTorch and PEFT: losses, gradient norms, and the logits after the last step.
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../harness/tensor/index.ts';
import { largestDifference } from '../fixtures.ts';
import { golden, takeGoldenSteps } from './golden.ts';

beforeAll(() => useBackend('onnx', { threads: 2 }));

describe.each(['full', 'lora'] as const)('%s', (method) => {
  it('takes the steps that PyTorch takes', async () => {
    const trace = await takeGoldenSteps(method);
    const expected = golden[method];
    expect(largestDifference(trace.losses, expected.losses)).toBeLessThan(1e-4);
    expect(largestDifference(trace.gradientNorms, expected.gradientNorms)).toBeLessThan(1e-3);
    expect(largestDifference(trace.finalLogits.flat(), expected.finalLogits.flat())).toBeLessThan(1e-3);
  });
});
