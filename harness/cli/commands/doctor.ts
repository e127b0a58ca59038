// `peftbench doctor`: what there is on this machine, and what works.
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { kernelsLine } from '../kernels-line.ts';
import type { Output } from '../output.ts';

export function addDoctor(program: Command, output: Output): void {
  program
    .command('doctor')
    .description('the machine, the tensor runtime, and whether a product of two matrices comes out right')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const { describeKernels, describeRuntime, tf, useBackend } = await import('../../tensor/index.ts');
      const runtime = describeRuntime();
      useBackend('onnx', { threads: availableParallelism() });
      const product = tf.tidy(() => Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync()));
      const works = product[0] === 11;
      const findings = {
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        cpu: cpus()[0]?.model.trim() ?? 'unknown',
        cores: availableParallelism(),
        memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
        runtime: `${runtime.name} ${runtime.version}`,
        'built with': runtime.providers.join(', '),
        kernels: kernelsLine(describeKernels()),
        'onnx on cpu': works ? 'works' : `gives ${product[0]} for 1 * 3 + 2 * 4`,
      };
      const lines = Object.entries(findings).map(([key, value]) => `${key.padEnd(12)} ${value}\n`);
      output.print(json ? `${JSON.stringify(findings, null, 2)}\n` : lines.join(''));
      output.exit(works ? 0 : 1);
    });
}
