// The loss on the fixed text against one computed from all logits by hand.
import { beforeAll, expect, it } from 'vitest';
import { feedCausal, padCausal } from '../../../harness/models/causal-batch.ts';
import { noDropout } from '../../../harness/models/dropout.ts';
import { openModel } from '../../../harness/models/load.ts';
import { tf, useBackend } from '../../../harness/tensor/index.ts';
import { fixedTextLogits, fixedTextLoss, fixedTokens } from '../../../harness/training/measure/fixed-text.ts';
import { fixturePath, tinyDecoder } from '../../fixtures.ts';

beforeAll(() => useBackend('onnx', { threads: 1 }));

it('is the mean of what each token after the first was worth', () => {
  const decoder = tinyDecoder('tiny-llama');
  const ids = Array.from({ length: 45 }, (_, i) => (i * 7 + 3) % 36);
  const tokens = padCausal([ids], decoder.spec.padTokenId);
  const logits = tf.tidy(() => {
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => tokens),
      noDropout,
    );
    return decoder.logits(states).arraySync();
  });
  const worth = ids.slice(1).map((id, i) => {
    const row = logits[i] as number[];
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (row[id] as number);
  });
  const expected = worth.reduce((sum, each) => sum + each, 0) / worth.length;
  expect(fixedTextLoss(decoder, ids)).toBeCloseTo(expected, 5);
  expect(expected).toBeGreaterThan(1);
  // Of the first 16 tokens, and not from another pass.
  const first = fixedTextLogits(decoder, ids);
  expect(first).toHaveLength(16 * decoder.spec.vocab);
  const differences = first.map((value, at) =>
    Math.abs(value - (logits[Math.floor(at / decoder.spec.vocab)]?.[at % decoder.spec.vocab] as number)),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-5);
});

it('is of no more tokens than the model reads', async () => {
  const { files, spec } = await openModel(fixturePath('decoder/llama'), undefined);
  if (spec.family !== 'decoder') throw new Error('no decoder');
  expect(fixedTokens(files.tokenizer, { spec })).toHaveLength(Math.min(256, spec.maxPositions));
});
