// Checks the types of a tokenizer.json's parts: @huggingface/tokenizers takes a list for a text and a text for a flag.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';

/** A key holds the same in every part that has it. What is null is as if absent. */
const KEYS: ReadonlyMap<string, Expected> = new Map(
  Object.entries({
    flag: [
      ...['clean_text', 'handle_chinese_chars', 'strip_accents', 'lowercase', 'strip_left', 'strip_right'],
      ...['add_prefix_space', 'trim_offsets', 'use_regex', 'split', 'invert', 'individual_digits', 'cleanup'],
      ...['fuse_unk', 'byte_fallback', 'ignore_merges'],
      ...['single_word', 'lstrip', 'rstrip', 'normalized', 'special'],
    ],
    text: [
      ...['type', 'content', 'prepend', 'prepend_scheme', 'behavior', 'prefix', 'suffix', 'precompiled_charsmap'],
      ...['unk_token', 'pad_token', 'word_delimiter_token'],
      ...['continuing_subword_prefix', 'continuing_subword_suffix', 'end_of_word_suffix'],
    ],
    character: ['replacement', 'delimiter'],
    count: ['start', 'stop', 'length', 'max_input_chars_per_word', 'unk_id'],
    pattern: ['pattern'],
    parts: ['normalizers', 'pretokenizers', 'decoders'],
  } satisfies Record<Expected, readonly string[]>).flatMap(([expected, keys]) =>
    keys.map((key): [string, Expected] => [key, expected as Expected]),
  ),
);

/** Those that are computed as the Rust library does. */
const MODELS: readonly unknown[] = ['WordPiece', 'BPE', 'Unigram'];

type Expected = 'flag' | 'text' | 'character' | 'count' | 'pattern' | 'parts';

const isText = (value: unknown): value is string => typeof value === 'string';

const TYPES: Readonly<Record<Expected, readonly [is: (value: unknown) => boolean, expected: string]>> = {
  flag: [(value) => typeof value === 'boolean', 'true or false'],
  text: [isText, 'a text'],
  character: [(value) => isText(value) && [...value].length === 1, 'one character'],
  count: [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number'],
  pattern: [
    (value) => isText(value) || (isJsonObject(value) && (isText(value.String) || isText(value.Regex))),
    '{"String": ...} or {"Regex": ...}',
  ],
  parts: [(value) => Array.isArray(value) && value.every(isJsonObject), 'a list of objects'],
};

/**
 * @param where names the source in errors
 * @throws InputError naming the key, its value and what was expected
 */
export function checkParts(tokenizerJson: JsonObject, where: string): void {
  for (const name of ['normalizer', 'pre_tokenizer', 'decoder', 'model']) checkPart(tokenizerJson[name], name, where);
  const { model, added_tokens: added } = tokenizerJson;
  if (!isJsonObject(model)) throw new InputError(`${where}: model is ${quoted(model)}, expected an object`);
  // Files of the first fast tokenizers name no type.
  if (model.type !== undefined && !MODELS.includes(model.type)) {
    throw new InputError(`${where}: model.type is ${quoted(model.type)}, expected one of ${MODELS.join(', ')}`);
  }
  if (Array.isArray(added)) for (const [i, token] of added.entries()) checkPart(token, `added_tokens[${i}]`, where);
}

function checkPart(part: unknown, at: string, where: string): void {
  if (part === null || part === undefined) return;
  if (!isJsonObject(part)) throw new InputError(`${where}: ${at} is ${quoted(part)}, expected an object`);
  for (const [key, value] of Object.entries(part)) {
    const expected = KEYS.get(key);
    if (expected === undefined || value === null) continue;
    const [is, wanted] = TYPES[expected];
    if (!is(value)) throw new InputError(`${where}: ${at}.${key} is ${quoted(value)}, expected ${wanted}`);
    if (expected !== 'parts' || !Array.isArray(value)) continue;
    for (const [i, inner] of value.entries()) checkPart(inner, `${at}.${key}[${i}]`, where);
  }
}
