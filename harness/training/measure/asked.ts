// Hashes of what a model is asked, by evaluation set: of the texts and of the tokens that they became. Where two runs differ
// in them they were not asked the same, whatever else agrees.
import { createHash, type Hash } from 'node:crypto';
import type { AskedSet } from '../../records/schema.ts';

export interface AskedHashes {
  /**
   * Adds a question, in the order in which they are asked.
   * @param texts as the tokenizer is given them
   * @param tokens what the model reads, by sequence or by what the sequences have in common and what each adds
   */
  add(set: string, texts: readonly (string | readonly string[])[], tokens: readonly (readonly number[])[]): void;
  /** Of each set, SHA-256 of a line of JSON a question. */
  sets(): AskedSet[];
}

export function createAskedHashes(): AskedHashes {
  const hashes = new Map<string, { readonly prompts: Hash; readonly tokens: Hash }>();
  return {
    add(set, texts, tokens) {
      const own = hashes.get(set) ?? { prompts: createHash('sha256'), tokens: createHash('sha256') };
      hashes.set(set, own);
      own.prompts.update(`${JSON.stringify(texts)}\n`);
      own.tokens.update(`${JSON.stringify(tokens)}\n`);
    },
    sets: () =>
      [...hashes].map(([set, { prompts, tokens }]) => ({
        ...{ set, promptsSha256: prompts.copy().digest('hex'), tokensSha256: tokens.copy().digest('hex') },
      })),
  };
}
