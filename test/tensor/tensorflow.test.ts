// The tensorflow backend where its packages are absent, of another version, without their native library or with one
// that does not load: what the user is told, and that nothing stays registered. See test/contracts/tensorflow.optional.ts
// for the backend at work.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { probeBackend, tf, useBackend } from '../../harness/tensor/index.ts';
import { registerTensorflow, TENSORFLOW_PACKAGES } from '../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const [GPU, CPU] = TENSORFLOW_PACKAGES;
const VERSION = tf.version.tfjs;
const LIBRARY = 'lib/napi-v8/tfjs_binding.node';
/** Finds a package's library as node-pre-gyp does. */
const PRE_GYP = {
  'node_modules/@mapbox/node-pre-gyp/index.js': `
    const { dirname, join } = require('node:path');
    exports.find = (manifest) => join(dirname(manifest), '${LIBRARY}');`,
};

/** A package's files; loading its main module is what must not happen. */
function packageFiles(name: string, version: string, files: Readonly<Record<string, string>> = {}) {
  const all = {
    'package.json': JSON.stringify({ name, version, main: 'index.js' }),
    'index.js': "throw new Error('the main module was loaded');",
    ...files,
  };
  return Object.fromEntries(Object.entries(all).map(([path, text]) => [`node_modules/${name}/${path}`, text]));
}

/** What is said where only these files are installed. */
function reasonWith(files: Readonly<Record<string, string>>): string {
  const from = pathToFileURL(join(temporaryFolder(files), 'module.js')).href;
  try {
    registerTensorflow(1, from);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('it was registered');
}

describe('a tensorflow backend that cannot be', () => {
  const prefix = 'the tensorflow backend is not there: ';

  it.each<[what: string, files: Readonly<Record<string, string>>, reason: string | RegExp]>([
    ['neither package', {}, `${prefix}${GPU} is not installed; ${CPU} is not installed`],
    [
      'another version',
      packageFiles(CPU, '3.21.1'),
      `${prefix}${GPU} is not installed; ${CPU} is 3.21.1; expected ${VERSION}, as @tensorflow/tfjs is`,
    ],
    [
      'no native library',
      { ...PRE_GYP, ...packageFiles(GPU, VERSION), ...packageFiles(CPU, VERSION) },
      prefix +
        [GPU, CPU]
          .map(
            (name) =>
              `${name} is installed without its native library (tfjs_binding.node), which npm rebuild --ignore-scripts=false ${name} fetches`,
          )
          .join('; '),
    ],
    [
      'a native library that is cut off',
      { ...PRE_GYP, ...packageFiles(CPU, VERSION, { [LIBRARY]: 'not a library' }) },
      /; @tensorflow\/tfjs-node does not load: [^\n]*tfjs_binding\.node[^\n]*$/,
    ],
    [
      'a package without what it depends on',
      packageFiles(CPU, VERSION),
      /; @tensorflow\/tfjs-node does not load: Cannot find module '@mapbox\/node-pre-gyp'$/,
    ],
  ])('%s: one line tells which package lacks what', (_what, files, reason) => {
    const message = reasonWith(files);
    if (typeof reason === 'string') expect(message).toBe(reason);
    else expect(message).toMatch(reason);
    expect(message).not.toContain('the main module was loaded');
    expect(tf.findBackendFactory('tensorflow')).toBeNull();
    expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
  });
});

test("a backend at work says nothing of tfjs's own", () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  expect(probeBackend('cpu', { threads: 1 }).works).toBe(true);
  expect(warn).not.toHaveBeenCalled();
});

test('a probe says what works and on what', () => {
  expect(probeBackend('cpu', { threads: 1 })).toMatchObject({
    works: true,
    backend: 'cpu',
    runtime: `@tensorflow/tfjs ${VERSION}`,
  });
  expect(probeBackend('onnx', { threads: 1 })).toMatchObject({ works: true, backend: 'onnx', device: 'cpu' });
});

test('a backend that fails to start is an error: tfjs would go on with another', () => {
  tf.registerBackend('tensorflow', () => {
    throw new Error('no device');
  });
  expect(() => useBackend('tensorflow', { threads: 1 })).toThrow(
    'the tensorflow backend could not be started: no device',
  );
  expect(probeBackend('tensorflow', { threads: 1 })).toEqual({
    works: false,
    reason: 'the tensorflow backend could not be started: no device',
  });
  tf.removeBackend('tensorflow');
  expect(probeBackend('onnx', { threads: 1 })).toMatchObject({ works: true, backend: 'onnx' });
});
