// Hidden states against transformers (fixtures made by scripts/fixtures/encoder.py).
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder, openModel } from '../../harness/models/load.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { type GoldenInputs, readFixture, tinyEncoder } from '../fixtures.ts';
import { type States, stateDifferences } from './states.ts';

const TOLERANCE = 1e-4;

beforeAll(() => useBackend('onnx', { threads: 2 }));

describe.each(['tiny-bert', 'tiny-roberta'] as const)('%s', (name) => {
  it('computes the hidden states of transformers', async () => {
    const golden = readFixture<GoldenInputs & States>(`encoder/${name}/golden.json`);
    const [hidden, pooled] = stateDifferences(await tinyEncoder(name), golden, golden);
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
    const [hidden, pooled] = stateDifferences(encoder, golden, golden.q8_0);
    expect(hidden).toBeLessThan(TOLERANCE);
    expect(pooled).toBeLessThan(TOLERANCE);
    const [fromF32] = stateDifferences(encoder, golden, golden.f32);
    expect(fromF32).toBeGreaterThan(TOLERANCE);
    expect(fromF32).toBeLessThan(0.06);
  });
});

// The f32 weights are 90 MB: PEFTBENCH_MODELS names a folder that has them as all-MiniLM-L6-v2/.
const models = process.env.PEFTBENCH_TEST_MODELS;

describe.skipIf(models === undefined)('all-MiniLM-L6-v2 in f32 (needs PEFTBENCH_MODELS)', () => {
  it('computes the hidden states of transformers', async () => {
    const golden = readFixture<GoldenInputs & { f32: States }>('encoder/minilm.json');
    const encoder = loadEncoder(await openModel('all-MiniLM-L6-v2', models));
    const [hidden, pooled] = stateDifferences(encoder, golden, golden.f32);
    expect(hidden).toBeLessThan(TOLERANCE);
    expect(pooled).toBeLessThan(TOLERANCE);
  });
});
