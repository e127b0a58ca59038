// Opens a model's files, whichever way they are kept: configuration, tokenizer, weights, and a checksum of them all.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError, MissingModel } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import type { GgufFile } from './gguf.ts';
import { bertConfig, bertTensors } from './gguf-bert.ts';
import { llamaConfig, llamaTensors } from './gguf-llama.ts';
import { firstPart, openGgufModel } from './gguf-split.ts';
import { ggufTokenizer } from './gguf-tokenizer.ts';
import { type JsonObject, quoted, readJsonObject } from './json-object.ts';
import { openSafetensors } from './safetensors.ts';
import { sha256OfFile, type TensorFile } from './tensor-file.ts';
import { createTokenizer, type TextTokenizer } from './tokenizer.ts';
import { tokenizerConfigOf } from './tokenizer-class.ts';
import { withinRows } from './tokenizer-rows.ts';

export interface ModelFiles {
  /** The folder or file that was opened. */
  readonly path: string;
  /** Hex: of a GGUF file itself; of several files, of lines "<sha256>  <name>" as sha256sum writes them, in order of name. */
  readonly sha256: string;
  /** In Hugging Face's keys: model_type, hidden_size, num_hidden_layers, ...; and `rope_factors` (see gguf-llama.ts). */
  readonly config: JsonObject;
  /** Refuses texts with tokens that the embeddings have no row for. */
  readonly tokenizer: TextTokenizer;
  /**
   * Under the names of Hugging Face's bare model, without the prefix of a task checkpoint:
   * embeddings.word_embeddings.weight, encoder.layer.0..., pooler.dense...; embed_tokens.weight, layers.0..., norm.weight, lm_head.weight.
   */
  readonly tensors: TensorFile;
}

/**
 * @param path a Hugging Face folder (config.json, tokenizer.json, model.safetensors or its index; tokenizer_config.json
 *   where there is one), a .gguf file or any part of a split one, or a folder with exactly one such and no safetensors
 * @throws InputError naming what is missing or malformed
 */
export async function openModelFiles(path: string): Promise<ModelFiles> {
  const files = locate(path);
  const model = files.kind === 'gguf' ? openGgufFile(path, files.file) : openFolder(path, files.weights);
  const { vocab_size: rows, type_vocab_size: types } = model.config;
  if (typeof rows !== 'number') return model;
  return {
    ...model,
    tokenizer: withinRows(model.tokenizer, rows, typeof types === 'number' ? types : undefined, path),
  };
}

/** What a model's sizes follow from. */
export interface ModelConfig {
  readonly config: JsonObject;
  /** The file it is from, as messages name it. */
  readonly source: string;
  /** Undefined where there are no weights. */
  readonly tensors: TensorFile | undefined;
}

/**
 * A model's configuration, for which its weights need not be there; nothing is hashed.
 * @param path as of {@link openModelFiles}; of a folder, config.json is enough
 * @throws InputError naming what is missing or malformed
 */
export function readModelConfig(path: string): ModelConfig {
  const files = locateIfThere(path);
  if (files?.kind === 'gguf') {
    const { config, tensors } = readGguf(files.file);
    return { config, source: files.file, tensors };
  }
  const source = join(path, 'config.json');
  const config = readJsonObject(source);
  const isTied = config.tie_word_embeddings === true;
  return { config, source, tensors: files && bareModel(openSafetensors(files.weights), isTied) };
}

/** Undefined for a folder that has a configuration alone. */
function locateIfThere(path: string): Located | undefined {
  try {
    return locate(path);
  } catch (error) {
    if (error instanceof MissingModel && existsSync(join(path, 'config.json'))) return undefined;
    throw error;
  }
}

type Located = { readonly kind: 'gguf'; readonly file: string } | { readonly kind: 'folder'; readonly weights: string };

function locate(path: string): Located {
  const stats = statIfThere(path);
  if (stats === undefined) throw new MissingModel(`${path}: does not exist, expected a model folder or a .gguf file`);
  if (!stats.isDirectory()) {
    if (path.endsWith('.gguf')) return { kind: 'gguf', file: path };
    throw new InputError(`${path}: is not a .gguf file, expected one, or a model folder`);
  }
  const weights = ['model.safetensors', 'model.safetensors.index.json'].find((name) => existsSync(join(path, name)));
  if (weights !== undefined) return { kind: 'folder', weights: join(path, weights) };
  const ggufs = readdirSync(path).filter((name) => name.endsWith('.gguf'));
  const [file, ...others] = [...new Set(ggufs.map(firstPart))].sort();
  if (file === undefined)
    throw new MissingModel(`${path}: has neither model.safetensors, model.safetensors.index.json nor a .gguf file`);
  if (others.length > 0)
    throw new InputError(
      `${path}: has ${others.length + 1} .gguf files (${file}, ${others[0]}, ...), name one of them`,
    );
  return { kind: 'gguf', file: join(path, file) };
}

function openFolder(path: string, weights: string): ModelFiles {
  const configPath = join(path, 'config.json');
  const tokenizerPath = join(path, 'tokenizer.json');
  const tokenizerConfigPath = join(path, 'tokenizer_config.json');
  const tensors = openSafetensors(weights);
  const config = readJsonObject(configPath);
  if (!existsSync(tokenizerPath)) throw new InputError(`${tokenizerPath}: ${withoutTokenizer(path)}`);
  const tokenizerJson = readJsonObject(tokenizerPath);
  const hasTokenizerConfig = existsSync(tokenizerConfigPath);
  const tokenizerConfig = hasTokenizerConfig ? readJsonObject(tokenizerConfigPath) : {};
  return {
    path,
    sha256: sha256OfFiles([
      configPath,
      tokenizerPath,
      ...(hasTokenizerConfig ? [tokenizerConfigPath] : []),
      ...tensors.files,
    ]),
    config,
    tokenizer: createTokenizer(tokenizerJson, tokenizerConfigOf(tokenizerConfig, config), tokenizerPath),
    tensors: bareModel(tensors, config.tie_word_embeddings === true),
  };
}

/** Folders of before fast tokenizers hold vocab.txt, merges.txt or tokenizer.model instead. */
function withoutTokenizer(folder: string): string {
  const python = JSON.stringify(folder);
  return `there is no such file, expected the fast tokenizer's, which Python's transformers writes: AutoTokenizer.from_pretrained(${python}).save_pretrained(${python})`;
}

/** By general.architecture. */
const ARCHITECTURES: ReadonlyMap<unknown, Architecture> = new Map<unknown, Architecture>([
  ['bert', { config: bertConfig, tensors: bertTensors }],
  ['llama', { config: llamaConfig, tensors: llamaTensors }],
]);

interface Architecture {
  config(file: GgufFile): JsonObject;
  tensors(file: GgufFile, config: JsonObject): TensorFile;
}

function openGgufFile(path: string, file: string): ModelFiles {
  const { gguf, config, tensors } = readGguf(file);
  return {
    path,
    sha256: gguf.files.length === 1 ? sha256OfFile(file) : sha256OfFiles(gguf.files),
    config,
    tokenizer: ggufTokenizer(gguf),
    tensors,
  };
}

function readGguf(file: string) {
  const gguf = openGgufModel(file);
  const name = gguf.metadata.get('general.architecture');
  const architecture = ARCHITECTURES.get(name);
  if (architecture === undefined)
    throw new InputError(
      `${file}: general.architecture is ${quoted(name)}, expected one of ${[...ARCHITECTURES.keys()].join(', ')}`,
    );
  const config = architecture.config(gguf);
  return { gguf, config, tensors: architecture.tensors(gguf, config) };
}

function sha256OfFiles(paths: readonly string[]): string {
  const lines = paths.map((path) => [basename(path), `${sha256OfFile(path)}  ${basename(path)}\n`] as const);
  const inOrder = lines.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return createHash('sha256').update(inOrder.join('')).digest('hex');
}

/**
 * Drops what task checkpoints put before a bare model's names, and gives LayerNorm's parameters of old files today's names.
 * @param tied whether embeddings and output map are one, of which the file may hold either
 */
function bareModel(file: TensorFile, tied: boolean): TensorFile {
  const originals = new Map<string, string>();
  for (const original of file.names) {
    const name = original
      .replace(/^(bert|roberta|model)\./, '')
      .replace(/\.LayerNorm\.gamma$/, '.LayerNorm.weight')
      .replace(/\.LayerNorm\.beta$/, '.LayerNorm.bias');
    const other = originals.get(name);
    if (other !== undefined)
      throw new InputError(`${file.path}: has both '${other}' and '${original}', expected one tensor '${name}'`);
    originals.set(name, original);
  }
  const output = originals.get('lm_head.weight');
  if (tied && output !== undefined && !originals.has('embed_tokens.weight'))
    originals.set('embed_tokens.weight', output);
  const resolve = (name: string): string => {
    const original = originals.get(name);
    if (original === undefined)
      throw new InputError(`${file.path}: no tensor '${name}', nor with a prefix bert., roberta. or model.`);
    return original;
  };
  return {
    path: file.path,
    names: [...originals.keys()],
    shape: (name) => file.shape(resolve(name)),
    read: (name) => file.read(resolve(name)),
  };
}
