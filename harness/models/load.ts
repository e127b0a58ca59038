// From a preset's name, a folder or a file to a model in memory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { DecoderSpec, ModelSpec } from '../contracts/model.ts';
import { nearestName } from '../contracts/nearest.ts';
import { type ModelFiles, openModelFiles } from '../formats/model-files.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import type { ReadParameter } from './parameters.ts';
import { PRESETS } from './presets.ts';
import { encoderOnly, specOf } from './spec.ts';

/** A model's files with the sizes they describe; no weight has been read. */
export interface OpenedModel {
  readonly name: string;
  readonly files: ModelFiles;
  readonly spec: ModelSpec;
}

/**
 * @param name a preset's name, a path, or the name of a folder or file in `modelsDir`
 * @throws InputError where there is no such model or its files are not readable
 */
export async function openModel(name: string, modelsDir: string | undefined): Promise<OpenedModel> {
  const files = await openModelFiles(locate(name, modelsDir));
  const pooler = files.tensors.names.includes('pooler.dense.weight');
  return { name, files, spec: specOf(files.config, pooler, files.path) };
}

/** What the weights are read from. */
type Weights = Pick<OpenedModel, 'spec'> & { readonly files: Pick<ModelFiles, 'path' | 'tensors'> };

/** Reads every weight. @throws InputError for a decoder, a missing tensor, a wrong shape or weights that are not finite */
export function loadEncoder({ files, spec }: Weights): Encoder {
  return createEncoder(encoderOnly(spec, files.path), reader(files));
}

/** Reads every weight. @throws InputError for a missing tensor, a wrong shape or weights that are not finite */
export function loadDecoder({ files, spec }: Weights & { readonly spec: DecoderSpec }): Decoder {
  return createDecoder(spec, reader(files));
}

function reader({ path, tensors }: Weights['files']): ReadParameter {
  return (name, shape) => {
    const found = tensors.shape(name);
    if (found.join() !== shape.join()) {
      const [given, wanted] = [found, shape].map((dims) => `[${dims.join(', ')}]`);
      throw new InputError(`${path}: tensor '${name}' has the shape ${given}, expected ${wanted}`);
    }
    return tensors.read(name);
  };
}

function locate(name: string, modelsDir: string | undefined): string {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset) return preset.path;
  const candidates = [...(modelsDir === undefined ? [] : [join(modelsDir, name)]), name];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const names = PRESETS.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
  throw new InputError(
    `no model "${name}"${hint} (looked for ${candidates.join(' and ')}); expected ${names.join(', ')}, a folder or a .gguf file`,
  );
}
