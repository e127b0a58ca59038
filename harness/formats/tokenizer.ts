// Text to token ids as transformers' fast tokenizers do it: special tokens, token types, truncation of pairs.
import { Tokenizer } from '@huggingface/tokenizers';
import { InputError } from '../contracts/input-error.ts';
import { type JsonObject, quoted } from './json-object.ts';
import { bertCorrection } from './tokenizer-bert.ts';
import { parsePostProcessor } from './tokenizer-template.ts';

/** Token ids and token types of one sequence, both of the same length. */
export interface Encoded {
  readonly ids: number[];
  readonly typeIds: number[];
}

export interface TextTokenizer {
  /**
   * One text or a pair with its special tokens, at most `maxLength` tokens in all (transformers'
   * `truncation=True, max_length=maxLength`: longest first, cut at the end).
   * @throws InputError where `maxLength` leaves no room for the special tokens
   */
  encode(first: string, second: string | undefined, maxLength: number): Encoded;
  readonly padTokenId: number;
  /** The largest token id and one: how many rows of embeddings the tokenizer needs. */
  readonly vocabSize: number;
}

/**
 * @param tokenizerJson the contents of `tokenizer.json`; its truncation and padding sections are not used
 * @param tokenizerConfig the contents of `tokenizer_config.json`, or {}
 * @param where names the source in errors
 * @throws InputError where the tokenizer is of a kind that is not known, or has no padding token
 */
export function createTokenizer(
  tokenizerJson: JsonObject,
  tokenizerConfig: JsonObject,
  where = 'tokenizer.json',
): TextTokenizer {
  const template = parsePostProcessor(tokenizerJson.post_processor, where);
  checkTruncationSide(tokenizerConfig.truncation_side, where);
  const library = createLibraryTokenizer(tokenizerJson, tokenizerConfig, where);
  const correct = bertCorrection(tokenizerJson);
  const tokenize = (text: string): number[] => library.encode(correct(text), { add_special_tokens: false }).ids;
  return {
    encode(first, second, maxLength) {
      const items = second === undefined ? template.single : template.pair;
      const room = maxLength - items.reduce((count, item) => count + ('ids' in item ? item.ids.length : 0), 0);
      if (room < 0) throw new InputError(`maxLength ${maxLength} leaves no room for the special tokens of ${where}`);
      const texts = truncateLongestFirst(tokenize(first), second === undefined ? [] : tokenize(second), room);
      const ids: number[] = [];
      const typeIds: number[] = [];
      for (const item of items) {
        const tokens = 'ids' in item ? item.ids : texts[item.sequence];
        for (const id of tokens) {
          ids.push(id);
          typeIds.push(item.typeId);
        }
      }
      return { ids, typeIds };
    },
    padTokenId: padTokenId(library, tokenizerConfig.pad_token, where),
    vocabSize: [...library.get_vocab().values()].reduce((max, id) => Math.max(max, id), -1) + 1,
  };
}

/**
 * Cuts two texts to `room` tokens together, as truncate_encodings of the Rust library: the shorter one stays whole
 * while the other can give enough; otherwise both get half, and an odd token goes to the longer (the second, if equal).
 */
export function truncateLongestFirst(first: number[], second: number[], room: number): [number[], number[]] {
  if (first.length + second.length <= room) return [first, second];
  const shorter = Math.min(first.length, second.length);
  const [less, more] = shorter * 2 <= room ? [shorter, room - shorter] : [Math.floor(room / 2), Math.ceil(room / 2)];
  return first.length > second.length
    ? [first.slice(0, more), second.slice(0, less)]
    : [first.slice(0, less), second.slice(0, more)];
}

/** The library gets no post-processor: truncation has to come before the special tokens. */
function createLibraryTokenizer(tokenizerJson: JsonObject, tokenizerConfig: JsonObject, where: string): Tokenizer {
  try {
    const parts = { normalizer: null, pre_tokenizer: null, decoder: null, added_tokens: [] };
    return new Tokenizer({ ...parts, ...tokenizerJson, post_processor: null }, tokenizerConfig);
  } catch (error) {
    throw new InputError(`${where}: not a tokenizer that can be read (${(error as Error).message})`);
  }
}

/** `pad_token` of tokenizer_config.json, a string or an object; else the usual names. */
function padTokenId(library: Tokenizer, padToken: unknown, where: string): number {
  const content =
    typeof padToken === 'object' && padToken !== null && 'content' in padToken ? padToken.content : padToken;
  const names = typeof content === 'string' ? [content] : ['[PAD]', '<pad>'];
  for (const name of names) {
    const id = library.token_to_id(name);
    if (id !== undefined) return id;
  }
  throw new InputError(`${where}: has no token ${names.join(' or ')}, expected a padding token`);
}

function checkTruncationSide(side: unknown, where: string): void {
  if (side !== undefined && side !== null && side !== 'right')
    throw new InputError(`${where}: tokenizer_config.json has truncation_side ${quoted(side)}, expected "right"`);
}
