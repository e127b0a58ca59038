// Generated tokens against transformers' generate() (fixtures made by scripts/fixtures/generate.py), each prompt alone.
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { generate } from '../../harness/training/generate.ts';
import { type GoldenContinuations, readFixture, tinyDecoder } from '../fixtures.ts';

const ignore = () => {};

beforeEach(() => useBackend('onnx', { threads: 2 }));

describe.each(['tiny-llama', 'tiny-mistral'] as const)('%s', (name) => {
  const { prompts, maxNewTokens, cases } = readFixture<GoldenContinuations>(`decoder/${name}/generated.json`);

  it.each(cases)('continues as transformers does: $beams beams, ended by $eosTokenIds', (golden) => {
    const decoder = tinyDecoder(name, golden.eosTokenIds);
    const { beams, continued } = golden;
    expect(generate(decoder, prompts, { maxNewTokens, beams }, ignore)).toEqual(continued);
    decoder.dispose();
  });

  it.each([1, 2])('continues a prompt alone and in any batch as in company: %i beams', (beams) => {
    const decoder = tinyDecoder(name);
    const options = { maxNewTokens: 8, beams };
    const together = generate(decoder, prompts, options, ignore);
    const inPairs = generate(decoder, prompts.toReversed(), { ...options, batchSize: 2 }, ignore);
    const alone = prompts.map((prompt) => generate(decoder, [prompt], options, ignore)[0]);
    expect(inPairs.toReversed()).toEqual(together);
    expect(alone).toEqual(together);
    decoder.dispose();
  });
});

it('says how far it is', () => {
  const decoder = tinyDecoder('tiny-llama');
  const seen: number[] = [];
  generate(decoder, [[3], [4], [3]], { maxNewTokens: 1, beams: 1, batchSize: 2 }, (done) => seen.push(done));
  expect(seen).toEqual([2, 3]);
  decoder.dispose();
});

it('refuses more beams than the vocabulary has tokens for', () => {
  const decoder = tinyDecoder('tiny-llama');
  const run = () => generate(decoder, [[3]], { maxNewTokens: 1, beams: 19 }, ignore);
  expect(run).toThrow(new InputError('beams is 19, expected fewer: 38 candidates of 37 tokens'));
  decoder.dispose();
});
