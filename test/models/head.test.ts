// The task head against transformers (fixture made by scripts/fixtures/roberta_head.py).
import { beforeAll, describe, expect, it } from 'vitest';
import { feedTokens } from '../../harness/models/batch.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { createHead } from '../../harness/models/head.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { type GoldenInputs, goldenBatch, largestDifference, readFixture, tinyEncoder } from '../fixtures.ts';

interface HeadFixture {
  /** By parameter: matrices and vectors. */
  readonly head: Readonly<Record<string, readonly number[] | readonly number[][]>>;
  readonly logits: readonly number[][];
  readonly headParameters: number;
}

/** Our names of RobertaClassificationHead's parameters. */
const NAMES = (name: string) => name.replace('head.output', 'out_proj').replace('head.', '');

beforeAll(() => useBackend('onnx', { threads: 2 }));

describe("RoBERTa's head", () => {
  const golden = readFixture<HeadFixture>('encoder/roberta-head.json');

  it('has a dense layer of its own although the file holds a pooler, as RobertaForSequenceClassification', async () => {
    const encoder = await tinyEncoder('tiny-roberta');
    const head = createHead(encoder, 3, streamsOf(0)('init/head'));
    expect(head.parameters.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(golden.headParameters);
    expect(encoder.parameters.some(({ name }) => name.startsWith('pooler.'))).toBe(false);
    for (const { name, variable } of head.parameters) {
      const values = golden.head[NAMES(name)] as number[];
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    const batch = goldenBatch(readFixture<GoldenInputs>('encoder/tiny-roberta/golden.json'));
    const logits = tf.tidy(() => {
      const tokens = feedTokens(() => batch);
      return Array.from(head.outputs(encoder.first(tokens, noDropout), noDropout).dataSync());
    });
    expect(largestDifference(logits, golden.logits.flat())).toBeLessThan(1e-4);
  });
});
