// A decoder against transformers (fixtures made by scripts/fixtures/decoder.py): logits, gradients, continuations.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { type CausalSequences, feedCausal, HIDDEN, padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder, LayerMemory } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { capture, feed, softmaxCrossEntropy, tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { bareDecoder, fixturePath, largestDifference, readFixture, tinyDecoder } from '../fixtures.ts';
import { type GoldenLogits, logitDifference, logitsOf, textsOf } from './logits.ts';

interface Golden extends GoldenLogits {
  readonly labels: readonly number[][];
  readonly loss: number;
  /** What greedy decoding continues each row with. */
  readonly continued: readonly number[][];
}

const TOLERANCE = 1e-4;
const IGNORED = -100;

beforeEach(() => useBackend('onnx', { threads: 2 }));

describe.each(['tiny-llama', 'tiny-mistral'] as const)('%s', (name) => {
  const golden = readFixture<Golden>(`decoder/${name}/golden.json`);
  const texts = textsOf(golden);

  it('computes the logits of transformers, whatever the padding is', () => {
    const decoder = tinyDecoder(name);
    for (const pad of [0, 17]) expect(logitDifference(decoder, golden, pad)).toBeLessThan(TOLERANCE);
    decoder.dispose();
  });

  it.each(['onnx', 'cpu'] as const)("has the gradients of the causal language model's loss: %s", (backend) => {
    useBackend(backend, { threads: 2 });
    const decoder = tinyDecoder(name);
    const batch = padCausal(texts, 0);
    const labels = shifted(golden.labels, batch.length);
    const variables = decoder.parameters.map(({ variable }) => variable);
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(() => {
        const { states } = decoder.read(
          feedCausal(decoder.spec, () => batch),
          noDropout,
        );
        return softmaxCrossEntropy(decoder.logits(states), tf.tensor1d(labels, 'int32'), IGNORED);
      }, variables),
    );
    expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 4);
    const expected = bareDecoder(openSafetensors(fixturePath(`decoder/${name}/gradients.safetensors`)));
    expect([...expected.names].sort()).toEqual(decoder.parameters.map((parameter) => parameter.name).sort());
    for (const parameter of decoder.parameters) {
      const gradient = expected.read(parameter.name);
      const scale = largestDifference(gradient, new Float32Array(gradient.length));
      const found = grads[parameter.variable.name]?.dataSync() ?? [];
      expect(largestDifference(found, gradient) / scale, parameter.name).toBeLessThan(1e-3);
    }
    decoder.dispose();
  });

  it('scores continuations of a shared prefix as it scores the whole, in a replayed computation', () => {
    const decoder = tinyDecoder(name);
    const [prefix, options] = [
      [3, 14, 15, 9, 2, 6, 5],
      [[3, 5], [8, 9, 7, 9, 3], [2]],
    ] as const;
    const remembered = remember(decoder, prefix);
    const batch = padCausal(options, 0, remembered.positions);
    let current = batch;
    const program = capture(() => {
      const past = remembered.layers.map(({ keys, values, shape }) => ({
        keys: feed([...shape], 'float32', () => keys) as tf.Tensor4D,
        values: feed([...shape], 'float32', () => values) as tf.Tensor4D,
      }));
      const { states } = decoder.read(
        feedCausal(decoder.spec, () => current),
        noDropout,
        past,
      );
      return [decoder.logits(states)];
    });
    // Another batch first: it must leave nothing behind.
    current = { ...batch, ids: batch.ids.map((id) => (id + 5) % decoder.spec.vocab) };
    program.run()[0]?.dataSync();
    current = batch;
    const logits = rowsOf(program.run()[0] as tf.Tensor2D);
    for (const [row, option] of options.entries()) {
      const whole = logitsOf(decoder, padCausal([[...prefix, ...option]], 0));
      const [ours, theirs] = [
        logits.slice(row * batch.length, row * batch.length + option.length),
        whole.slice(prefix.length, prefix.length + option.length),
      ];
      expect(largestDifference(ours.flat(), theirs.flat())).toBeLessThan(TOLERANCE);
    }
    decoder.dispose();
  });

  it('continues texts of several lengths greedily as transformers does, token by token', () => {
    const decoder = tinyDecoder(name);
    const prompts = padCausal(texts, 0);
    const first = tf.tidy(() => {
      const { states, memory } = decoder.read(
        feedCausal(decoder.spec, () => prompts),
        noDropout,
      );
      const last = tf.tensor1d(
        texts.map((text, row) => row * prompts.length + text.length - 1),
        'int32',
      );
      return { memory: kept(memory), tokens: greatest(decoder.logits(tf.gather(states, last))) };
    });
    let { memory, tokens } = first;
    // Slots of padding are remembered too, and hidden.
    let past = texts.map((text) => Array.from({ length: prompts.length }, (_, i) => (i < text.length ? i : HIDDEN)));
    const continued = tokens.map((token) => [token]);
    for (let step = 0; step < 5; step++) {
      const positions = texts.map((text) => text.length + step);
      const batch: CausalSequences = {
        size: texts.length,
        length: 1,
        ids: Int32Array.from(tokens),
        positions: positions.map((position) => Int32Array.of(position)),
        past: past.map((row) => Int32Array.from(row)),
      };
      const before = memory;
      const next = tf.tidy(() => {
        const output = decoder.read(
          feedCausal(decoder.spec, () => batch),
          noDropout,
          before,
        );
        return { memory: kept(output.memory), tokens: greatest(decoder.logits(output.states)) };
      });
      ({ memory, tokens } = next);
      past = past.map((row, at) => [...row, positions[at] as number]);
      for (const [row, token] of tokens.entries()) continued[row]?.push(token);
    }
    expect(continued).toEqual(golden.continued);
    decoder.dispose();
  });
});

it.each([
  ['layers.0.self_attn.k_proj.weight', 0],
  ['embed_tokens.weight', 1],
])('adds to rows of the table of embeddings where it is trained only: %s', (trained, scatters) => {
  const decoder = tinyDecoder('tiny-llama');
  const { variable } = decoder.parameters.find(({ name }) => name === trained) as { variable: tf.Variable };
  const batch = padCausal([[1, 2, 3]], 0);
  const compiled = vi.spyOn(OnnxBackend.prototype, 'compile');
  tf.tidy(() => {
    const sum = () =>
      tf.sum(
        decoder.read(
          feedCausal(decoder.spec, () => batch),
          noDropout,
        ).states,
      ) as tf.Scalar;
    tf.variableGrads(sum, [variable]).grads[variable.name]?.dataSync();
  });
  const nodes = compiled.mock.calls.flatMap(([graph]) => graph.nodes.map(({ type }) => type));
  vi.restoreAllMocks();
  expect(nodes.filter((type) => type.startsWith('Scatter'))).toHaveLength(scatters);
  expect(nodes).toContain('com.microsoft:RotaryEmbedding');
  decoder.dispose();
});

function rowsOf(table: tf.Tensor2D): number[][] {
  const rows = table.arraySync();
  table.dispose();
  return rows;
}

/** The label of each row of logits: the next token's. */
function shifted(labels: readonly number[][], length: number): number[] {
  return labels.flatMap((row) => Array.from({ length }, (_, i) => row[i + 1] ?? IGNORED));
}

/** The memory of a text padded to 8 tokens, the padding hidden, read with another computation's help. */
function remember(decoder: Decoder, text: readonly number[]) {
  const batch = padCausal([text], 0);
  const layers = tf.tidy(() =>
    decoder
      .read(
        feedCausal(decoder.spec, () => batch),
        noDropout,
      )
      .memory.map(({ keys, values }) => ({
        shape: keys.shape,
        keys: keys.dataSync<'float32'>().slice(),
        values: values.dataSync<'float32'>().slice(),
      })),
  );
  return { layers, positions: Int32Array.from({ length: batch.length }, (_, i) => (i < text.length ? i : HIDDEN)) };
}

const kept = (memory: readonly LayerMemory[]): LayerMemory[] =>
  memory.map(({ keys, values }) => ({ keys: tf.keep(keys), values: tf.keep(values) }));

const greatest = (logits: tf.Tensor2D): number[] => Array.from(tf.argMax(logits, 1).dataSync());
