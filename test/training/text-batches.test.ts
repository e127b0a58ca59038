// Rows of training texts: packed or one a row, at once or in micro-batches, the loss and its gradients are the same.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noDropout } from '../../harness/models/dropout.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { createDifferentiator } from '../../harness/training/gradients.ts';
import { IGNORED, type TextBatch, textObjective } from '../../harness/training/objective.ts';
import { bucketed, type LearntText, learntText, packed } from '../../harness/training/text-batches.ts';
import { largestDifference, tinyDecoder } from '../fixtures.ts';

const VOCAB = 37;
const PAD = 0;

/** Texts of 2 to 14 tokens, of which the last few are a response. */
function texts(count: number): LearntText[] {
  const draw = streamsOf(5)('texts');
  return Array.from({ length: count }, () => {
    const ids = Array.from({ length: 2 + draw.integer(13) }, () => draw.integer(VOCAB));
    return learntText({ ids, promptLength: draw.integer(ids.length) }, 'response');
  });
}

describe('what is learnt of a text', () => {
  const text = { ids: [7, 8, 9, 10, 2], promptLength: 3 };

  it('is the response, token by token, or the prompt too', () => {
    expect(learntText(text, 'response')).toEqual({ ids: [7, 8, 9, 10], labels: [IGNORED, IGNORED, 10, 2] });
    expect(learntText(text, 'all')).toEqual({ ids: [7, 8, 9, 10], labels: [8, 9, 10, 2] });
  });
});

describe('packed rows', () => {
  const text = fc
    .array(fc.integer({ min: 1, max: VOCAB - 1 }), { minLength: 2, maxLength: 12 })
    .map((ids) => learntText({ ids, promptLength: 1 }, 'response'));

  it('hold every text once, whole, at its own positions, in batches of one shape', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 3 }), (given, size) => {
        const batches = packed(given, 16, size, PAD);
        const found = batches.flatMap(textsIn);
        expect(found.map((each) => each.ids.join()).sort()).toEqual(given.map(({ ids }) => ids.join()).sort());
        for (const { ids, positions } of found) expect(positions).toEqual(ids.map((_, i) => i));
        expect(new Set(batches.map(({ tokens }) => `${tokens.size} ${tokens.length}`))).toEqual(
          new Set([`${size} 16`]),
        );
      }),
    );
  });
});

/** The texts of a batch, told apart by their branches. */
function textsIn({ tokens }: TextBatch): { ids: number[]; positions: number[] }[] {
  return Array.from({ length: tokens.size }, (_, row) => {
    const branches = [...(tokens.branches?.[row] ?? [])];
    return [...new Set(branches.filter((branch) => branch > 0))].map((branch) => {
      const at = branches.flatMap((other, i) => (other === branch ? [i] : []));
      return {
        ids: at.map((i) => tokens.ids[row * tokens.length + i] as number),
        positions: at.map((i) => tokens.positions[row]?.[i] as number),
      };
    });
  }).flat();
}

describe.each(['tiny-llama', 'tiny-mistral'] as const)('the step of %s', (name) => {
  beforeAll(() => useBackend('onnx', { threads: 2 }));
  const given = texts(9);

  it.each([
    ['in micro-batches of two', () => bucketed(given, 2, PAD)],
    ['packed', () => packed(given, 24, null, PAD)],
    ['packed, in micro-batches of one row', () => packed(given, 24, 1, PAD)],
    ['packed, in micro-batches with an empty row', () => packed(given, 16, 4, PAD)],
  ])('is the same %s', (_how, batches) => {
    const whole = step(bucketed(given, null, PAD));
    const other = step(batches());
    expect(other.loss).toBeCloseTo(whole.loss, 5);
    expect(other.norm).toBeCloseTo(whole.norm as number, 4);
    for (const [i, gradient] of other.gradients.entries()) {
      expect(largestDifference(gradient, whole.gradients[i] as Float32Array)).toBeLessThan(2e-5);
    }
  });

  it('is the same where the logits of few rows are computed', () => {
    const draw = streamsOf(6)('texts');
    const asked = Array.from({ length: 40 }, () => {
      const ids = Array.from({ length: 13 }, () => draw.integer(VOCAB));
      return learntText({ ids, promptLength: 12 }, 'response');
    });
    const [batch] = bucketed(asked, null, PAD) as [TextBatch];
    expect(textObjective(tinyDecoder(name)).shapeOf(batch).split(' ')).toContain('128');
    expect(batch.labels.length).toBeGreaterThan(400);
    const whole = step(bucketed(asked, 4, PAD));
    const few = step([batch]);
    expect(few.loss).toBeCloseTo(whole.loss, 5);
    for (const [i, gradient] of few.gradients.entries()) {
      expect(largestDifference(gradient, whole.gradients[i] as Float32Array)).toBeLessThan(2e-5);
    }
  });

  function step(batches: readonly TextBatch[]) {
    const decoder = tinyDecoder(name);
    const variables = decoder.parameters.map(({ variable }) => variable);
    const attached = { trainable: () => variables, finish() {} };
    const settings = { clip: 1, gradientCheckpointing: false };
    const differentiator = createDifferentiator(textObjective(decoder), attached, noDropout, settings);
    const numbers: number[] = [];
    const { loss, norm, gradients } = differentiator.differentiate(batches, variables, (i) => numbers.push(i));
    expect(new Set(numbers).size).toBe(batches.length);
    return { loss, norm, gradients: [...gradients.values()].map((each) => each.dataSync<'float32'>().slice()) };
  }
});
