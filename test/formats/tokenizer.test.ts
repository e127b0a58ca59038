// Ids and token types from transformers' fast tokenizers (scripts/fixtures/tokenizer.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openGguf } from '../../harness/formats/gguf.ts';
import { isJsonObject, type JsonObject, parseJsonObject, readJsonObject } from '../../harness/formats/json-object.ts';
import { createTokenizer, type Encoded, truncateLongestFirst } from '../../harness/formats/tokenizer.ts';
import { tokenizerConfigOf } from '../../harness/formats/tokenizer-class.ts';
import { PRESETS } from '../../harness/models/presets.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures/tokenizer');

type Text = string | { readonly long: number };
interface Golden {
  /** Texts too long to repeat. */
  readonly long: string[];
  readonly cases: { first: Text; second: Text | null; maxLength: number; ids: number[]; typeIds: number[] }[];
}

const embedded = PRESETS.find(({ name }) => name === 'minilm-l6')?.path ?? '';
const minilm = parseJsonObject(String(openGguf(embedded).metadata.get('tokenizer.huggingface.json')), 'minilm');
const roberta = readJsonObject(join(fixtures, 'roberta/tokenizer.json'));

describe.each<[string, JsonObject, number]>([
  ['bert', minilm, 30522],
  ['roberta', roberta, 420],
])('%s', (name, json, vocabSize) => {
  const golden: Golden = JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8'));
  const tokenizer = createTokenizer(json, {});
  const textOf = (text: Text): string => (typeof text === 'string' ? text : (golden.long[text.long] ?? ''));

  test('gives the ids and token types of transformers', () => {
    for (const { first, second, maxLength, ids, typeIds } of golden.cases) {
      const pair = second === null ? undefined : textOf(second);
      expect(tokenizer.encode(textOf(first), pair, maxLength), JSON.stringify([first, second, maxLength])).toEqual({
        ids,
        typeIds,
      });
    }
    expect(golden.cases.length).toBeGreaterThan(100);
  });

  test('knows its size', () => {
    expect(tokenizer.vocabSize).toBe(vocabSize);
  });

  test('a length that holds the special tokens alone gives them alone; less is an input error', async () => {
    const special = name === 'bert' ? 3 : 4;
    expect(tokenizer.encode('a b c', 'd e', special).ids).toHaveLength(special);
    expect(await errorOf(() => tokenizer.encode('a', 'b', special - 1))).toMatch(/maxLength \d leaves no room/);
  });

  test('any text gives ids within the vocabulary, never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.string()),
        fc.integer({ min: 4, max: 40 }),
        (a, b, n) => {
          const { ids, typeIds } = tokenizer.encode(a, b ?? undefined, n);
          expect(ids.length).toBeLessThanOrEqual(n);
          expect(typeIds).toHaveLength(ids.length);
          expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabSize)).toBe(true);
        },
      ),
    );
  });
});

test('truncation keeps beginnings, fills the room, and cuts the shorter text only once both have half', () => {
  const length = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(length, length, length, (n, m, room) => {
      const [first, second] = [Array.from({ length: n }, (_, i) => i), Array.from({ length: m }, (_, i) => 100 + i)];
      const [a, b] = truncateLongestFirst(first, second, room);
      expect(a).toEqual(first.slice(0, a.length));
      expect(b).toEqual(second.slice(0, b.length));
      expect(a.length + b.length).toBe(Math.min(room, n + m));
      const [shorter, longer] = n <= m ? [a.length, b.length] : [b.length, a.length];
      if (shorter < Math.min(n, m)) expect(longer - shorter).toBeLessThanOrEqual(1);
    }),
  );
});

test('BertProcessing, RobertaProcessing, sequences and no post-processor at all', () => {
  const [cls, sep] = [
    ['<s>', 0],
    ['</s>', 2],
  ];
  const encode = (post_processor: unknown) => createTokenizer({ ...roberta, post_processor }, {}).encode('a', 'b', 9);
  const [a, b] = [encode(null).ids[0], encode(null).ids[1]];
  expect(encode(null)).toEqual({ ids: [a, b], typeIds: [0, 1] });
  expect(encode({ type: 'ByteLevel' })).toEqual({ ids: [a, b], typeIds: [0, 1] });
  expect(encode({ type: 'BertProcessing', cls, sep })).toEqual({ ids: [0, a, 2, b, 2], typeIds: [0, 0, 0, 1, 1] });
  const processing = { type: 'RobertaProcessing', cls, sep };
  expect(encode(processing)).toEqual({ ids: [0, a, 2, 2, b, 2], typeIds: [0, 0, 0, 0, 0, 0] });
  expect(encode({ type: 'Sequence', processors: [{ type: 'ByteLevel' }, processing] })).toEqual(encode(processing));
});

test('a folder that wants long texts cut on the left: ids of the Rust library', () => {
  const bert = readJsonObject(join(fixtures, '../encoder/tiny-bert/tokenizer.json'));
  const tokenizer = createTokenizer(bert, { truncation_side: 'left' });
  const [first, second] = ['a plane is taking off', 'the cat is on the mat'];
  const cases: [number, number[], number[]][] = [
    [14, [2, 43, 35, 56, 62, 59, 3, 25, 38, 35, 19, 31, 48, 3], [2, 38, 35, 54, 56, 21, 43, 25, 38, 35, 19, 31, 48, 3]],
    [9, [2, 56, 62, 59, 3, 19, 31, 48, 3], [2, 43, 25, 38, 35, 19, 31, 48, 3]],
    [8, [2, 62, 59, 3, 19, 31, 48, 3], [2, 25, 38, 35, 19, 31, 48, 3]],
    [4, [2, 3, 48, 3], [2, 31, 48, 3]],
    [3, [2, 3, 3], [2, 48, 3]],
  ];
  for (const [length, pair, single] of cases) {
    expect(tokenizer.encode(first, second, length).ids).toEqual(pair);
    expect(tokenizer.encode(second, undefined, length).ids).toEqual(single);
  }
});

test('a padding token that the vocabulary has not is no matter of texts', () => {
  const { ids } = createTokenizer(roberta, {}).encode('a', undefined, 9);
  for (const pad_token of ['[none]', { content: '[none]' }, null])
    expect(createTokenizer(roberta, { pad_token }).encode('a', undefined, 9).ids).toEqual(ids);
});

describe('a tokenizer_config.json that contradicts tokenizer.json', () => {
  interface Folder {
    readonly modelType: 'bert' | 'roberta';
    readonly tokenizer: JsonObject;
    readonly tokenizerConfig: JsonObject;
    readonly texts: [string, number[]][];
    readonly pair: Encoded;
  }
  const golden: { readonly first: string; readonly second: string; readonly folders: Folder[] } = JSON.parse(
    readFileSync(join(fixtures, 'contradicted.json'), 'utf8'),
  );
  const nameOf = ({ modelType, tokenizer, tokenizerConfig }: Folder) =>
    [modelType, JSON.stringify(tokenizerConfig), ...Object.keys(tokenizer)].join(' ');

  test.each(golden.folders.map((folder) => [nameOf(folder), folder] as const))('%s', (_, folder) => {
    const { modelType, tokenizer: changes, texts, pair } = folder;
    const json = { ...{ bert: minilm, roberta }[modelType], ...changes };
    const tokenizer = createTokenizer(json, tokenizerConfigOf(folder.tokenizerConfig, { model_type: modelType }));
    for (const [text, ids] of texts) expect(tokenizer.encode(text, undefined, 64).ids, text).toEqual(ids);
    expect(tokenizer.encode(golden.first, golden.second, 64)).toEqual(pair);
  });

  test('keys of slow tokenizers do nothing', () => {
    const config = { remove_space: true, do_lowercase_and_remove_accent: true, additional_special_tokens: null };
    const text = ' Two  Spaces';
    expect(createTokenizer(roberta, config).tokenize(text)).toEqual(createTokenizer(roberta, {}).tokenize(text));
  });

  test('a flag that is none', async () => {
    const error = (json: JsonObject, config: JsonObject) => errorOf(() => createTokenizer(json, config, 'x.json'));
    expect(await error(minilm, { tokenizer_class: 'BertTokenizer', do_lower_case: null })).toBe(
      'x.json: tokenizer_config.json has do_lower_case null, expected true or false',
    );
    expect(await error(minilm, { tokenizer_class: 'BertTokenizer', strip_accents: 'no' })).toMatch(
      /has strip_accents "no", expected true or false/,
    );
    expect(await error(roberta, { tokenizer_class: 'GPT2Tokenizer', add_prefix_space: 1 })).toMatch(
      /has add_prefix_space 1, expected true or false/,
    );
  });
});

describe('a LLaMA folder', () => {
  const decoder = join(fixtures, '../decoder');
  const golden = readJsonObject(join(decoder, 'tokenizers.json'));
  const json = readJsonObject(join(decoder, 'metaspace/tokenizer.json'));
  const eosToken = { __type: 'AddedToken', content: '</s>' };
  const config = {
    tokenizer_class: 'LlamaTokenizer',
    bos_token: '<s>',
    eos_token: eosToken,
    chat_template: '{{ bos }}',
  };
  const eos = { add_bos_token: false, add_eos_token: true };

  test.each<[string, boolean, JsonObject]>([
    ['metaspace', false, {}],
    ['metaspace eos', false, eos],
    ['metaspace split', true, {}],
    ['metaspace split eos', true, eos],
  ])('%s: ids and texts of transformers', (name, split, flags) => {
    const preTokenizer = isJsonObject(json.pre_tokenizer) ? { ...json.pre_tokenizer, split } : {};
    const tokenizer = createTokenizer({ ...json, pre_tokenizer: preTokenizer }, { ...config, ...flags });
    const { cases, pair } = golden[name] as { cases: [string, number[], string][]; pair: Encoded };
    for (const [text, ids, decoded] of cases) {
      expect(tokenizer.encode(text, undefined, 512).ids, JSON.stringify(text)).toEqual(ids);
      expect(tokenizer.decode(ids), JSON.stringify(text)).toBe(decoded.replaceAll('\ufeff', ''));
    }
    expect(tokenizer.encode('the question', 'an answer', 512)).toEqual(pair);
    expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([1, 2]);
  });

  test('tokens to add that there are not', async () => {
    const named = { ...config, bos_token: '[BOS]' };
    expect(await errorOf(() => createTokenizer(json, named, 'x.json'))).toBe(
      'x.json: bos_token is "[BOS]", expected a token, as add_bos_token is true',
    );
    expect(createTokenizer(json, { ...named, add_bos_token: false }).bosTokenId).toBeUndefined();
  });

  test('a split that the library would take for another', async () => {
    const withSplit = (step: JsonObject) => ({
      ...json,
      pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, ...step },
    });
    const error = (step: JsonObject) => errorOf(() => createTokenizer(withSplit(step), config, 'x.json'));
    expect(await error({ behavior: 'MergedWithPrevious', invert: false })).toBe(
      'x.json: pre_tokenizer Split has behavior "MergedWithPrevious", expected "Isolated" or "Removed"',
    );
    expect(await error({ behavior: 'Isolated', invert: true })).toMatch(/has behavior "Isolated" inverted/);
  });
});

test.each<[string, JsonObject, JsonObject, RegExp]>([
  [
    'an unknown post-processor',
    { ...roberta, post_processor: { type: 'Other' } },
    {},
    /x\.json: post_processor has type "Other"/,
  ],
  [
    'a special token without ids',
    {
      ...minilm,
      post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[A]', type_id: 0 } }], pair: [] },
    },
    {},
    /single\[0\] names "\[A\]", expected a key of special_tokens/,
  ],
  [
    'a special token that is none',
    { ...roberta, post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2 ** 32 - 1], cls: ['<s>', 0] } },
    {},
    /x\.json: post_processor has the token id 4294967295, expected one of the vocabulary/,
  ],
  [
    'a sequence C',
    {
      ...minilm,
      post_processor: { type: 'TemplateProcessing', single: [{ Sequence: { id: 'C', type_id: 0 } }], pair: [] },
    },
    {},
    /single\[0\] names the sequence "C", expected A or B/,
  ],
  [
    'an unknown model',
    { ...roberta, model: { type: 'Other' } },
    {},
    /x\.json: model\.type is "Other", expected one of/,
  ],
  ['no model', { added_tokens: [] }, {}, /x\.json: model is undefined, expected an object/],
  ['truncation on no side', roberta, { truncation_side: 'both' }, /truncation_side "both", expected "right" or "left"/],
])('%s is an input error', async (_, json, config, message) => {
  expect(await errorOf(() => createTokenizer(json, config, 'x.json'))).toMatch(message);
});
