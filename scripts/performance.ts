// Measures the cases of results/performance beside PyTorch + PEFT, alternating in one run, and writes the table and the
// figure. tsx scripts/performance.ts PYTHON [ROUNDS]   PYTHON: an interpreter with torch, transformers and peft
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchReport, readCases, runBench } from '../harness/cli/run-bench.ts';
import type { BenchCase } from '../harness/contracts/bench-case.ts';
import { alignedTable } from '../harness/report/markdown.ts';
import { writeRatios } from './performance-figure.ts';

const FOLDER = fileURLToPath(new URL('../results/performance', import.meta.url));
const PEER = fileURLToPath(new URL('peers/torch_step.py', import.meta.url));

interface Peer {
  readonly median: number;
  readonly mean: number;
  readonly peakRssBytes: number;
  readonly trainable: number;
  readonly versions: string;
}

interface Round {
  readonly ours: BenchReport['results'][number];
  readonly peer: Peer;
}

interface Comparison {
  readonly name: string;
  readonly rounds: readonly Round[];
  /** Medians over the rounds. */
  readonly milliseconds: { readonly ours: number; readonly oursMean: number; readonly peer: number };
  readonly peakMegabytes: { readonly ours: number; readonly peer: number };
}

const [python, rounds = '3'] = process.argv.slice(2);
if (python === undefined) {
  process.stderr.write('usage: tsx scripts/performance.ts PYTHON [ROUNDS]\n');
  process.exit(2);
}
const threads = availableParallelism();
const signal = new AbortController().signal;
const comparisons: Comparison[] = [];
let machine: BenchReport['machine'] | undefined;
for (const checked of await readCases(join(FOLDER, 'cases.json'))) {
  const measured: Round[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const report = await runBench([checked], threads, signal, () => {});
    machine ??= report.machine;
    const [failure] = report.failures;
    if (failure !== undefined) throw new Error(failure.message);
    const [ours] = report.results;
    if (ours !== undefined) measured.push({ ours, peer: runPeer(python, checked.case) });
  }
  const comparison = compare(checked.case.name ?? checked.case.method, measured);
  comparisons.push(comparison);
  process.stderr.write(`${rowOf(comparison).join('  ')}\n`);
}
const versions = comparisons[0]?.rounds[0]?.peer.versions ?? '';
writeFileSync(
  join(FOLDER, 'results.json'),
  `${JSON.stringify({ machine, threads, versions, comparisons }, null, 2)}\n`,
);
writeFileSync(join(FOLDER, 'tables.md'), `${describe()}\n\n${alignedTable(HEADINGS(), comparisons.map(rowOf), 1)}\n`);
writeRatios();

function runPeer(interpreter: string, benchCase: BenchCase): Peer {
  const output = execFileSync(interpreter, [PEER, JSON.stringify(benchCase), String(threads)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output) as Peer;
}

function compare(name: string, measured: readonly Round[]): Comparison {
  const middle = (value: (round: Round) => number) => median(measured.map(value));
  return {
    name,
    rounds: measured,
    milliseconds: {
      ours: 1000 * middle(({ ours }) => ours.secondsPerBatch.median),
      oursMean: 1000 * middle(({ ours }) => ours.secondsPerBatch.mean),
      peer: 1000 * middle(({ peer }) => peer.median),
    },
    peakMegabytes: {
      ours: middle(({ ours }) => ours.peakRssBytes) / 2 ** 20,
      peer: middle(({ peer }) => peer.peakRssBytes) / 2 ** 20,
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function HEADINGS(): string[] {
  return ['case', 'ms/batch', 'mean', 'PyTorch + PEFT', 'ratio', 'peak RSS MB', 'PyTorch + PEFT', 'ratio'];
}

function rowOf({ name, milliseconds, peakMegabytes }: Comparison): string[] {
  const { ours, oursMean, peer } = milliseconds;
  return [
    name,
    ours.toFixed(0),
    oursMean.toFixed(0),
    peer.toFixed(0),
    (ours / peer).toFixed(2),
    peakMegabytes.ours.toFixed(0),
    peakMegabytes.peer.toFixed(0),
    (peakMegabytes.ours / peakMegabytes.peer).toFixed(2),
  ];
}

function describe(): string {
  const rate = machine?.matrixProductGflops.toFixed(0) ?? '?';
  return [
    `Seconds a batch and peak memory beside ${versions}: medians of ${rounds} alternated rounds of a process each,`,
    `${threads} threads, ${machine?.cpu ?? 'unknown'}, ${rate} GFLOP/s in a product of large matrices.`,
    'XGBLoRA draws and merges boosters in its own time; its peer trains the same adapters without merging.',
  ].join('\n');
}
