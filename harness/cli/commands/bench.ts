// `peftbench bench CASES.json`: seconds a batch and memory of methods on models of given sizes.
import type { Command } from 'commander';
import type { BenchResult } from '../../contracts/bench-case.ts';
import { alignedTable } from '../../report/markdown.ts';
import { interruptible } from '../interruptible.ts';
import { kernelsLine } from '../kernels-line.ts';
import { defaultThreads, positiveInteger } from '../options.ts';
import { type Output, writeLine } from '../output.ts';
import type { BenchFailure, BenchReport } from '../run-bench.ts';

export function addBench(program: Command, output: Output): void {
  program
    .command('bench')
    .description('seconds a batch and memory of methods; each case in a process of its own')
    .argument('<cases>', 'a JSON file: an array of cases')
    .option('--threads <n>', 'threads of the tensor runtime', positiveInteger)
    .option('--json', 'print one JSON document')
    .action(async (path: string, { threads, json }: { threads?: number; json?: boolean }) => {
      const { readCases, runBench } = await import('../run-bench.ts');
      const cases = await readCases(path);
      const code = await interruptible(
        async (signal) => {
          const report = await runBench(cases, threads ?? defaultThreads(1), signal, (done, outcome) =>
            writeLine(output.stderr, `[${done}/${cases.length}] ${titleOf(outcome)} ${describeOutcome(outcome)}`),
          );
          output.print(json ? `${JSON.stringify(report, null, 2)}\n` : await describe(report));
          return report.failures.length > 0 ? 1 : 0;
        },
        () => writeLine(output.stderr, 'interrupted: nothing of it is kept; the same command begins again'),
      );
      output.exit(code);
    });
}

async function describe({ machine, results }: BenchReport): Promise<string> {
  const { cpu, threads, matrixProductGflops } = machine;
  const { describeKernels } = await import('../../tensor/index.ts');
  return [
    `${cpu}, ${threads} threads, matrix product ${matrixProductGflops.toFixed(0)} GFLOP/s`,
    `kernels: ${kernelsLine(describeKernels())}\n`,
    `${alignedTable(HEADINGS, results.map(rowOf), 1)}\n`,
  ].join('\n');
}

const HEADINGS = ['case', 'ms/batch', 'mean', 'p95', 'peak RSS MB', 'trainable', 'compile s', 'GFLOP/s', 'of roofline'];

function rowOf(result: BenchResult): string[] {
  const { secondsPerBatch, peakRssBytes, trainable, compileSeconds, gflops, rooflineShare } = result;
  return [
    titleOf(result),
    milliseconds(result),
    (1000 * secondsPerBatch.mean).toFixed(0),
    (1000 * secondsPerBatch.p95).toFixed(0),
    (peakRssBytes / 2 ** 20).toFixed(0),
    trainable.toLocaleString('en'),
    compileSeconds.toFixed(2),
    gflops?.toFixed(0) ?? '',
    rooflineShare === null ? '' : `${(100 * rooflineShare).toFixed(0)} %`,
  ];
}

function describeOutcome(outcome: BenchResult | BenchFailure): string {
  return 'message' in outcome ? `failed: ${outcome.message}` : `${milliseconds(outcome)} ms`;
}

function titleOf({ case: { name, mode, method, batch, length } }: BenchResult | BenchFailure): string {
  return name ?? `${mode === 'forward' ? mode : method} ${batch} x ${length}`;
}

function milliseconds({ secondsPerBatch }: BenchResult): string {
  return (1000 * secondsPerBatch.median).toFixed(0);
}
