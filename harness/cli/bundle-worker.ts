// Bundles the entry of a child process into one file, which Node starts in a fraction of the time that the sources take.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type BundledSources, hashSources } from './bundled-sources.ts';

export interface Bundle {
  /** Absolute path of the module to start. */
  readonly entry: string;
  readonly sources: BundledSources;
  remove(): Promise<void>;
}

/** The package with native code, which stays where it is installed. */
const NATIVE = /^onnxruntime-node(\/.*)?$/;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles a module of this folder. */
export async function bundle(name: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'peftbench-'));
  const entry = join(folder, 'worker.mjs');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { outputFiles, metafile } = await build({
      // As an entry point, a path with a * would be taken for a pattern.
      stdin: { contents: `import './${name}';`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      absWorkingDir: ROOT,
      tsconfig: join(ROOT, 'tsconfig.json'),
      // Written here: what the system says of a full disk then comes as it is.
      write: false,
      bundle: true,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
      plugins: [nativePackages, ownLocations, unusedPackages],
      // CommonJS packages call `require`, which modules do not have.
      banner: {
        js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
      },
    });
    for (const { contents } of outputFiles) await writeFile(entry, contents);
    return { entry, sources: await hashSources(metafile.inputs, ROOT), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Leaves packages with native code out of a bundle, by the path at which they are installed. */
export const nativePackages: Plugin = {
  name: 'native-packages',
  setup(bundler) {
    bundler.onResolve({ filter: NATIVE }, ({ path, importer, kind }) => {
      const file = installed(path, importer);
      if (file === undefined) return { path, external: true };
      return { path: kind === 'require-call' ? file : pathToFileURL(file).href, external: true };
    });
  },
};

/** Where a package's main module lies, or undefined where it is not installed (each is optional). */
function installed(name: string, importer: string): string | undefined {
  try {
    return createRequire(importer).resolve(name);
  } catch {
    return undefined;
  }
}

/** In a bundle, a source's own location stays what it is: embedded data and weights are found beside their sources. */
export const ownLocations: Plugin = {
  name: 'own-locations',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      // As a text, a $ in it would mean a part of what is replaced.
      return { contents: text.replaceAll('import.meta.url', () => url), loader: 'ts' };
    });
  },
};

/** Parts of tfjs that nothing here uses, 20 MB of a process's memory, and what others of its parts ask of them. */
const UNUSED: Readonly<Record<string, string>> = {
  // tfjs-node registers a callback of its own when it is loaded.
  '@tensorflow/tfjs-layers':
    'export const version_layers = ""; export class CustomCallback {} export function registerCallbackConstructor() {}',
  '@tensorflow/tfjs-converter': 'export const version_converter = "";',
  '@tensorflow/tfjs-data': 'export const version_data = "";',
  '@tensorflow/tfjs-backend-webgl': 'export const version_webgl = "";',
};

/** Leaves out of a bundle what would be loaded and never used. */
export const unusedPackages: Plugin = {
  name: 'unused-packages',
  setup(bundler) {
    const namespace = 'unused';
    bundler.onResolve({ filter: /^@tensorflow\/tfjs-/ }, ({ path }) =>
      path in UNUSED ? { path, namespace } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: UNUSED[path] ?? '', loader: 'js' }));
  },
};
