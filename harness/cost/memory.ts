// The memory of a run's process at its largest, from what lies in it. Bytes.
import type { BaseMerge, BasePrecision } from '../contracts/base-precision.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { baseBytes, siteBytes } from '../models/count.ts';
import { forwardActivations, trainingActivations } from './activations.ts';
import type { BatchShape, StepShape } from './batch-shape.ts';
import type { Trained } from './trained.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Of what is trained at a time, each as many floats as parameters but for the moments, which are two. */
export interface TrainState {
  readonly values: number;
  readonly gradients: number;
  readonly moments: number;
}

export function trainStateOf(parameters: number): TrainState {
  const floats = FLOAT * parameters;
  return { values: floats, gradients: floats, moments: 2 * floats };
}

export interface Memory {
  /** The base as it is held. */
  readonly weights: number;
  readonly trainState: TrainState;
  /** Between the operations of the largest batch, as planned. */
  readonly activations: number;
  /** The whole process at its largest, all of these in it. */
  readonly peak: number;
}

export interface MemoryInputs {
  readonly spec: ModelSpec;
  readonly trained: Trained;
  /** Of the head, which every method trains. */
  readonly head: number;
  readonly precision: BasePrecision;
  readonly gradientCheckpointing: boolean;
  readonly step: StepShape;
  /** What is read at a time to be scored. */
  readonly evaluation: readonly BatchShape[];
  /** Parameters of the method that are trained over the run. */
  readonly cumulative: number;
  /** What a merge does to a base that is not in 32-bit floats. */
  readonly baseMerge: BaseMerge;
  readonly steps: number;
}

/*
 * What no size tells, as measured on the onnx backend on a cpu: by bench cases and runs of the studies in results/, trials and
 * final ones. test/cost/memory.test.ts holds what follows from it to the runs that tell enough.
 */

/** Node, the runtime, and the sources of a process. */
const PROCESS = 115e6;
/** A layer's part of a compiled graph, and what all graphs that are kept take at most (tensor/onnx/session-cache.ts). */
const [COMPILED_LAYER, MOST_COMPILED] = [0.35e6, 256e6];
/**
 * Times the bytes planned, what is taken from the system: batches have several shapes, and arrays of unequal size and life
 * leave gaps between them. More where every layer has weights with a gradient, and most where all weights have.
 */
const [SPREAD_OF_WHOLE, SPREAD_OF_ALL, SPREAD_OF_SOME] = [1.8, 1.6, 1.15];

/** How much more or less than predicted a run takes at most, by the recorded runs that test/cost/memory.test.ts holds it to. */
export const PEAK_ERROR = 0.15;

/** Whether runs do not fit even if their prediction is as much too high as it may be. @param peak of all of them, as predicted */
export const isBeyond = (peak: number, available: number): boolean => peak / (1 + PEAK_ERROR) > available;

export function memoryOf(inputs: MemoryInputs): Memory {
  const { spec, trained, head, precision, gradientCheckpointing, step, evaluation } = inputs;
  const weights = baseBytes(spec, precision);
  const trainState = trainStateOf(trained.parameters + head);
  const settings = { precision, gradientCheckpointing };
  const training = inputs.steps === 0 ? 0 : trainingActivations(spec, step.largest, trained, settings);
  const scoring = evaluation.map((shape) => forwardActivations(spec, shape));
  const activations = Math.round(Math.max(training, ...scoring));
  // Weights that are trained themselves are the base's.
  const beside = trainState.values + trainState.gradients + trainState.moments - (trained.isWhole ? weights : 0);
  // Gradients of parts are added up beside those of the part that is computed.
  const summed = step.parts > 1 ? trainState.gradients : 0;
  // Of floats a copy is hashed; packed weights are hashed where they lie.
  const copies = precision === 'f32' ? weights : 0;
  const held = weights + copies + beside + summed + mergedBytes(inputs);
  const peak = PROCESS + held + spreadOf(inputs) * activations + compiledBytes(inputs);
  return { weights, trainState, activations, peak: Math.round(peak) };
}

function spreadOf({ trained }: MemoryInputs): number {
  if (trained.isWhole) return SPREAD_OF_WHOLE;
  return trained.share === 1 ? SPREAD_OF_ALL : SPREAD_OF_SOME;
}

/** Low-rank changes, kept to the end for the record, and what they make of a base that is not in 32-bit floats. */
function mergedBytes({ trained, cumulative, precision, baseMerge }: MemoryInputs): number {
  if (trained.sites.length === 0) return 0;
  const factors = FLOAT * cumulative;
  if (precision === 'f32' || baseMerge === 'requantize') return factors;
  if (baseMerge === 'stack') return 2 * factors;
  // In the place of their packed ones; a layer that is drawn again is there already.
  const merged = Math.min(1, drawsOf(trained, cumulative) * trained.share);
  const grown = trained.sites.reduce((sum, site) => sum + siteBytes(site, 'f32') - siteBytes(site, precision), 0);
  return factors + merged * grown;
}

/** Sets of adapters that are trained one after another. */
function drawsOf({ parameters }: Trained, cumulative: number): number {
  return parameters === 0 ? 1 : Math.round(cumulative / parameters);
}

/** Beyond the first graph, which is in every process. */
function compiledBytes({ spec, step, trained, cumulative, steps }: MemoryInputs): number {
  // Each is compiled anew.
  const draws = drawsOf(trained, cumulative);
  const ofDraw = Math.min(step.shapes, Math.ceil(steps / Math.max(1, draws)) * step.parts);
  const graphs = Math.max(1, draws * Math.max(1, ofDraw));
  return Math.min(MOST_COMPILED, (graphs - 1) * spec.layers * COMPILED_LAYER);
}
