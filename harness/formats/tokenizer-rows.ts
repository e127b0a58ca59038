// A tokenizer that has more tokens or token types than a model has embeddings: fine-tunes add a padding token and leave
// the model as it was.
import { InputError } from '../contracts/input-error.ts';
import { quoted } from './json-object.ts';
import type { TextTokenizer } from './tokenizer.ts';

/**
 * A tokenizer that refuses the texts in which a token, or a token's type, occurs that has no row.
 * @param rows of the model's embeddings of tokens
 * @param types rows of its embeddings of token types; undefined where it has none
 * @param path names the model in errors
 */
export function withinRows(
  tokenizer: TextTokenizer,
  rows: number,
  types: number | undefined,
  path: string,
): TextTokenizer {
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
      const type = encoded.typeIds.find((each) => types !== undefined && each >= types);
      if (type === undefined) return encoded;
      throw new InputError(
        `${path}: the tokenizer gives tokens the type ${type}, expected types below type_vocab_size ${types}`,
      );
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
