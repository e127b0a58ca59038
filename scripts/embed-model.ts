// Makes the embedded default model from a Hugging Face folder of all-MiniLM-L6-v2: linear maps and embeddings in Q8_0,
// norms and biases in F32, the tokenizer inside. npx tsx scripts/embed-model.ts --from FOLDER
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '../harness/contracts/input-error.ts';
import { bertMetadata, bertTensorNames } from '../harness/formats/gguf-bert.ts';
import { GGUF_TOKENIZER_KEY } from '../harness/formats/gguf-tokenizer.ts';
import { type GgufTensor, type GgufValue, writeGguf } from '../harness/formats/gguf-write.ts';
import { openModelFiles } from '../harness/formats/model-files.ts';
import type { TensorFile } from '../harness/formats/tensor-file.ts';
import { readText } from '../harness/formats/text.ts';

/** What the file says of where it comes from. */
const PROVENANCE: Readonly<Record<string, GgufValue>> = {
  'general.architecture': 'bert',
  'general.name': 'all-MiniLM-L6-v2',
  'general.license': 'apache-2.0',
  'general.source.url': 'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2',
  'general.file_type': { uint32: 7 },
  'general.quantization_version': { uint32: 2 },
};

/**
 * Writes a BERT folder as one GGUF file. The same folder gives the same bytes.
 *
 * @throws InputError where the folder is no BERT model with everything that the file should hold
 */
export async function embedModel(from: string, to: string): Promise<void> {
  const { config, tensors } = await openModelFiles(from);
  const metadata = {
    ...PROVENANCE,
    ...bertMetadata(config, join(from, 'config.json')),
    [GGUF_TOKENIZER_KEY]: readText(join(from, 'tokenizer.json')),
  };
  writeGguf(to, { metadata, tensors: quantized(tensors, Number(config.num_hidden_layers)) });
}

/** Matrices whose rows are whole blocks of 32 become Q8_0. */
function quantized(source: TensorFile, layers: number): GgufTensor[] {
  return bertTensorNames(layers).map(([original, name]) => {
    const shape = source.shape(original);
    const type = shape.length === 2 && (shape.at(-1) ?? 0) % 32 === 0 ? 'Q8_0' : 'F32';
    return { name, shape, type, data: source.read(original) };
  });
}

if (import.meta.filename === process.argv[1]) {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' } } });
    if (values.from === undefined) throw new InputError('--from is missing, expected a Hugging Face folder');
    const to = fileURLToPath(new URL('../harness/models/embedded/all-MiniLM-L6-v2.gguf', import.meta.url));
    mkdirSync(dirname(to), { recursive: true });
    await embedModel(values.from, to);
    console.error(`${to}: ${statSync(to).size} bytes`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
