// The shared tensor backend. Models and methods use `tf` as it is; the rest is what tfjs does not have.
import * as tf from '@tensorflow/tfjs';

export {
  adopt,
  backendStatistics,
  type Captured,
  type CaptureOptions,
  capture,
  computeRecorded,
  describeBackend,
  feed,
  segment,
  useBackend,
} from './backend.ts';
export { describeKernels, type KernelsDescription } from './kernels.ts';
export { describeRuntime } from './onnx/runtime.ts';
export { accumulate } from './ops/accumulate.ts';
export { adamw } from './ops/adamw.ts';
export type { AdamwMoments, AdamwScalars, AdamwUpdate } from './ops/adamw-step.ts';
export { attentionContext, attentionWeights } from './ops/attention-weights.ts';
export { gelu } from './ops/gelu.ts';
export { geluTanh } from './ops/gelu-tanh.ts';
export { layerNorm } from './ops/layer-norm.ts';
export { addLowRank, type FrozenWeight, type LowRankDelta, linear } from './ops/linear.ts';
export { linearCrossEntropy } from './ops/linear-cross-entropy.ts';
export {
  dequantize,
  hold,
  lookUp,
  type PackedArrays,
  type PackedMatrix,
  partsOf,
} from './ops/packed.ts';
export { rmsNorm } from './ops/rms-norm.ts';
export { rotary } from './ops/rotary.ts';
export { siluGate } from './ops/silu-gate.ts';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts';
export { type Probe, probeBackend } from './probe.ts';
export { tf };
