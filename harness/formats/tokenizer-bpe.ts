// What the Rust library does before byte-level BPE and @huggingface/tokenizers does otherwise, said in the latter's terms.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';

/**
 * Rewrites a tokenizer.json for the library: its `Digits` knows ASCII digits alone and its `ByteLevel` JavaScript's
 * spaces (with U+FEFF, without U+0085), where Rust's go by Unicode, as the library's own `Split` does. And bytes that
 * are no token, where there is no unknown token to stand for them, disappear in Rust before anything is merged.
 * @param where names the source in errors
 * @throws InputError for a `Split` that the library would take for another
 */
export function bpeCorrection(tokenizerJson: JsonObject, where: string): JsonObject {
  const { model, pre_tokenizer: preTokenizer } = tokenizerJson;
  if (!isJsonObject(model) || model.type !== 'BPE' || !isJsonObject(preTokenizer)) return tokenizerJson;
  const steps = stepsOf(preTokenizer, where);
  const dropped = steps.some(({ type }) => type === 'ByteLevel') ? missingBytes(model) : [];
  const pretokenizers = dropped.length === 0 ? steps : [...steps, remove(dropped)];
  return { ...tokenizerJson, pre_tokenizer: { type: 'Sequence', pretokenizers } };
}

/** GPT-2's words. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

function stepsOf(step: JsonObject, where: string): JsonObject[] {
  switch (step.type) {
    case 'Sequence':
      return Array.isArray(step.pretokenizers)
        ? step.pretokenizers.filter(isJsonObject).flatMap((each) => stepsOf(each, where))
        : [step];
    case 'Digits':
      return [split(step.individual_digits === true ? '\\p{N}' : '\\p{N}+')];
    case 'ByteLevel':
      // A space put before a text comes before the split, within the one step.
      return step.use_regex === false || step.add_prefix_space === true
        ? [step]
        : [split(WORDS), { ...step, use_regex: false }];
    case 'Metaspace':
      // Rust begins a word at each space unless told not to; the library never does.
      return step.split === false ? [step] : [step, split(`${step.replacement}[^${step.replacement}]*`)];
    case 'Split':
      if (step.behavior !== 'Removed' && (step.behavior !== 'Isolated' || step.invert === true))
        throw new InputError(
          `${where}: pre_tokenizer Split has behavior ${quoted(step.behavior)}${step.invert === true ? ' inverted' : ''}, expected "Isolated" or "Removed"`,
        );
      return [step];
    default:
      return [step];
  }
}

function split(regex: string): JsonObject {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

/** The library's own step, which tokenizer.json does not have. */
function remove(characters: readonly number[]): JsonObject {
  const letters = characters.map((code) => `\\x{${code.toString(16)}}`);
  return { type: 'Replace', pattern: { Regex: `[${letters.join('')}]` }, content: '' };
}

/** The letters of bytes that are no token of a model without an unknown token. */
function missingBytes({ vocab, unk_token: unknown }: JsonObject): number[] {
  if (!isJsonObject(vocab) || (unknown !== null && unknown !== undefined)) return [];
  return BYTE_LETTERS.filter((code) => !Object.hasOwn(vocab, String.fromCodePoint(code)));
}

/** GPT-2's letter of each byte, as code points: printable ones stand for themselves, the others follow from U+0100. */
const PRINTABLE = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const BYTE_LETTERS: readonly number[] = [
  ...BYTES.filter(PRINTABLE),
  ...BYTES.filter((byte) => !PRINTABLE(byte)).map((_, index) => 256 + index),
];
