// What transformers' BERT normaliser does and @huggingface/tokenizers does otherwise, done to the text beforehand.
import { isJsonObject, type JsonObject } from './json-object.ts';

/**
 * Corrects texts for the library's BertNormalizer, which takes Chinese characters beyond U+FFFF for ordinary letters,
 * and lower-cases a word's last sigma as Greek does, where the Rust library goes letter by letter. What still differs
 * is combining marks and punctuation of rare scripts that came into Unicode after the Rust library's tables.
 */
export function bertCorrection(tokenizerJson: JsonObject): (text: string) => string {
  const normalizer = tokenizerJson.normalizer;
  if (!isJsonObject(normalizer) || normalizer.type !== 'BertNormalizer') return (text) => text;
  const { handle_chinese_chars: spacesChinese, lowercase } = normalizer;
  return (text) => {
    const spaced = spacesChinese === true ? text.replaceAll(ASTRAL_CHINESE, ' $& ') : text;
    return lowercase === true ? spaced.replaceAll('Σ', 'σ') : spaced;
  };
}

/** The ranges of is_chinese_char in the Rust library's normalizers/bert.rs, as they stand there. */
const ASTRAL_CHINESE = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
