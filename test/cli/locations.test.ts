// Where the project lies, and where it is called from, changes nothing: each is a place as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Too large to be copied, and found beside the sources. */
const EMBEDDED = ['harness/models/embedded', 'datasets/embedded'];

/** Runs the project that lies in `root`. */
function peftbench(root: string, cwd: string, ...args: string[]) {
  const script = join(root, 'scripts', 'peftbench.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** A copy of the project in `folder`, with the installed packages of this one. */
function copyOfProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'harness',
    'methods',
    'datasets',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (source) => !EMBEDDED.some((embedded) => source === join(ROOT, embedded)),
    });
  }
  for (const embedded of EMBEDDED) symlinkSync(join(ROOT, embedded), join(folder, embedded));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const STUDY = {
  name: 'test',
  models: ['minilm-l6'],
  methods: [{ method: 'frozen', learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 2, limitEval: 2 }],
  seeds: [0],
  training: { maxLength: 16 },
};

test('the tsconfig.json of the current folder redirects no import', () => {
  const cwd = temporaryFolder({
    'tsconfig.json': JSON.stringify({ compilerOptions: { baseUrl: '.', paths: { commander: ['./other.ts'] } } }),
    'other.ts': "throw new Error('code of the current folder runs');",
  });
  const { status, stdout, stderr } = peftbench(ROOT, cwd, 'list', 'models');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('minilm-l6');
});

test('a run from a checkout whose path means something else to whoever reads it otherwise', () => {
  const root = copyOfProject(join(temporaryFolder(), '$& $` #a %41 é 字 [b] "c"'));
  const study = temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
  const { status, stdout, stderr } = peftbench(root, study, 'run', '.', '--json');
  expect(stderr).not.toMatch(/error/i);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ executed: 1, failed: 0 });
});

test('a checkout that the tools cannot load from is named, in one line', () => {
  const root = copyOfProject(join(temporaryFolder(), 'what?'));
  const { status, stderr } = peftbench(root, root, 'list', 'models');
  expect(stderr).toBe(`${root}: has a "?" in its path, from which the tools here cannot load; expected none\n`);
  expect(status).toBe(2);
});
