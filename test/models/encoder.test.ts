// Hidden states against transformers (fixtures made by scripts/fixtures/encoder.py).
import { beforeAll, describe, expect, it } from 'vitest';
import { feedTokens } from '../../harness/models/batch.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import type { Encoder } from '../../harness/models/encoder.ts';
import { loadEncoder, openModel } from '../../harness/models/load.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { type GoldenInputs, goldenBatch, largestDifference, readFixture, tinyEncoder } from '../fixtures.ts';

interface States {
  readonly lastHiddenState: readonly number[][][];
  readonly poolerOutput: readonly number[][];
}

const TOLERANCE = 1e-4;

beforeAll(() => useBackend('onnx', { threads: 2 }));

/** The largest difference at tokens that are not padding, in the dimensions that the fixture has; and of the pooled states. */
function differences(encoder: Encoder, inputs: GoldenInputs, golden: States): [hidden: number, pooled: number] {
  const batch = goldenBatch(inputs);
  const [hidden, pooled] = tf.tidy(() => {
    const tokens = feedTokens(() => batch);
    const first = encoder.first(tokens, noDropout);
    return [Array.from(encoder.hidden(tokens, noDropout).dataSync()), Array.from(encoder.pooled(first).dataSync())];
  });
  const width = encoder.spec.hidden;
  let most = 0;
  for (const [row, tokens] of golden.lastHiddenState.entries()) {
    for (const [at, expected] of tokens.entries()) {
      if (inputs.mask[row]?.[at] !== 1) continue;
      const start = (row * batch.length + at) * width;
      most = Math.max(most, largestDifference((hidden as number[]).slice(start, start + expected.length), expected));
    }
  }
  return [most, largestDifference(pooled as number[], golden.poolerOutput.flat())];
}

describe.each(['tiny-bert', 'tiny-roberta'] as const)('%s', (name) => {
  it('computes the hidden states of transformers', async () => {
    const golden = readFixture<GoldenInputs & States>(`encoder/${name}/golden.json`);
    const [hidden, pooled] = differences(await tinyEncoder(name), golden, golden);
    expect(hidden).toBeLessThan(TOLERANCE);
    expect(pooled).toBeLessThan(TOLERANCE);
  });
});

describe('the embedded all-MiniLM-L6-v2', () => {
  const golden = readFixture<GoldenInputs & { texts: [string, string | null][]; q8_0: States; f32: States }>(
    'encoder/minilm.json',
  );

  it('tokenises as transformers do', async () => {
    const { files } = await openModel('minilm-l6', undefined);
    for (const [row, [first, second]] of golden.texts.entries()) {
      const expected = golden.ids[row]?.filter((_, at) => golden.mask[row]?.[at] === 1);
      expect(files.tokenizer.encode(first, second ?? undefined, 128).ids).toEqual(expected);
    }
  });

  it('computes the hidden states of its dequantised weights, near those of the f32 weights', async () => {
    const encoder = loadEncoder(await openModel('minilm-l6', undefined));
    const [hidden, pooled] = differences(encoder, golden, golden.q8_0);
    expect(hidden).toBeLessThan(TOLERANCE);
    expect(pooled).toBeLessThan(TOLERANCE);
    const [fromF32] = differences(encoder, golden, golden.f32);
    expect(fromF32).toBeGreaterThan(TOLERANCE);
    expect(fromF32).toBeLessThan(0.06);
  });
});

// The f32 weights are 90 MB: PEFTBENCH_MODELS names a folder that has them as all-MiniLM-L6-v2/.
const models = process.env.PEFTBENCH_MODELS;

describe.skipIf(models === undefined)('all-MiniLM-L6-v2 in f32 (needs PEFTBENCH_MODELS)', () => {
  it('computes the hidden states of transformers', async () => {
    const golden = readFixture<GoldenInputs & { f32: States }>('encoder/minilm.json');
    const encoder = loadEncoder(await openModel('all-MiniLM-L6-v2', models));
    const [hidden, pooled] = differences(encoder, golden, golden.f32);
    expect(hidden).toBeLessThan(TOLERANCE);
    expect(pooled).toBeLessThan(TOLERANCE);
  });
});
