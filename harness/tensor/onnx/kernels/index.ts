// Every kernel that the onnx backend records for ONNX Runtime.
import type * as tf from '@tensorflow/tfjs';
import { activationKernels } from './activation.ts';
import { blockKernels } from './blocks.ts';
import { convolutionKernels } from './convolution.ts';
import { divisionKernels } from './division.ts';
import { einsumKernels } from './einsum.ts';
import { elementwiseKernels } from './elementwise.ts';
import { fusedKernels } from './fused.ts';
import { fusedDecoderKernels } from './fused-decoder.ts';
import { indexingKernels } from './indexing.ts';
import { linearSoftmaxKernels } from './linear-softmax.ts';
import { matmulKernels } from './matmul.ts';
import { normalisationKernels } from './normalisation.ts';
import { packedKernels } from './packed.ts';
import { poolKernels } from './pool.ts';
import { reduceKernels } from './reduce.ts';
import { scatterKernels } from './scatter.ts';
import { shapeKernels } from './shape.ts';
import { sliceKernels } from './slice.ts';

export const KERNELS: readonly tf.KernelConfig[] = [
  ...activationKernels,
  ...blockKernels,
  ...convolutionKernels,
  ...divisionKernels,
  ...einsumKernels,
  ...elementwiseKernels,
  ...fusedDecoderKernels,
  ...fusedKernels,
  ...indexingKernels,
  ...linearSoftmaxKernels,
  ...matmulKernels,
  ...normalisationKernels,
  ...packedKernels,
  ...poolKernels,
  ...reduceKernels,
  ...scatterKernels,
  ...shapeKernels,
  ...sliceKernels,
];
