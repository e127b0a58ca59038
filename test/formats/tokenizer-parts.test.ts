// Parts of a tokenizer.json whose values are of another type than the key's.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JsonObject, readJsonObject } from '../../harness/formats/json-object.ts';
import { createTokenizer } from '../../harness/formats/tokenizer.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const metaspace = readJsonObject(join(fixtures, 'decoder/metaspace/tokenizer.json'));
const bert = readJsonObject(join(fixtures, 'encoder/tiny-bert/tokenizer.json'));

const withModel = (changes: JsonObject): JsonObject => ({
  ...metaspace,
  model: { ...Object(metaspace.model), ...changes },
});
const withPreTokenizer = (changes: JsonObject): JsonObject => ({
  ...metaspace,
  pre_tokenizer: { ...Object(metaspace.pre_tokenizer), ...changes },
});

test.each<[string, JsonObject, RegExp]>([
  [
    'a list for a character',
    withPreTokenizer({ replacement: [0, 0] }),
    /x\.json: pre_tokenizer\.replacement is \[0,0\], expected one character/,
  ],
  [
    'a word for a character',
    withPreTokenizer({ replacement: '__' }),
    /pre_tokenizer\.replacement is "__", expected one character/,
  ],
  [
    'a text for a flag',
    withPreTokenizer({ split: 'false' }),
    /pre_tokenizer\.split is "false", expected true or false/,
  ],
  ['a list for a text', withModel({ end_of_word_suffix: [0] }), /model\.end_of_word_suffix is \[0\], expected a text/],
  ['a text for a part', { ...metaspace, normalizer: 'NFC' }, /normalizer is "NFC", expected an object/],
  [
    'a text for a list of parts',
    { ...metaspace, normalizer: { type: 'Sequence', normalizers: 'NFC' } },
    /normalizer\.normalizers is "NFC", expected a list of objects/,
  ],
  [
    'a number for the text of a part in a list',
    { ...metaspace, normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: 1 }] } },
    /normalizer\.normalizers\[0\]\.prepend is 1, expected a text/,
  ],
  [
    'a pattern that is neither text nor regular expression',
    { ...metaspace, normalizer: { type: 'Replace', pattern: {}, content: 'a' } },
    /normalizer\.pattern is {}, expected \{"String"/,
  ],
  [
    'half a count',
    { ...metaspace, decoder: { type: 'Strip', content: ' ', start: 0.5, stop: 0 } },
    /decoder\.start is 0\.5, expected a whole number/,
  ],
  [
    'a number for a flag of a BERT normaliser',
    { ...bert, normalizer: { ...Object(bert.normalizer), lowercase: 1 } },
    /normalizer\.lowercase is 1, expected true or false/,
  ],
  [
    'a text for a flag of an added token',
    { ...metaspace, added_tokens: [{ id: 0, content: '<unk>', lstrip: 'no' }] },
    /added_tokens\[0\]\.lstrip is "no", expected true or false/,
  ],
])('%s is an input error', async (_, json, message) => {
  expect(await errorOf(() => createTokenizer(json, {}, 'x.json'))).toMatch(message);
});

test('a text that the library cannot take apart is an input error', async () => {
  // Each of these bytes is a token, and the library hands them on as arguments of one call.
  const { tokenize } = createTokenizer(withModel({ end_of_word_suffix: 'a'.repeat(1_000_000) }), {}, 'x.json');
  expect(await errorOf(() => tokenize('b'))).toMatch(
    /^x\.json: cannot make tokens of the text "b" \(Maximum call stack/,
  );
});

test('null is as if absent', () => {
  const { tokenize } = createTokenizer(withModel({ end_of_word_suffix: null, fuse_unk: null }), {}, 'x.json');
  expect(tokenize('a').length).toBeGreaterThan(0);
});
