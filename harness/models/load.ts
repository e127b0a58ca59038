// From a preset's name, a folder or a file to a model in memory.
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { BaseMerge, BasePrecision } from '../contracts/base-precision.ts';
import { InputError, MissingModel } from '../contracts/input-error.ts';
import type { DecoderSpec, ModelSpec } from '../contracts/model.ts';
import { nearestName } from '../contracts/nearest.ts';
import { type ModelFiles, openModelFiles } from '../formats/model-files.ts';
import { pack } from '../formats/pack.ts';
import type { PackedBase } from './base-weights.ts';
import type { Config } from './config-reader.ts';
import { parametersOf } from './count.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import type { ReadParameter } from './parameters.ts';
import { PRESETS } from './presets.ts';
import { encoderOnly, specOf } from './spec.ts';
import { isTiedIn } from './tied.ts';

/** A model's files with the sizes they describe; no weight is held. */
export interface OpenedModel {
  readonly name: string;
  readonly files: ModelFiles;
  readonly spec: ModelSpec;
}

/**
 * @param name a preset's name, a path, or the name of a folder or file in `modelsDir`
 * @param folder what a relative path starts from; the current folder where nothing is given
 * @throws InputError where there is no such model or its files are not readable
 */
export async function openModel(name: string, modelsDir: string | undefined, folder = ''): Promise<OpenedModel> {
  const files = await openModelFiles(locateModel(name, modelsDir, folder).path);
  const pooler = files.tensors.names.includes('pooler.dense.weight');
  const spec = specOf(withArchitecture(files), pooler, configSource(files));
  requireLastLayer(files, spec);
  const isApart = spec.family === 'decoder' && spec.tied && !isTiedIn(files.tensors);
  const found = isApart ? { ...spec, tied: false } : spec;
  for (const [parameter, shape] of parametersOf(found)) {
    checkShape(files.path, parameter, files.tensors.shape(parameter), shape);
  }
  return { name, files, spec: found };
}

/** What messages name: a folder's config.json, or the file that holds everything. */
function configSource({ path }: ModelFiles): string {
  const file = join(path, 'config.json');
  return existsSync(file) ? file : path;
}

/** Configurations of 2018 name neither model type nor class: those were of BERT, and its tensors tell. */
export function withArchitecture({ config, tensors }: Pick<ModelFiles, 'config' | 'tensors'>): Config {
  const isNamed = 'model_type' in config || 'architectures' in config;
  const isBert = tensors.names.includes('embeddings.token_type_embeddings.weight');
  return isNamed || !isBert ? config : { ...config, model_type: 'bert' };
}

/** Bounds what is made for each layer. @throws InputError naming what the file does not have, or has beyond the last */
function requireLastLayer({ path, tensors }: ModelFiles, { family, layers }: ModelSpec): void {
  const [prefix, norm] =
    family === 'encoder' ? ['encoder.layer', 'output.LayerNorm.weight'] : ['layers', 'input_layernorm.weight'];
  tensors.shape(`${prefix}.${layers - 1}.${norm}`);
  const beyond = `${prefix}.${layers}.${norm}`;
  if (!tensors.names.includes(beyond)) return;
  throw new InputError(`${path}: has the tensor '${beyond}', but the configuration ${layers} layers`);
}

/** What the weights are read from. */
type Weights = Pick<OpenedModel, 'spec'> & { readonly files: Pick<ModelFiles, 'path' | 'tensors'> };

/** Reads every weight. @throws InputError for a decoder, a missing tensor, a wrong shape or weights that are not finite */
export function loadEncoder({ files, spec }: Weights): Encoder {
  return createEncoder(encoderOnly(spec, files.path), reader(files));
}

interface DecoderWeights extends Weights {
  readonly spec: DecoderSpec;
  /** Of the base's matrices in memory; those that the file holds in that form are taken over as they are. */
  readonly precision?: BasePrecision | undefined;
  /** What a merge does to a matrix that is not in 32-bit floats. */
  readonly merge?: BaseMerge | undefined;
}

/**
 * Reads every weight, one tensor at a time.
 * @throws InputError for a missing tensor, a wrong shape or size, or weights that are not finite
 */
export function loadDecoder({ files, spec, precision = 'f32', merge = 'stack' }: DecoderWeights): Decoder {
  const packed = precision === 'f32' ? undefined : { precision, merge, read: packedReader(files) };
  return createDecoder(spec, reader(files), packed);
}

function reader({ path, tensors }: Weights['files']): ReadParameter {
  return (name, shape) => {
    checkShape(path, name, tensors.shape(name), shape);
    return tensors.read(name);
  };
}

function packedReader({ path, tensors }: Weights['files']): PackedBase['read'] {
  return (name, shape, precision) => {
    checkShape(path, name, tensors.shape(name), shape);
    const whole = `${path}: tensor '${name}'`;
    return tensors.readPacked?.(name, precision) ?? pack(tensors.read(name), shape, precision, whole);
  };
}

function checkShape(path: string, name: string, found: readonly number[], expected: readonly number[]): void {
  if (found.join() === expected.join()) return;
  const [given, wanted] = [found, expected].map((dims) => `[${dims.join(', ')}]`);
  throw new InputError(`${path}: tensor '${name}' has the shape ${given}, expected ${wanted}`);
}

export interface ModelLocation {
  readonly path: string;
  /** Whether it was found from `folder`, by a relative path. */
  readonly isRelative: boolean;
}

/** Where a model lies, with the parameters of {@link openModel}. @throws InputError where it does not */
export function locateModel(name: string, modelsDir: string | undefined, folder: string): ModelLocation {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset) return { path: preset.path, isRelative: false };
  const byPath = { path: isAbsolute(name) ? name : join(folder, name), isRelative: !isAbsolute(name) };
  const candidates = [...(modelsDir === undefined ? [] : [{ path: join(modelsDir, name), isRelative: false }]), byPath];
  const found = candidates.find(({ path }) => existsSync(path));
  if (found !== undefined) return found;
  const names = PRESETS.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
  const places = candidates.map(({ path }) => path).join(' and ');
  throw new MissingModel(
    `no model "${name}"${hint} (looked for ${places}); expected ${names.join(', ')}, a folder or a .gguf file (--models DIR, or PEFTBENCH_MODELS in the environment, names a folder of models)`,
  );
}
