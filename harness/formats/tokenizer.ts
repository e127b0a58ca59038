// Text to token ids as transformers' fast tokenizers do it: special tokens, token types, truncation of pairs.
import { Tokenizer } from '@huggingface/tokenizers';
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';
import { bertCorrection } from './tokenizer-bert.ts';
import { bpeCorrection } from './tokenizer-bpe.ts';
import { applyTokenizerClass, givesTokenTypes } from './tokenizer-class.ts';
import { checkParts } from './tokenizer-parts.ts';
import { bosEosTemplate, parsePostProcessor, type Template } from './tokenizer-template.ts';
import { checkVocabulary } from './tokenizer-vocabulary.ts';

/** Token ids and token types of one sequence, both of the same length. */
export interface Encoded {
  readonly ids: number[];
  readonly typeIds: number[];
}

export interface TextTokenizer {
  /**
   * One text or a pair with its special tokens, at most `maxLength` tokens in all (transformers'
   * `truncation=True, max_length=maxLength`: longest first, cut on the side that `truncation_side` names).
   * @throws InputError where `maxLength` leaves no room for the special tokens
   */
  encode(first: string, second: string | undefined, maxLength: number): Encoded;
  /** The ids of a text without special tokens. */
  tokenize(text: string): number[];
  /**
   * The text of ids, special tokens included, nothing cleaned up; ids without a token are left out. The library loses a
   * U+FEFF that SentencePiece wrote in bytes: it takes it for a byte order mark.
   */
  decode(ids: readonly number[]): string;
  /** The tokens that begin and end texts, where the tokenizer names them. */
  readonly bosTokenId: number | undefined;
  readonly eosTokenId: number | undefined;
  /** The largest token id and one: how many rows of embeddings the tokenizer needs. */
  readonly vocabSize: number;
}

/**
 * @param file the contents of `tokenizer.json`; its truncation and padding sections are not used
 * @param tokenizerConfig the contents of `tokenizer_config.json`, or {}, which is to go by tokenizer.json alone
 * @param where names the source in errors
 * @throws InputError where the tokenizer is of a kind that is not known
 */
export function createTokenizer(
  file: JsonObject,
  tokenizerConfig: JsonObject,
  where = 'tokenizer.json',
): TextTokenizer {
  const side = truncationSide(tokenizerConfig.truncation_side, where);
  const tokenizerJson = applyTokenizerClass(file, tokenizerConfig, where);
  const givesTypes = givesTokenTypes(tokenizerConfig);
  const library = createLibraryTokenizer(tokenizerJson, tokenizerConfig, where);
  const bosTokenId = idOf(library, tokenizerConfig.bos_token);
  const eosTokenId = idOf(library, tokenizerConfig.eos_token);
  const template = LLAMA_CLASSES.includes(tokenizerConfig.tokenizer_class)
    ? llamaTemplate(library, tokenizerConfig, where)
    : parsePostProcessor(tokenizerJson.post_processor, where);
  checkTemplate(template, library, where);
  const correct = bertCorrection(tokenizerJson);
  const tokenize = (text: string): number[] => {
    try {
      return library.encode(correct(text), { add_special_tokens: false }).ids;
    } catch (error) {
      throw new InputError(`${where}: cannot make tokens of the text ${quoted(text)} (${(error as Error).message})`);
    }
  };
  return {
    tokenize,
    encode(first, second, maxLength) {
      const items = second === undefined ? template.single : template.pair;
      const room = maxLength - items.reduce((count, item) => count + ('ids' in item ? item.ids.length : 0), 0);
      if (room < 0) throw new InputError(`maxLength ${maxLength} leaves no room for the special tokens of ${where}`);
      const texts = truncateLongestFirst(tokenize(first), second === undefined ? [] : tokenize(second), room, side);
      const ids: number[] = [];
      const typeIds: number[] = [];
      for (const item of items) {
        const tokens = 'ids' in item ? item.ids : texts[item.sequence];
        for (const id of tokens) {
          ids.push(id);
          typeIds.push(givesTypes ? item.typeId : 0);
        }
      }
      return { ids, typeIds };
    },
    decode(ids) {
      const known = ids.filter((id) => library.id_to_token(id) !== undefined);
      return known.length === 0 ? '' : library.decode(known, { clean_up_tokenization_spaces: false });
    },
    bosTokenId,
    eosTokenId,
    vocabSize: [...library.get_vocab().values()].reduce((max, id) => Math.max(max, id), -1) + 1,
  };
}

/**
 * Cuts two texts to `room` tokens together, as truncate_encodings of the Rust library: the shorter one stays whole
 * while the other can give enough; otherwise both get half, and an odd token goes to the longer (the second, if equal).
 */
export function truncateLongestFirst(
  first: number[],
  second: number[],
  room: number,
  side: TruncationSide = 'right',
): [number[], number[]] {
  if (first.length + second.length <= room) return [first, second];
  const shorter = Math.min(first.length, second.length);
  const [less, more] = shorter * 2 <= room ? [shorter, room - shorter] : [Math.floor(room / 2), Math.ceil(room / 2)];
  const cut = (ids: number[], length: number): number[] =>
    side === 'left' ? ids.slice(Math.max(0, ids.length - length)) : ids.slice(0, length);
  return first.length > second.length ? [cut(first, more), cut(second, less)] : [cut(first, less), cut(second, more)];
}

/** Where a text that is too long loses tokens. */
export type TruncationSide = 'left' | 'right';

/**
 * The library gets no post-processor: truncation has to come before the special tokens. Of tokenizer_config.json it gets
 * nothing but what its model needs: it follows keys that transformers' slow tokenizers alone do.
 */
function createLibraryTokenizer(tokenizerJson: JsonObject, tokenizerConfig: JsonObject, where: string): Tokenizer {
  checkParts(tokenizerJson, where);
  checkVocabulary(tokenizerJson, where);
  const corrected = bpeCorrection(tokenizerJson, where);
  try {
    const parts = { normalizer: null, pre_tokenizer: null, decoder: null, added_tokens: [] };
    const { bos_token, eos_token, pad_token, unk_token } = tokenizerConfig;
    return new Tokenizer(
      { ...parts, ...corrected, post_processor: null },
      { bos_token, eos_token, pad_token, unk_token },
    );
  } catch (error) {
    throw new InputError(`${where}: not a tokenizer that can be read (${(error as Error).message})`);
  }
}

/** Their post-processor follows these keys of tokenizer_config.json, whatever tokenizer.json says. */
const LLAMA_CLASSES: readonly unknown[] = ['LlamaTokenizer', 'LlamaTokenizerFast'];

function llamaTemplate(library: Tokenizer, config: JsonObject, where: string): Template {
  const added = (name: 'bos' | 'eos', byDefault: boolean, usual: string): number | undefined => {
    if ((config[`add_${name}_token`] ?? byDefault) !== true) return undefined;
    const token = config[`${name}_token`] ?? usual;
    const id = idOf(library, token);
    if (id === undefined)
      throw new InputError(
        `${where}: ${name}_token is ${quoted(token)}, expected a token, as add_${name}_token is true`,
      );
    return id;
  };
  return bosEosTemplate(added('bos', true, '<s>'), added('eos', false, '</s>'));
}

/** @throws InputError where a template puts what is no token around texts */
function checkTemplate({ single, pair }: Template, library: Tokenizer, where: string): void {
  const ids = [...single, ...pair].flatMap((item) => ('ids' in item ? item.ids : []));
  const unknown = ids.find((id) => library.id_to_token(id) === undefined);
  if (unknown !== undefined)
    throw new InputError(`${where}: post_processor has the token id ${unknown}, expected one of the vocabulary`);
}

/** The id of a token as tokenizer_config.json names it: a string, or an object with its content. */
function idOf(library: Tokenizer, token: unknown): number | undefined {
  const content = isJsonObject(token) ? token.content : token;
  return typeof content === 'string' ? library.token_to_id(content) : undefined;
}

function truncationSide(side: unknown, where: string): TruncationSide {
  if (side === undefined || side === null) return 'right';
  if (side === 'left' || side === 'right') return side;
  throw new InputError(
    `${where}: tokenizer_config.json has truncation_side ${quoted(side)}, expected "right" or "left"`,
  );
}
