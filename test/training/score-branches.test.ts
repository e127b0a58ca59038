// Branches of packed prompts: the log-likelihoods that each continuation has in a sequence of its own.
import { beforeAll, describe, expect, it } from 'vitest';
import { feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import type { BranchedPrompt } from '../../harness/protocols/choice-prompt.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { scoreBranches } from '../../harness/training/score-branches.ts';
import { largestDifference, tinyDecoder } from '../fixtures.ts';

beforeAll(() => useBackend('onnx', { threads: 2 }));

/** Prompts of several lengths, some longer than the window of the tiny Mistral, with two to four branches. */
function prompts(vocab: number): BranchedPrompt[] {
  const draw = streamsOf(0)('prompts');
  const tokens = (most: number) => Array.from({ length: 1 + draw.integer(most) }, () => draw.integer(vocab));
  return Array.from({ length: 11 }, () => ({
    trunk: tokens(12),
    branches: Array.from({ length: 2 + draw.integer(3) }, () => tokens(6)),
  }));
}

function alone(decoder: Decoder, trunk: readonly number[], branch: readonly number[]): number {
  return tf.tidy(() => {
    const batch = padCausal([[...trunk, ...branch]], 0);
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => batch),
      noDropout,
    );
    const logarithms = tf.logSoftmax(decoder.logits(states)).arraySync() as number[][];
    return branch.reduce((sum, id, i) => sum + (logarithms[trunk.length + i - 1]?.[id] as number), 0);
  });
}

describe.each(['tiny-llama', 'tiny-mistral'] as const)('%s', (name) => {
  it('scores a branch as a sequence of its own', () => {
    const decoder = tinyDecoder(name);
    const all = prompts(decoder.spec.vocab);
    const scores = scoreBranches(decoder, all, () => {});
    for (const [i, { trunk, branches }] of all.entries()) {
      expect(scores[i]).toHaveLength(branches.length);
      for (const [j, branch] of branches.entries()) {
        expect(scores[i]?.[j]).toBeCloseTo(alone(decoder, trunk, branch), 4);
      }
    }
    decoder.dispose();
  });

  it('gives a prompt the same bits whatever it is scored with', () => {
    const decoder = tinyDecoder(name);
    const all = prompts(decoder.spec.vocab);
    const together = scoreBranches(decoder, all, () => {});
    const single = all.map((prompt) => scoreBranches(decoder, [prompt], () => {})[0]);
    expect(single).toEqual(together);
    decoder.dispose();
  });

  it('scores what follows a shared prefix as the whole, with the same bits whatever it is scored with', () => {
    const decoder = tinyDecoder(name);
    const draw = streamsOf(1)('prefixes');
    // The second is longer than what is remembered at a step, and than the window of the tiny Mistral.
    const prefixes = [5, 270].map((length) => Array.from({ length }, () => draw.integer(decoder.spec.vocab)));
    const all = prompts(decoder.spec.vocab)
      .slice(0, 5)
      .map((prompt, i) => {
        const prefix = prefixes[i % 3];
        return prefix === undefined ? prompt : { ...prompt, prefix };
      });
    const scores = scoreBranches(decoder, all, () => {});
    const plain = scoreBranches(
      decoder,
      all.map(({ trunk, branches, ...others }) => ({
        trunk: 'prefix' in others ? [...others.prefix, ...trunk] : trunk,
        branches,
      })),
      () => {},
    );
    for (const [i, sums] of scores.entries()) expect(largestDifference(sums, plain[i] as number[])).toBeLessThan(1e-4);
    const few = [0, 4];
    const single = few.map((i) => scoreBranches(decoder, [all[i] as BranchedPrompt], () => {})[0]);
    expect(single).toEqual(few.map((i) => scores[i]));
    decoder.dispose();
  });

  it('says how far it is', () => {
    const decoder = tinyDecoder(name);
    const all = prompts(decoder.spec.vocab);
    const seen: number[] = [];
    scoreBranches(decoder, all, (done) => seen.push(done));
    expect(seen.at(-1)).toBe(all.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    decoder.dispose();
  });
});
