// Whether a decoder that says so has its table of embeddings as output map. Files that say so may hold a map of their own.
import type { TensorFile } from '../formats/tensor-file.ts';

/** As transformers 5 ties: an output map that lies in the file and is another than the embeddings stays apart. */
export function isTiedIn({ names, shape, read }: Pick<TensorFile, 'names' | 'shape' | 'read'>): boolean {
  if (![EMBEDDINGS, OUTPUT].every((name) => names.includes(name))) return true;
  if (shape(EMBEDDINGS).join() !== shape(OUTPUT).join()) return false;
  const [embeddings, output] = [read(EMBEDDINGS), read(OUTPUT)];
  return embeddings.every((value, i) => value === output[i]);
}

const EMBEDDINGS = 'embed_tokens.weight';
const OUTPUT = 'lm_head.weight';
