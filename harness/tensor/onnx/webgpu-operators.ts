// Operators that ONNX Runtime has no WebGPU kernel for, made of those it has: it would compute them on the cpu, with a copy
// of every operand. Left there are IsNaN and Or, which a step has on small tensors only, and what indexes with int64.
import { type Input, isView, type Operation, type OutputSpec, type Recorder, scalar, type View } from './graph.ts';

export type Rewrite = (
  graph: Recorder,
  inputs: readonly Input[],
  output: OutputSpec,
  attributes: Operation['attributes'],
) => View;

export const WEBGPU_REWRITES: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  /** alpha * a b, either transposed first. */
  [
    'com.microsoft:FusedMatMul',
    (graph, inputs, output, attributes) => {
      const [a, b] = inputs.map(view) as [View, View];
      if (a.shape.length === 2 && b.shape.length === 2) return graph.op('Gemm', [a, b], output, attributes);
      const operands = [
        attributes.transA === 1 ? swapLast(graph, a) : a,
        attributes.transB === 1 ? swapLast(graph, b) : b,
      ];
      const product = graph.op('MatMul', operands, output);
      const scale = floatOf(attributes.alpha);
      return scale === 1 ? product : graph.op('Mul', [product, scalar(scale, 'float32')], output);
    },
  ],
  /** Of equal shapes. */
  ['Sum', (graph, inputs, output) => inputs.map(view).reduce((sum, each) => graph.op('Add', [sum, each], output))],
]);

function swapLast(graph: Recorder, { value, shape }: View): View {
  const axes = shape.map((_, axis) => axis);
  const swapped = <Item>(list: readonly Item[]): Item[] => [...list.slice(0, -2), ...list.slice(-2).reverse()];
  return graph.op(
    'Transpose',
    [{ value, shape }],
    { shape: swapped(shape), dtype: value.dtype },
    { perm: swapped(axes) },
  );
}

function view(input: Input | undefined): View {
  if (input === undefined || input === null || !isView(input)) throw new Error('an operand is no tensor of the graph');
  return input;
}

function floatOf(attribute: Operation['attributes'][string] | undefined): number {
  return typeof attribute === 'object' && 'float' in attribute ? attribute.float : 1;
}
