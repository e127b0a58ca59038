// The likeliest next tokens have the same bits wherever in a batch a prompt stands, and on any number of threads.
import { beforeAll, expect, it } from 'vitest';
import { HIDDEN, padCausal } from '../../harness/models/causal-batch.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { createNextTokens } from '../../harness/training/next-tokens.ts';
import { restartBackend, tinyDecoder } from '../fixtures.ts';

const PADDED = 16;
const CAPACITY = 31;
const PROMPTS = [
  [5, 9, 30, 2, 11],
  [17, 3, 3, 8, 21, 36, 1, 4, 19],
  [12],
  [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  [33, 20, 4],
];
/** What each prompt is said to go on with. */
const NEXT = [7, 14, 30, 2, 22];

/** The candidates after each prompt and after its next token. */
function candidates(name: 'tiny-llama' | 'tiny-mistral', rows: readonly number[]) {
  const decoder = tinyDecoder(name);
  const model = createNextTokens(decoder, decoder.spec.vocab);
  const prompts = rows.map((row) => PROMPTS[row] as number[]);
  const padded = prompts.map((prompt) => Array.from({ length: PADDED }, (_, i) => prompt[i] ?? 0));
  const read = model.read({ ...padCausal(padded, 0), last: prompts.map(({ length }) => length - 1) });
  read.memory.reserve(CAPACITY);
  const after = model.step({
    size: rows.length,
    length: 1,
    ids: Int32Array.from(rows, (row) => NEXT[row] as number),
    positions: prompts.map(({ length }) => Int32Array.of(length)),
    past: prompts.map(({ length }) => Int32Array.from({ length: CAPACITY }, (_, i) => (i < length ? i : HIDDEN))),
    memory: read.memory,
  });
  decoder.dispose();
  return new Map(rows.map((row, i) => [row, [read.candidates[i], after[i]]]));
}

beforeAll(() => useBackend('onnx', { threads: 1 }));

it.each(['tiny-llama', 'tiny-mistral'] as const)('%s', (name) => {
  restartBackend(2);
  const expected = candidates(name, [0, 1, 2, 3, 4]);
  for (const threads of [1, 2]) {
    restartBackend(threads);
    for (const rows of [
      [4, 0],
      [1, 2, 3, 4, 0],
      [2, 3, 1],
    ]) {
      for (const [row, found] of candidates(name, rows)) expect(found).toEqual(expected.get(row));
    }
  }
});
