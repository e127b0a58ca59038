// Generated tokens against transformers' generate() (fixtures made by scripts/fixtures/generate.py), each prompt alone.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { generate } from '../../harness/training/generate.ts';
import { readFixture, tinyDecoder } from '../fixtures.ts';

export interface GoldenContinuations {
  readonly prompts: readonly (readonly number[])[];
  readonly maxNewTokens: number;
  readonly cases: readonly {
    readonly eosTokenIds: readonly number[];
    readonly beams: number;
    /** Of each prompt, without the end token. */
    readonly continued: readonly (readonly number[])[];
  }[];
}

const ignore = () => {};

beforeEach(() => useBackend('onnx', { threads: 2 }));
afterEach(() => vi.restoreAllMocks());

describe.each(['tiny-llama', 'tiny-mistral'] as const)('%s', (name) => {
  const { prompts, maxNewTokens, cases } = readFixture<GoldenContinuations>(`decoder/${name}/generated.json`);

  it.each(cases)('continues as transformers does: $beams beams, ended by $eosTokenIds', (golden) => {
    const decoder = tinyDecoder(name, golden.eosTokenIds);
    const { beams, continued } = golden;
    expect(generate(decoder, prompts, { maxNewTokens, beams }, ignore)).toEqual(continued);
    decoder.dispose();
  });

  it.each([1, 4])('continues a prompt as it does in company: %i beams', (beams) => {
    const decoder = tinyDecoder(name);
    const together = generate(decoder, prompts, { maxNewTokens: 12, beams }, ignore);
    const inPairs = generate(decoder, prompts.toReversed(), { maxNewTokens: 12, beams, batchSize: 2 }, ignore);
    const alone = prompts.map((prompt) => generate(decoder, [prompt], { maxNewTokens: 12, beams }, ignore)[0]);
    expect(inPairs.toReversed()).toEqual(together);
    expect(alone).toEqual(together);
    decoder.dispose();
  });
});
