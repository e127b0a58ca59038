// The tokenizer inside a GGUF file, as a tokenizer.json: whole, or from llama.cpp's lists of tokens, scores and merges.
// References: transformers' integrations/ggml.py and convert_slow_tokenizer.py; src/llama-vocab.cpp for the defaults.
import { InputError } from '../contracts/input-error.ts';
import type { GgufFile } from './gguf.ts';
import { type GgufMetadata, metadataOf } from './gguf-metadata.ts';
import { type JsonObject, parseJsonObject, quoted } from './json-object.ts';
import { createTokenizer, type TextTokenizer } from './tokenizer.ts';

/** The GGUF standard's key for a whole tokenizer.json. */
export const GGUF_TOKENIZER_KEY = 'tokenizer.huggingface.json';

/** @throws InputError where there is no tokenizer, or one of a kind that is not known */
export function ggufTokenizer(file: GgufFile): TextTokenizer {
  const metadata = metadataOf(file.metadata, file.path);
  if (metadata.has(GGUF_TOKENIZER_KEY)) {
    const where = `${file.path}: ${GGUF_TOKENIZER_KEY}`;
    return createTokenizer(parseJsonObject(metadata.string(GGUF_TOKENIZER_KEY), where), {}, where);
  }
  if (!metadata.has(MODEL))
    throw new InputError(
      `${file.path}: has neither metadata key '${GGUF_TOKENIZER_KEY}' nor '${MODEL}', expected a tokenizer`,
    );
  const model = metadata.string(MODEL);
  if (model !== 'gpt2' && model !== 'llama')
    throw new InputError(`${file.path}: metadata key '${MODEL}' is ${quoted(model)}, expected "gpt2" or "llama"`);
  const vocabulary = readVocabulary(metadata, file.path);
  const { json, addsBos } = (model === 'gpt2' ? byteLevel : sentencePiece)(metadata, vocabulary, file.path);
  const config = tokenizerConfig(metadata, vocabulary, addsBos, file.path);
  return createTokenizer(json, config, `${file.path}: tokenizer.ggml`);
}

const MODEL = 'tokenizer.ggml.model';
const TOKENS = 'tokenizer.ggml.tokens';
const PRE = 'tokenizer.ggml.pre';

/** A tokenizer.json, and whether texts begin with the token of beginnings where the file does not say. */
interface Made {
  readonly json: JsonObject;
  readonly addsBos: boolean;
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly ids: JsonObject;
  readonly addedTokens: readonly JsonObject[];
}

/** llama.cpp's llama_token_type: those that stand for themselves in a text, whatever is around them. */
const ADDED = new Map([
  [2, { special: true }],
  [3, { special: true }],
  [4, { special: false }],
]);

function readVocabulary(metadata: GgufMetadata, path: string): Vocabulary {
  const tokens = metadata.strings(TOKENS);
  const types = metadata.numbers('tokenizer.ggml.token_type');
  sameLength('tokenizer.ggml.token_type', types.length, tokens.length, path);
  const addedTokens = types.flatMap((type, id) => {
    const added = ADDED.get(type);
    return added === undefined ? [] : [{ id, content: tokens[id] ?? '', normalized: false, ...added }];
  });
  return { tokens, ids: Object.fromEntries(tokens.map((token, id) => [token, id])), addedTokens };
}

function sameLength(key: string, length: number, expected: number, path: string): void {
  if (length !== expected)
    throw new InputError(`${path}: metadata key '${key}' has ${length} elements, expected ${expected}, one a token`);
}

/** GPT-2's kind: BPE over bytes that are written as letters. */
function byteLevel(metadata: GgufMetadata, { ids, addedTokens }: Vocabulary, path: string): Made {
  const merges = metadata.strings('tokenizer.ggml.merges');
  const wrong = merges.find((merge) => merge.split(' ').length !== 2);
  if (wrong !== undefined)
    throw new InputError(
      `${path}: tokenizer.ggml.merges has ${quoted(wrong)}, expected two tokens with a space between`,
    );
  const pre = metadata.string(PRE);
  const known = PRE_TOKENIZERS.get(pre);
  if (known === undefined)
    throw new InputError(
      `${path}: metadata key '${PRE}' is ${quoted(pre)}, expected one of ${[...PRE_TOKENIZERS.keys()].join(', ')}`,
    );
  return {
    json: {
      added_tokens: addedTokens,
      normalizer: known.normalizer ?? null,
      pre_tokenizer: { type: 'Sequence', pretokenizers: known.steps },
      model: { type: 'BPE', vocab: ids, merges, ignore_merges: known.ignoreMerges ?? false },
      decoder: { type: 'ByteLevel' },
    },
    addsBos: known.bos ?? false,
  };
}

interface PreTokenizer {
  readonly steps: readonly JsonObject[];
  readonly normalizer?: JsonObject;
  /** A word that is a token is not put together from parts. */
  readonly ignoreMerges?: boolean;
  readonly bos?: boolean;
}

const bytes = (split: boolean): JsonObject => ({ type: 'ByteLevel', add_prefix_space: false, use_regex: split });

/** LLaMA 3's and Qwen 2's words, which differ in how many digits stand together. */
const words = (digits: string): JsonObject => ({
  type: 'Split',
  pattern: {
    Regex: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  },
  behavior: 'Isolated',
  invert: false,
});

/** By llama.cpp's names; each as the tokenizer.json of the models in question has it. */
const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map<string, PreTokenizer>([
  ['default', { steps: [bytes(true)] }],
  ['gpt-2', { steps: [bytes(true)] }],
  ['smollm', { steps: [{ type: 'Digits', individual_digits: true }, bytes(true)] }],
  ['llama-bpe', { steps: [words('\\p{N}{1,3}'), bytes(false)], ignoreMerges: true, bos: true }],
  ['qwen2', { steps: [words('\\p{N}'), bytes(false)], normalizer: { type: 'NFC' } }],
]);

/** SentencePiece's BPE: spaces are letters, pieces have scores, and what is no piece falls back to bytes. */
function sentencePiece(metadata: GgufMetadata, { tokens, ids, addedTokens }: Vocabulary, path: string): Made {
  const scores = metadata.numbers('tokenizer.ggml.scores');
  sameLength('tokenizer.ggml.scores', scores.length, tokens.length, path);
  const prepend = metadata.flag('tokenizer.ggml.add_space_prefix', true);
  const unknown = tokens[metadata.number('tokenizer.ggml.unknown_token_id', 0)];
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
  const json = {
    added_tokens: addedTokens,
    normalizer: { type: 'Sequence', normalizers: prepend ? [{ type: 'Prepend', prepend: SPACE }, spaces] : [spaces] },
    pre_tokenizer: null,
    model: {
      type: 'BPE',
      vocab: ids,
      merges: mergesOf(new Map(tokens.map((token, id) => [token, scores[id] ?? 0]))),
      unk_token: unknown,
      fuse_unk: true,
      byte_fallback: true,
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(prepend ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
  };
  return { json, addsBos: true };
}

const SPACE = '\u2581';

/**
 * Every way to put a piece together from two others, pieces of higher score first, and for one piece the parts of
 * higher score first: GGUFTokenizerSkeleton of transformers' integrations/ggml.py.
 */
function mergesOf(scores: ReadonlyMap<string, number>): [string, string][] {
  const scoreOf = (piece: string): number => scores.get(piece) ?? 0;
  const splits = [...scores.keys()].flatMap((piece) => {
    const letters = [...piece];
    const pairs = letters.map((_, i): [string, string] => [letters.slice(0, i).join(''), letters.slice(i).join('')]);
    return pairs
      .slice(1)
      .filter(([left, right]) => scores.has(left) && scores.has(right))
      .sort(([a, b], [c, d]) => scoreOf(c) - scoreOf(a) || scoreOf(d) - scoreOf(b));
  });
  return splits.sort(([a, b], [c, d]) => scoreOf(c + d) - scoreOf(a + b));
}

/** What tokenizer_config.json would say: the class says that bos and eos are added as the two flags have it. */
function tokenizerConfig(metadata: GgufMetadata, { tokens }: Vocabulary, addsBos: boolean, path: string): JsonObject {
  const named = SPECIAL_TOKENS.filter(([, key]) => metadata.has(key)).map(([name, key]) => {
    const id = metadata.number(key);
    const content = tokens[id];
    if (content === undefined)
      throw new InputError(`${path}: metadata key '${key}' is ${id}, expected an index of ${tokens.length} tokens`);
    return [name, content];
  });
  return {
    tokenizer_class: 'LlamaTokenizer',
    add_bos_token: metadata.flag('tokenizer.ggml.add_bos_token', addsBos),
    add_eos_token: metadata.flag('tokenizer.ggml.add_eos_token', false),
    ...Object.fromEntries(named),
  };
}

const SPECIAL_TOKENS = [
  ['bos_token', 'tokenizer.ggml.bos_token_id'],
  ['eos_token', 'tokenizer.ggml.eos_token_id'],
] as const;
