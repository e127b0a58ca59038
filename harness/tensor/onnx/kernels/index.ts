// Every kernel of the onnx backend.
import type * as tf from '@tensorflow/tfjs';
import { elementwiseKernels } from './elementwise.ts';
import { fusedKernels } from './fused.ts';
import { indexingKernels } from './indexing.ts';
import { matmulKernels } from './matmul.ts';
import { reduceKernels } from './reduce.ts';
import { shapeKernels } from './shape.ts';

export const KERNELS: readonly tf.KernelConfig[] = [
  ...elementwiseKernels,
  ...fusedKernels,
  ...indexingKernels,
  ...matmulKernels,
  ...reduceKernels,
  ...shapeKernels,
];
