// `peftbench doctor`: what there is on this machine, and what works.
import { availableParallelism, totalmem } from 'node:os';
import type { Command } from 'commander';
import { BACKENDS } from '../../tensor/backend-names.ts';
import { DEVICES } from '../../tensor/device-names.ts';
import type { Probe } from '../../tensor/index.ts';
import { cpuName } from '../cpu-name.ts';
import { kernelLists, kernelsLine } from '../kernels-line.ts';
import type { Output } from '../output.ts';
import { probeDevices } from '../probe-devices.ts';

export function addDoctor(program: Command, output: Output): void {
  program
    .command('doctor')
    .description('the machine, the tensor runtime, and which backends and devices work here')
    .option('--kernels', 'also what computes each kernel of the tensor backend')
    .option('--json', 'print one JSON document')
    .action(async ({ kernels, json }: { kernels?: boolean; json?: boolean }) => {
      const { describeKernels, describeRuntime, probeBackend } = await import('../../tensor/index.ts');
      const runtime = describeRuntime();
      const threads = availableParallelism();
      const probes = BACKENDS.map((name) => [name, probeBackend(name, { threads })] as const);
      const devices = await probeDevices(DEVICES.map((device) => ({ backend: 'onnx', device, threads })));
      const findings = {
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        cpu: cpuName(),
        cores: availableParallelism(),
        memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
        runtime: `${runtime.name} ${runtime.version}`,
        'built with': runtime.providers.map(({ name }) => name).join(', '),
        kernels: kernelsLine(describeKernels()),
        ...Object.fromEntries(probes.map(([name, probe]) => [`backend ${name}`, saysOf(probe)])),
        ...Object.fromEntries(devices.map((probe, index) => [`device ${DEVICES[index]}`, saysOfDevice(probe)])),
      };
      const lists = kernels ? kernelLists(describeKernels()) : [];
      const lines = [
        ...Object.entries(findings).map(([key, value]) => `${key.padEnd(18)} ${value}\n`),
        ...lists.map((line) => `${line}\n`),
      ];
      const document = kernels ? { ...findings, 'kernel lists': lists } : findings;
      output.print(json ? `${JSON.stringify(document, null, 2)}\n` : lines.join(''));
      // The others are optional.
      output.exit(probes.every(([name, { works }]) => works || name !== BACKENDS[0]) ? 0 : 1);
    });
}

/** Of the onnx backend. */
function saysOfDevice(probe: Probe): string {
  return probe.works ? 'works' : `does not work: ${probe.reason}`;
}

function saysOf(probe: Probe): string {
  return probe.works ? `works on ${probe.device}: ${probe.runtime}` : `does not work: ${probe.reason}`;
}
