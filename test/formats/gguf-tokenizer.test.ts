// Ids and texts from transformers' fast tokenizers (scripts/fixtures/decoder_files.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GGUFValueType, type MetadataValue, serializeGgufMetadata } from '@huggingface/gguf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GgufFile, openGguf } from '../../harness/formats/gguf.ts';
import { ggufTokenizer } from '../../harness/formats/gguf-tokenizer.ts';
import type { TextTokenizer } from '../../harness/formats/tokenizer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures/decoder');

/** [text, ids, decoded] */
type Case = readonly [string, number[], string];
interface Golden {
  readonly cases: readonly Case[];
  readonly pair?: { readonly ids: number[]; readonly typeIds: number[] };
  readonly eosOnly?: Golden;
}
const golden: Record<string, Golden> = JSON.parse(readFileSync(join(fixtures, 'tokenizers.json'), 'utf8'));
const byteLevel = openGguf(join(fixtures, 'llama.gguf'));
const sentencePiece = openGguf(join(fixtures, 'sentencepiece.gguf'));
const models = process.env.PEFTBENCH_TEST_MODELS;

/** The file with other metadata: a key that is undefined is left out. */
function changed(file: GgufFile, changes: Readonly<Record<string, MetadataValue | undefined>>): GgufFile {
  const metadata = new Map(file.metadata);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, value);
  }
  return { ...file, metadata };
}

const withPre = (pre: string) =>
  changed(byteLevel, { 'tokenizer.ggml.pre': pre, 'tokenizer.ggml.add_bos_token': false });

function expectCases(tokenizer: TextTokenizer, cases: readonly Case[]): void {
  for (const [text, ids, decoded] of cases) {
    expect(tokenizer.encode(text, undefined, 512).ids, JSON.stringify(text)).toEqual(ids);
    expect(tokenizer.decode(ids), JSON.stringify(text)).toBe(decoded);
  }
}

const BYTE_LEVEL = ['gpt-2', 'smollm', 'llama-bpe', 'qwen2'];

describe.each(BYTE_LEVEL)('byte-level, %s', (pre) => {
  const tokenizer = ggufTokenizer(withPre(pre));

  test('gives the ids and texts of transformers', () => {
    expectCases(tokenizer, golden[pre]?.cases ?? []);
    expect(golden[pre]?.cases.length).toBeGreaterThan(30);
  });

  test('differs from each of the others', () => {
    for (const other of BYTE_LEVEL.filter((name) => name !== pre))
      expect(
        (golden[other]?.cases ?? []).some(
          ([text, ids]) => tokenizer.encode(text, undefined, 512).ids.join() !== ids.join(),
        ),
      ).toBe(true);
  });
});

test('special tokens of a byte-level tokenizer', () => {
  const tokenizer = ggufTokenizer(byteLevel);
  expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([1, 2]);
  expect(tokenizer.encode('<|im_start|>', undefined, 8).ids).toEqual([1]);
  const both = ggufTokenizer(
    changed(byteLevel, { 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.add_eos_token': true }),
  );
  expect(both.encode('', '', 8)).toEqual({ ids: [1, 2, 1, 2], typeIds: [0, 0, 1, 1] });
});

test('LLaMA 3 begins texts with a token where the file does not say; GPT-2 does not', () => {
  const without = { 'tokenizer.ggml.add_bos_token': undefined };
  const encode = (pre: string) => ggufTokenizer(changed(withPre(pre), without)).encode('', undefined, 8).ids;
  expect(encode('llama-bpe')).toEqual([1]);
  expect(encode('gpt-2')).toEqual([]);
});

describe('SentencePiece', () => {
  const { cases, pair, eosOnly } = golden.sentencepiece as Golden;

  test('gives the ids and texts of transformers', () => {
    const tokenizer = ggufTokenizer(sentencePiece);
    expectCases(
      tokenizer,
      cases.map(([text, ids, decoded]) => [text, ids, decoded.replaceAll('\ufeff', '')]),
    );
    expect(tokenizer.encode('the question', 'an answer', 512)).toEqual(pair);
    expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([1, 2]);
  });

  test('with add_bos_token and add_eos_token the other way round', () => {
    const flags = { 'tokenizer.ggml.add_bos_token': false, 'tokenizer.ggml.add_eos_token': true };
    const tokenizer = ggufTokenizer(changed(sentencePiece, flags));
    expectCases(tokenizer, eosOnly?.cases ?? []);
    expect(tokenizer.encode('the question', 'an answer', 512)).toEqual(eosOnly?.pair);
  });

  test('with no space before texts', () => {
    const tokenizer = ggufTokenizer(changed(sentencePiece, { 'tokenizer.ggml.add_space_prefix': false }));
    const spaced = ggufTokenizer(sentencePiece);
    expect(tokenizer.encode(' the answer', undefined, 64).ids).toEqual(spaced.encode('the answer', undefined, 64).ids);
    expect(tokenizer.decode(tokenizer.encode(' a', undefined, 64).ids.slice(1))).toBe(' a');
  });
});

test('any text comes back from its ids, where every byte is a token', () => {
  const tokenizer = ggufTokenizer(sentencePiece);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      if (/<|\u2581|\ufeff/.test(text)) return;
      expect(tokenizer.decode(tokenizer.encode(text, undefined, 4096).ids.slice(1))).toBe(text);
    }),
  );
});

test('ids without a token have no text', () => {
  expect(ggufTokenizer(byteLevel).decode([])).toBe('');
  expect(ggufTokenizer(byteLevel).decode([1, 1_000_000])).toBe('<|im_start|>');
});

test.each<[string, GgufFile, Record<string, MetadataValue | undefined>, RegExp]>([
  [
    'a kind that is not known',
    byteLevel,
    { 'tokenizer.ggml.model': 't5' },
    /tokenizer\.ggml\.model' is "t5", expected "gpt2" or "llama"$/,
  ],
  [
    'no kind',
    byteLevel,
    { 'tokenizer.ggml.model': undefined },
    /has neither metadata key 'tokenizer\.huggingface\.json' nor 'tokenizer\.ggml\.model'/,
  ],
  [
    'a pre-tokenizer that is not known',
    byteLevel,
    { 'tokenizer.ggml.pre': 'tekken' },
    /tokenizer\.ggml\.pre' is "tekken", expected one of default, gpt-2, smollm, llama-bpe, qwen2$/,
  ],
  [
    'no pre-tokenizer',
    byteLevel,
    { 'tokenizer.ggml.pre': undefined },
    /tokenizer\.ggml\.pre' is undefined, expected a string/,
  ],
  [
    'no tokens',
    byteLevel,
    { 'tokenizer.ggml.tokens': undefined },
    /tokenizer\.ggml\.tokens' is undefined, expected a list of strings/,
  ],
  [
    'tokens that are numbers',
    byteLevel,
    { 'tokenizer.ggml.tokens': [1, 2] },
    /tokenizer\.ggml\.tokens' is a list of 2, expected a list of strings/,
  ],
  [
    'too few types',
    byteLevel,
    { 'tokenizer.ggml.token_type': [1] },
    /tokenizer\.ggml\.token_type' has 1 elements, expected 381/,
  ],
  ['no merges', byteLevel, { 'tokenizer.ggml.merges': undefined }, /tokenizer\.ggml\.merges' is undefined/],
  [
    'a merge of three',
    byteLevel,
    { 'tokenizer.ggml.merges': ['a b', 'a b c'] },
    /tokenizer\.ggml\.merges has "a b c", expected two tokens/,
  ],
  [
    'a special token beyond the list',
    byteLevel,
    { 'tokenizer.ggml.eos_token_id': 381 },
    /eos_token_id' is 381, expected an index of 381 tokens/,
  ],
  ['no scores', sentencePiece, { 'tokenizer.ggml.scores': undefined }, /tokenizer\.ggml\.scores' is undefined/],
  [
    'too many scores',
    sentencePiece,
    { 'tokenizer.ggml.scores': Array(1000).fill(0) },
    /tokenizer\.ggml\.scores' has 1000 elements/,
  ],
  [
    'a beginning without a token for it',
    changed(sentencePiece, { 'tokenizer.ggml.bos_token_id': undefined }),
    { 'tokenizer.ggml.tokens': Array(499).fill('a') },
    /tokenizer\.ggml: bos_token is "<s>", expected a token, as add_bos_token is true/,
  ],
  [
    'a tokenizer.json that is a number',
    byteLevel,
    { 'tokenizer.huggingface.json': 7 },
    /tokenizer\.huggingface\.json' is 7, expected a string/,
  ],
])('%s is an input error', async (_, file, changes, message) => {
  const error = await errorOf(() => ggufTokenizer(changed(file, changes)));
  expect(error).toMatch(message);
  expect(error.startsWith(`${file.path}: `)).toBe(true);
});

test('U+FEFF is a piece like any other, as in LLaMA 2, not a byte order mark', () => {
  const { STRING, ARRAY, INT32, FLOAT32, UINT32, UINT64 } = GGUFValueType;
  const list = (subType: GGUFValueType, value: (string | number)[]) => ({ type: ARRAY, subType, value });
  const pieces = ['<unk>', '<s>', '</s>', '\u2581', 'a', 'b', '\ufeff', '\ufeff\ufeff'];
  const bytes = serializeGgufMetadata({
    version: { value: 3, type: UINT32 },
    tensor_count: { value: 0n, type: UINT64 },
    kv_count: { value: 6n, type: UINT64 },
    'tokenizer.ggml.model': { value: 'llama', type: STRING },
    'tokenizer.ggml.tokens': list(STRING, pieces),
    'tokenizer.ggml.scores': list(FLOAT32, [0, 0, 0, -1, -2, -3, -4, -5]),
    'tokenizer.ggml.token_type': list(INT32, [2, 3, 3, 1, 1, 1, 1, 1]),
    'tokenizer.ggml.bos_token_id': { value: 1, type: UINT32 },
    'tokenizer.ggml.eos_token_id': { value: 2, type: UINT32 },
  });
  const file = openGguf(join(temporaryFolder({ 'bom.gguf': Buffer.from(bytes) }), 'bom.gguf'));
  expect(file.metadata.get('tokenizer.ggml.tokens')).toEqual(pieces);
  const tokenizer = ggufTokenizer(file);
  expect(tokenizer.vocabSize).toBe(8);
  expect(tokenizer.tokenize('a\ufeffb')).toEqual([3, 4, 6, 5]);
  expect(tokenizer.tokenize('a\ufeff\ufeff')).toEqual([3, 4, 7]);
  expect(tokenizer.decode([4, 6, 5])).toBe('a\ufeffb');
});

test.skipIf(models === undefined)(
  'SmolLM2-135M-Instruct (skipped unless PEFTBENCH_MODELS names a folder that holds it)',
  () => {
    const tokenizer = ggufTokenizer(
      openGguf(join(models ?? '', 'SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf')),
    );
    const { cases }: Golden = JSON.parse(readFileSync(join(fixtures, 'smollm2.json'), 'utf8'));
    expectCases(tokenizer, cases);
    expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([1, 2]);
    expect(tokenizer.vocabSize).toBe(49_152);
  },
);
