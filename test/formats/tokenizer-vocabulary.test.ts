// What the library would take for ids, merges or pieces whatever it is: with an id of billions it does not come back.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, readJsonObject } from '../../harness/formats/json-object.ts';
import { createTokenizer } from '../../harness/formats/tokenizer.ts';
import { errorOf } from './error-of.ts';

const roberta = readJsonObject(join(import.meta.dirname, '../fixtures/tokenizer/roberta/tokenizer.json'));
const model = isJsonObject(roberta.model) ? roberta.model : {};
const vocab = isJsonObject(model.vocab) ? model.vocab : {};
const [added] = Array.isArray(roberta.added_tokens) ? roberta.added_tokens : [];

const withModel = (changes: JsonObject): JsonObject => ({ ...roberta, model: { ...model, ...changes } });
const withId = (id: unknown): JsonObject => withModel({ vocab: { ...vocab, new: id } });

test.each<[string, JsonObject, RegExp]>([
  ['an id that is no number', withId('7'), /x\.json: model\.vocab\["new"\] is "7", expected a token id below 2097152/],
  ['a negative id', withId(-1), /model\.vocab\["new"\] is -1, expected a token id/],
  ['half an id', withId(0.5), /model\.vocab\["new"\] is 0\.5, expected a token id/],
  ['an id of billions', withId(2 ** 31), /model\.vocab\["new"\] is 2147483648, expected a token id/],
  [
    'an added token without an id',
    { ...roberta, added_tokens: [{ ...added, id: null }] },
    /x\.json: added_tokens\[0\]\.id is null, expected a token id/,
  ],
  [
    'an added token without a text',
    { ...roberta, added_tokens: [{ ...added, content: '' }] },
    /added_tokens\[0\]\.content is "", expected a text/,
  ],
  ['added tokens that are no list', { ...roberta, added_tokens: 'a' }, /added_tokens is "a", expected a list/],
  ['no vocabulary', withModel({ vocab: 3 }), /model\.vocab is 3, expected tokens with their ids, or pieces/],
  [
    'a piece without a score',
    withModel({ vocab: [['a', 1], ['b']] }),
    /model\.vocab\[1\] is \["b"\], expected \[piece, score\]/,
  ],
  [
    'an unknown token that is none',
    withModel({ unk_token: '<none>' }),
    /x\.json: model\.unk_token is "<none>", expected a token of the vocabulary/,
  ],
  [
    'a WordPiece without an unknown token',
    { ...roberta, model: { type: 'WordPiece', vocab: { a: 0 }, continuing_subword_prefix: '##' } },
    /model\.unk_token is undefined, expected a token/,
  ],
  ['merges that are no list', withModel({ merges: {} }), /model\.merges is {}, expected a list/],
  [
    'a merge of one token',
    withModel({ merges: ['a b', 'a'] }),
    /model\.merges\[1\] is "a", expected two tokens with a space between/,
  ],
  [
    'a merge in another form than the first',
    withModel({ merges: [['a', 'b'], 'a b'] }),
    /model\.merges\[1\] is "a b", expected a list of two tokens/,
  ],
])('%s is an input error', async (_, json, message) => {
  expect(await errorOf(() => createTokenizer(json, {}, 'x.json'))).toMatch(message);
});
