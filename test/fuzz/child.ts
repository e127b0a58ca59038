// The process in which readers run: one mutation after the other, each measured. It may be killed at any time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { useBackend } from '../../harness/tensor/index.ts';
import { type Mutation, mutate, type SeedFile } from './mutations.ts';
import { memoryLimit, type Outcome, outcomeOf, TIME_LIMIT_MS } from './outcome.ts';
import { TARGETS, type Target } from './targets.ts';

export interface Request {
  readonly target: string;
  /** Absent: the files as they are, which must be read. */
  readonly mutation?: Mutation;
  /** Where files may be written. */
  readonly folder: string;
}

const collect = globalThis.gc;
if (collect === undefined || process.send === undefined) throw new Error('expected --expose-gc and a parent process');

useBackend('onnx', { threads: 1 });
const laidOut = new Set<string>();

process.on('message', ({ target: name, mutation, folder: root }: Request) => {
  const target = TARGETS.find((each) => each.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  const folder = join(root, name);
  if (!laidOut.has(name)) layOut(target, folder);
  laidOut.add(name);
  answer(target, folder, mutation).then(
    (outcome) => process.send?.(outcome),
    (error) => process.send?.(outcomeOf(error, folder)),
  );
});
process.send('ready');

function layOut({ seeds, beside = {} }: Target, folder: string): void {
  const seedBytes = Object.entries(seeds).map(([path, { bytes }]) => [path, bytes] as const);
  for (const [path, bytes] of [...Object.entries(beside), ...seedBytes]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

async function answer(target: Target, folder: string, mutation: Mutation | undefined): Promise<Outcome> {
  if (mutation === undefined) return (await measured(target, folder, 0)).outcome;
  const seed = target.seeds[mutation.file] as SeedFile;
  const bytes = mutate(seed, mutation);
  const path = join(folder, mutation.file);
  writeFileSync(path, bytes);
  try {
    const sizes = Object.entries(target.seeds).map(
      ([file, each]) => (file === mutation.file ? bytes : each.bytes).length,
    );
    const besides = Object.values(target.beside ?? {}).map(({ length }) => length);
    const limit = memoryLimit([...sizes, ...besides].reduce((sum, size) => sum + size, 0));
    const first = await measured(target, folder, limit);
    if (first.within) return first.outcome;
    // Others' garbage may have been counted: again, from a clean start.
    await settle();
    const second = await measured(target, folder, limit);
    if (second.within) return second.outcome;
    return { kind: 'violation', broken: 'memory', message: `${(second.grown / 1e6).toFixed(0)} MB` };
  } finally {
    writeFileSync(path, seed.bytes);
  }
}

/** Lets go of what is no longer used, buffers included, which are freed in the background. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measured(target: Target, folder: string, limit: number) {
  resetPeak();
  const before = process.memoryUsage.rss();
  const began = process.cpuUsage();
  let outcome: Outcome = { kind: 'right' };
  try {
    await target.read(folder);
  } catch (error) {
    outcome = outcomeOf(error, folder);
  }
  // The processor's time: another process may keep this one waiting.
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1000;
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  if (took > TIME_LIMIT_MS && outcome.kind !== 'violation')
    outcome = { kind: 'violation', broken: 'time', message: `${took.toFixed(0)} ms` };
  return { outcome, grown, within: limit === 0 || grown <= limit };
}

/** So that the peak is that of what follows; elsewhere than on Linux it is that of the process so far. */
function resetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}
