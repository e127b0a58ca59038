// What was learned of a decoder as a folder in PEFT's form (adapter_config.json, adapter_model.safetensors): LoRA adapters,
// each with its own rank, and under the names of PEFT's `modules_to_save` parameters that were trained whole.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { AdaptableModel, Parameter, Site } from '../contracts/model.ts';
import { openSafetensors } from '../formats/safetensors.ts';
import { writeSafetensors } from '../formats/safetensors-write.ts';
import { sha256OfFile, type TensorFile } from '../formats/tensor-file.ts';
import { tf } from '../tensor/index.ts';
import { ADAPTER_CONFIG, type AdapterConfig, readAdapterConfig } from './adapter-config.ts';
import { decoderModule } from './decoder.ts';
import type { Learned } from './learned.ts';

const WEIGHTS = 'adapter_model.safetensors';
/** Before the names that a causal language model of transformers has. */
const PREFIX = 'base_model.model.';

/**
 * Fills a folder, which must be there.
 * @param base the model's name, for the folder's readers
 */
export function saveAdapter(folder: string, base: string, { adapters, parameters }: Learned): void {
  // PEFT reads a table of embeddings into the base, and so into an output map that is the same, where it is not named here.
  const named = parameters.filter(({ name }) => name !== 'embed_tokens.weight');
  const ranks = Object.fromEntries(adapters.map(({ site, r }) => [stored(decoderModule(site)), r]));
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    inference_mode: true,
    bias: 'none',
    r: 1,
    lora_alpha: 1,
    lora_dropout: 0,
    target_modules: Object.keys(ranks),
    // Alpha over rank is the scale, and that is in B.
    rank_pattern: ranks,
    alpha_pattern: ranks,
    modules_to_save: named.length === 0 ? null : named.map(({ name }) => stored(name.replace(/\.weight$/, ''))),
  };
  writeSafetensors(join(folder, WEIGHTS), [
    ...adapters.flatMap(({ site, r, a, b }) => {
      const name = `${PREFIX}${stored(decoderModule(site))}`;
      return [
        { name: `${name}.lora_A.weight`, shape: [r, site.in], values: a },
        { name: `${name}.lora_B.weight`, shape: [site.out, r], values: b },
      ];
    }),
    ...parameters.map(({ name, shape, values }) => ({ name: `${PREFIX}${stored(name)}`, shape, values })),
  ]);
  writeFileSync(join(folder, ADAPTER_CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

export interface AppliedAdapter {
  /** Of the folder's weights. */
  readonly sha256: string;
  /** Whether the model is another now: not where every B A is 0. */
  readonly changes: boolean;
}

/**
 * Merges the adapters of a folder into a decoder, and gives it the parameters that were trained whole.
 * @throws InputError naming file and key for what is missing, of another kind of adapter, or not of this model
 */
export function applyAdapter(folder: string, decoder: AdaptableModel): AppliedAdapter {
  const config = readAdapterConfig(folder);
  const path = join(folder, WEIGHTS);
  if (!existsSync(path)) throw new InputError(`${path}: ${withoutWeights(folder)}`);
  const file = openSafetensors(path);
  const found = contentsOf(file, decoder);
  checkComplete(file, config, decoder, found);
  checkTying(file, config, decoder);
  const changed = [...found.adapters].map(([module, site]) => mergeAdapter(module, site, file, config, decoder));
  for (const [name, parameter] of found.parameters) giveParameter(name, parameter, file);
  return { sha256: sha256OfFile(path), changes: changed.includes(true) || found.parameters.size > 0 };
}

function withoutWeights(folder: string): string {
  const expected = "there is no such file, expected the adapter's weights in safetensors";
  const pickle = join(folder, 'adapter_model.bin');
  if (!existsSync(pickle)) return expected;
  const [from, to] = [pickle, join(folder, WEIGHTS)].map((path) => JSON.stringify(path));
  return `${expected}; Python makes it from adapter_model.bin: import torch, safetensors.torch; safetensors.torch.save_file(torch.load(${from}, map_location="cpu", weights_only=True), ${to})`;
}

/** Sites by the file's name of their module, and parameters by their tensor's name. */
interface Contents {
  readonly adapters: ReadonlyMap<string, Site>;
  readonly parameters: ReadonlyMap<string, Parameter>;
}

function contentsOf(file: TensorFile, decoder: AdaptableModel): Contents {
  const name = naming(file);
  const sites = new Map(decoder.sites.map((site) => [name(decoderModule(site)), site]));
  const own = new Map(decoder.parameters.map((parameter) => [`${PREFIX}${name(parameter.name)}`, parameter]));
  const [adapters, parameters] = [new Map<string, Site>(), new Map<string, Parameter>()];
  for (const tensor of file.names) {
    const module = /^base_model\.model\.(.*)\.lora_[AB]\.weight$/.exec(tensor)?.[1];
    if (module === undefined) {
      const parameter = own.get(tensor);
      if (parameter !== undefined) parameters.set(tensor, parameter);
      else if (tensor !== HEAD || !isTied(decoder))
        throw new InputError(
          `${file.path}: has a tensor '${tensor}', expected adapters and parameters of this model in f32`,
        );
    } else {
      const site = sites.get(module);
      if (site === undefined)
        throw new InputError(`${file.path}: has an adapter of '${module}', which this model has not`);
      adapters.set(module, site);
    }
  }
  return { adapters, parameters };
}

/** Adapters of a bare model, without its output map, have names without `model.`. */
function naming(file: TensorFile): (name: string) => string {
  return file.names.some((name) => name.startsWith(`${PREFIX}layers.`)) ? (name) => name : stored;
}

/** PEFT leaves out what its configuration does not name, and leaves as it was what the file lacks; either is a mistake. */
function checkComplete(file: TensorFile, config: AdapterConfig, decoder: AdaptableModel, found: Contents): void {
  for (const module of found.adapters.keys()) {
    if (!config.targets(module))
      throw new InputError(
        `${file.path}: has an adapter of '${module}', which target_modules and its kin in ${config.path} do not name`,
      );
  }
  const name = naming(file);
  for (const module of decoder.sites.map((site) => name(decoderModule(site)))) {
    if (config.targets(module) && !found.adapters.has(module))
      throw new InputError(`${file.path}: has no adapter of '${module}', which target_modules in ${config.path} names`);
  }
  for (const parameter of decoder.parameters.map((each) => name(each.name))) {
    const module = parameter.replace(/\.[^.]*$/, '');
    if (config.savesWhole(module) && !found.parameters.has(`${PREFIX}${parameter}`))
      throw new InputError(
        `${file.path}: has no tensor '${PREFIX}${parameter}', which modules_to_save in ${config.path} names`,
      );
  }
}

const HEAD = `${PREFIX}lm_head.weight`;
const EMBEDDINGS = `${PREFIX}model.embed_tokens.weight`;

/** Where the output map is the table of embeddings, PEFT tells apart a table that was trained whole from the map, unless told otherwise. */
function checkTying(file: TensorFile, config: AdapterConfig, decoder: AdaptableModel): void {
  if (!isTied(decoder)) return;
  const has = (name: string): boolean => file.names.includes(name);
  if (has(HEAD)) {
    const [head, table] = [file.read(HEAD), file.read(EMBEDDINGS)];
    if (head.length !== table.length || head.some((value, i) => value !== table[i]))
      throw new InputError(`${file.path}: '${HEAD}' differs from '${EMBEDDINGS}', expected one table, as the base has`);
  } else if (has(EMBEDDINGS) && config.savesWhole('model.embed_tokens') && !config.tiesWeights) {
    throw new InputError(
      `${config.path}: modules_to_save names the embeddings, whose table is the base's output map too, expected ensure_weight_tying true: without it that map is to stay as it was`,
    );
  }
}

function isTied({ spec }: AdaptableModel): boolean {
  return spec.family === 'decoder' && spec.tied;
}

/** @returns whether B A is not 0 */
function mergeAdapter(
  module: string,
  site: Site,
  file: TensorFile,
  config: AdapterConfig,
  decoder: AdaptableModel,
): boolean {
  const [nameA, nameB] = ['A', 'B'].map((half) => `${PREFIX}${module}.lora_${half}.weight`) as [string, string];
  const r = config.rankOf(module);
  const [shapeA, shapeB] = [file.shape(nameA), file.shape(nameB)];
  if (shapeA.join() !== [r, site.in].join() || shapeB.join() !== [site.out, r].join()) {
    throw new InputError(
      `${file.path}: '${module}' has adapters of shapes [${shapeA}] and [${shapeB}], expected [${r}, ${site.in}] and [${site.out}, ${r}]`,
    );
  }
  const [a, b, scale] = [file.read(nameA), file.read(nameB), config.scaleOf(module)];
  tf.tidy(() => decoder.merge(site, { a: tf.tensor2d(a, [r, site.in]), b: tf.tensor2d(b, [site.out, r]), scale }));
  return scale !== 0 && a.some((value) => value !== 0) && b.some((value) => value !== 0);
}

function giveParameter(name: string, { variable }: Parameter, file: TensorFile): void {
  const shape = file.shape(name);
  if (shape.join() !== variable.shape.join()) {
    throw new InputError(`${file.path}: '${name}' has the shape [${shape}], expected [${variable.shape}]`);
  }
  tf.tidy(() => variable.assign(tf.tensor(file.read(name), variable.shape)));
}

/** A name of the bare decoder as its causal language model stores it. */
function stored(name: string): string {
  return name.startsWith('lm_head') ? name : `model.${name}`;
}
