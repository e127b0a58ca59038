// Einstein summation.
import * as tf from '@tensorflow/tfjs';
import { infoOf, typeOf } from './compose.ts';
import { variadicKernel } from './define.ts';

export const einsumKernels: readonly tf.KernelConfig[] = [
  variadicKernel(tf.Einsum, (inputs, { equation }: tf.EinsumAttrs, graph) => {
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, inputs.length);
    const tensors = inputs.map((view) => infoOf(view) as tf.Tensor);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
    // The output's labels come first.
    const shape = allDims.slice(0, allDims.length - summedDims.length).map((_, label) => {
      const input = idDims.findIndex((labels) => labels.includes(label));
      return tensors[input]?.shape[idDims[input]?.indexOf(label) as number] as number;
    });
    const [first] = inputs as [(typeof inputs)[number]];
    return graph.op('Einsum', inputs, { shape, dtype: typeOf(first) }, { equation: equation.replaceAll(' ', '') });
  }),
];
