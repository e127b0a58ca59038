// The shared tensor backend. Models and methods use `tf` as it is; the rest is what tfjs does not have.
import * as tf from '@tensorflow/tfjs';

export { describeRuntime } from './onnx/runtime.ts';
export { backendStatistics, describeBackend, useBackend } from './backend.ts';
export { type Probe, probeBackend } from './probe.ts';
export { adamw, type AdamwMoments, type AdamwScalars } from './ops/adamw.ts';
export { gelu } from './ops/gelu.ts';
export { layerNorm } from './ops/layer-norm.ts';
export { tf };
