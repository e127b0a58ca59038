// What computes tfjs's kernels: counts for those who pass by, names for those who ask.
import { expect, it } from 'vitest';
import { kernelLists, kernelsLine } from '../../harness/cli/kernels-line.ts';
import { describeKernels } from '../../harness/tensor/index.ts';

const { native, host } = describeKernels();

it('is one short line without names', () => {
  const line = kernelsLine(describeKernels());
  const onHost = host.flatMap(({ names }) => names);
  expect(line).toBe(
    `${native.length} by ONNX Runtime, ${onHost.length} on the host (tfjs's own; doctor --kernels names them)`,
  );
  for (const name of onHost) expect(line).not.toContain(name);
});

it('names every kernel once where it is asked', () => {
  const text = kernelLists(describeKernels()).join(', ');
  const names = text.split(/[,:] /);
  for (const name of [...native, ...host.flatMap((each) => each.names)]) {
    expect(names.filter((each) => each === name)).toHaveLength(1);
  }
});
