// From a preset's name, a folder or a file to a model in memory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { nearestName } from '../contracts/nearest.ts';
import { type ModelFiles, openModelFiles } from '../formats/model-files.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { PRESETS } from './presets.ts';
import { specOf } from './spec.ts';

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

/** Reads every weight. @throws InputError for a missing tensor, a wrong shape or weights that are not finite */
export function loadEncoder({ files, spec }: OpenedModel): Encoder {
  return createEncoder(spec, (name, shape) => {
    const found = files.tensors.shape(name);
    if (found.join() !== shape.join()) {
      const [given, wanted] = [found, shape].map((dims) => `[${dims.join(', ')}]`);
      throw new InputError(`${files.path}: tensor '${name}' has the shape ${given}, expected ${wanted}`);
    }
    return files.tensors.read(name);
  });
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
