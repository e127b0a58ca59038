// A tokenizer that has more tokens than a model has embeddings: fine-tunes add a padding token and leave the model as it was.
import { InputError } from '../contracts/input-error.ts';
import { quoted } from './json-object.ts';
import type { TextTokenizer } from './tokenizer.ts';

/**
 * The tokenizer itself where each token has a row; else one that refuses the texts in which another token occurs.
 * @param rows of the model's embeddings
 * @param path names the model in errors
 */
export function withinRows(tokenizer: TextTokenizer, rows: number, path: string): TextTokenizer {
  if (tokenizer.vocabSize <= rows) return tokenizer;
  const check = (ids: readonly number[], text: string): void => {
    const outside = ids.find((id) => id >= rows);
    if (outside === undefined) return;
    const token = `${quoted(tokenizer.decode([outside]))} (id ${outside})`;
    throw new InputError(
      `${path}: the text ${quoted(text)} has the token ${token}, expected ids below vocab_size ${rows}`,
    );
  };
  const known = (id: number | undefined) => (id === undefined || id >= rows ? undefined : id);
  return {
    ...tokenizer,
    encode(first, second, maxLength) {
      const encoded = tokenizer.encode(first, second, maxLength);
      check(encoded.ids, second === undefined ? first : `${first} ${second}`);
      return encoded;
    },
    tokenize(text) {
      const ids = tokenizer.tokenize(text);
      check(ids, text);
      return ids;
    },
    bosTokenId: known(tokenizer.bosTokenId),
    eosTokenId: known(tokenizer.eosTokenId),
  };
}
