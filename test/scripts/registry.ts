// A project with one dependency, and the registry on this machine that npm gets it from: what npm does to a project is
// seen in real installations, which can be made slow and can be cut off.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts/', import.meta.url));
const PACKAGE = 'greeter';
const exec = promisify(execFile);
let packed: Promise<ReadonlyMap<string, Buffer>> | undefined;

export interface Project {
  readonly folder: string;
  /** Packages that were downloaded. */
  downloads: number;
  /** Awaited before each download. */
  beforeDownload: () => Promise<void>;
  /** From now on the registry does not answer. */
  goOffline(): Promise<void>;
  npm(...args: string[]): Promise<void>;
  /** Asks for the other version in package.json and the lock file, as another commit would. */
  want(version: string): void;
  /** Begins the dependency's command by the project's script. */
  start(): Run;
}

export interface Run {
  /** Ends it at once, and npm with it. */
  kill(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** The command `greeter` of the dependency prints its version. Nothing is installed yet. */
export async function projectWithRegistry(): Promise<Project> {
  const folder = temporaryFolder();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const goOffline = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => void (server.listening && (await goOffline())));
  packed ??= pack('1.0.0', '2.0.0');
  const tarballs = await packed;
  // Each process has a cache of its own, or what one has downloaded another would not.
  const env = () => ({
    ...process.env,
    npm_config_registry: address,
    npm_config_cache: temporaryFolder(),
    npm_config_fetch_retries: '0',
  });

  const project: Project = {
    folder,
    downloads: 0,
    beforeDownload: async () => {},
    goOffline,
    async npm(...args) {
      await exec('npm', args, { cwd: folder, env: env() });
    },
    want(version) {
      const integrity = integrityOf(tarballs.get(version) as Buffer);
      const manifest = { dependencies: { [PACKAGE]: version } };
      const entry = { version, resolved: `${address}/${version}.tgz`, integrity, bin: { [PACKAGE]: 'greeter.mjs' } };
      const packages = { '': manifest, [`node_modules/${PACKAGE}`]: entry };
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
      writeFileSync(
        join(folder, 'package-lock.json'),
        JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
      );
    },
    start() {
      const script = join(folder, 'scripts', 'with-dependencies.mjs');
      const child = spawn(process.execPath, [script, PACKAGE], { env: env(), detached: true });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => {
        stdout += text;
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      const ended = new Promise<Awaited<Run['ended']>>((resolve) =>
        child.once('close', (code) => resolve({ code, stdout, stderr })),
      );
      return { ended, kill: () => void process.kill(-Number(child.pid), 'SIGKILL') };
    },
  };
  server.on('request', async (request, response) => {
    const version = /(\d+\.\d+\.\d+)\.tgz$/.exec(request.url ?? '')?.[1];
    if (version === undefined) return void response.writeHead(404).end('{}');
    project.downloads += 1;
    await project.beforeDownload();
    response.end(tarballs.get(version));
  });
  mkdirSync(join(folder, 'scripts'));
  for (const name of ['dependencies', 'install', 'installed', 'with-dependencies'].map((each) => `${each}.mjs`)) {
    cpSync(join(SCRIPTS, name), join(folder, 'scripts', name));
  }
  project.want('1.0.0');
  return project;
}

async function pack(...versions: string[]): Promise<Map<string, Buffer>> {
  const tarballs = new Map<string, Buffer>();
  for (const version of versions) {
    const folder = temporaryFolder({
      'package.json': JSON.stringify({ name: PACKAGE, version, bin: 'greeter.mjs' }),
      'greeter.mjs': `#!/usr/bin/env node\nconsole.log('${version}');\n`,
    });
    await exec('npm', ['pack', '--silent'], { cwd: folder });
    tarballs.set(version, readFileSync(join(folder, `${PACKAGE}-${version}.tgz`)));
  }
  return tarballs;
}

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
