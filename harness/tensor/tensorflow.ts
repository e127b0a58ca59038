// The backend `tensorflow`: TensorFlow's native kernels, from @tensorflow/tfjs-node-gpu or else @tensorflow/tfjs-node.
// Both are optional; whoever installs one gets the same models and methods on it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../contracts/input-error.ts';

/** Those that are looked for, the first that works is used. */
export const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const TFJS = '@tensorflow/tfjs';
const NAME = 'tensorflow';

/** What a tfjs-node package's backend has beside the interface of every backend. */
type NodeBackend = tf.KernelBackend & {
  readonly isUsingGpuDevice: boolean;
  readonly isGPUPackage: boolean;
  readonly binding: { readonly TF_Version: string };
};

export interface TensorflowDescription {
  /** `@tensorflow/tfjs-node 4.22.0 (TensorFlow 2.15.1)` */
  readonly runtime: string;
  readonly device: 'cpu' | 'cuda';
}

/**
 * Registers the backend `tensorflow` with our copy of tfjs.
 * @param threads threads of an operation; TensorFlow reads them once a process
 * @param from module from which the packages are looked for
 * @throws InputError that says of each package why it is not usable
 */
export function registerTensorflow(threads: number, from: string = import.meta.url): void {
  if (tf.findBackendFactory(NAME) !== null) return;
  // TensorFlow has no other way to be told from here.
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  const reasons: string[] = [];
  for (const name of TENSORFLOW_PACKAGES) {
    const reason = load(name, createRequire(from));
    if (reason === undefined) return;
    reasons.push(`${name} ${reason}`);
  }
  throw new InputError(`the tensorflow backend is not there: ${reasons.join('; ')}`);
}

/** Of the backend in use, which is `tensorflow`. */
export function describeTensorflow(): TensorflowDescription {
  const { isUsingGpuDevice, isGPUPackage, binding } = tf.backend() as NodeBackend;
  const [gpu, cpu] = TENSORFLOW_PACKAGES;
  return {
    runtime: `${isGPUPackage ? gpu : cpu} ${tf.version.tfjs} (TensorFlow ${binding.TF_Version})`,
    device: isUsingGpuDevice ? 'cuda' : 'cpu',
  };
}

/** Loads a package. Gives the reason, to be read after its name, where that cannot be. */
function load(name: string, require: NodeJS.Require): string | undefined {
  const manifest = find(`${name}/package.json`, require);
  if (manifest === undefined) return 'is not installed';
  const { version }: { version: string } = require(manifest);
  if (version !== tf.version.tfjs) return `is ${version}; expected ${tf.version.tfjs}, as ${TFJS} is`;
  const own = createRequire(manifest);
  try {
    // Before the package itself, which would register its kernels and only then find that there is no library.
    const { find: findBinding }: { find(manifest: string): string } = own('@mapbox/node-pre-gyp');
    const binding = findBinding(manifest);
    if (!existsSync(binding)) {
      const fetching = `npm rebuild --ignore-scripts=false ${name}`;
      return `is installed without its native library (${fileNameOf(binding)}), which ${fetching} fetches`;
    }
    own(binding);
    shareTfjs(own);
    own(join(manifest, '..'));
  } catch (error) {
    // Node's message goes on with the modules that asked for one that is missing.
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `does not load: ${message}`;
  }
  return undefined;
}

/**
 * Lets a package that requires tfjs get our copy: from a bundle it would load a second one, whose gradients, kernels and
 * cpu backend would be registered over ours.
 */
function shareTfjs(require: NodeJS.Require): void {
  const file = require.resolve(TFJS);
  if (require.cache[file] !== undefined) return;
  const { Module } = createRequire(import.meta.url)('node:module') as typeof import('node:module');
  const shared = new Module(file);
  Object.assign(shared, { filename: file, loaded: true, exports: tf });
  require.cache[file] = shared;
}

function find(request: string, require: NodeJS.Require): string | undefined {
  try {
    return require.resolve(request);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const fileNameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
