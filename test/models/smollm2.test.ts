// Real weights: SmolLM2-135M against transformers on the same dequantised file (scripts/fixtures/smollm2.py).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { loadDecoder, openModel } from '../../harness/models/load.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { generate } from '../../harness/training/generate.ts';
import { type GoldenContinuations, readFixture } from '../fixtures.ts';

interface Golden {
  readonly ids: readonly number[];
  /** Of the token after `ids`: some tokens and their logits. */
  readonly tokens: readonly number[];
  readonly logits: readonly number[];
  /** What greedy decoding goes on with. */
  readonly continued: readonly number[];
}

const NAME = 'SmolLM2-135M-Instruct';
const models = process.env.PEFTBENCH_TEST_MODELS;
const isThere = models !== undefined && existsSync(join(models, NAME));

function nextLogits(decoder: Decoder, ids: readonly number[]): Float32Array {
  return tf.tidy(() => {
    const batch = padCausal([ids], decoder.spec.padTokenId);
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => batch),
      noDropout,
    );
    // Two rows: a product with one is computed by another routine.
    const last = tf.gather(states, [ids.length - 1, ids.length - 1]) as tf.Tensor2D;
    return decoder.logits(last).dataSync().slice(0, decoder.spec.vocab) as Float32Array;
  });
}

describe.skipIf(!isThere).each(['f32', 'q4'] as const)(
  `${NAME} in %s (skipped unless PEFTBENCH_MODELS names a folder that holds it)`,
  (precision) => {
    const golden = readFixture<Golden[]>('decoder/smollm2-logits.json');
    let decoder: Decoder;
    beforeAll(async () => {
      useBackend('onnx', { threads: 2 });
      const { files, spec } = await openModel(NAME, models);
      if (spec.family !== 'decoder') throw new Error(`${NAME} is not a decoder`);
      decoder = loadDecoder({ files, spec, precision });
    }, 60_000);

    it.each(golden)('has the logits of transformers within 1e-3 (%#)', ({ ids, tokens, logits }) => {
      const found = nextLogits(decoder, ids);
      const differences = tokens.map((token, i) => Math.abs((found[token] as number) - (logits[i] as number)));
      expect(Math.max(...differences)).toBeLessThan(1e-3);
    });

    it.each(golden)('goes on greedily with the same twelve tokens (%#)', ({ ids, continued }) => {
      const isEnd = (id: number) => decoder.spec.eosTokenIds.includes(id);
      const expected = continued.slice(0, continued.some(isEnd) ? continued.findIndex(isEnd) : continued.length);
      const settings = { maxNewTokens: continued.length, beams: 1 };
      expect(generate(decoder, [ids], settings, () => {})).toEqual([expected]);
    });

    const generated = readFixture<GoldenContinuations>('decoder/smollm2-generated.json');

    it.each(generated.cases)(
      'generates the tokens of transformers: $beams beams',
      ({ eosTokenIds, beams, continued }) => {
        expect(decoder.spec.eosTokenIds).toEqual(eosTokenIds);
        const { prompts, maxNewTokens } = generated;
        expect(generate(decoder, prompts, { maxNewTokens, beams }, () => {})).toEqual(continued);
      },
    );
  },
);
