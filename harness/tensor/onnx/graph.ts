// What kernels record: operations on values, in program order, until somebody reads a value.

import type { Buffer, ElementType } from './element.ts';
import type { Content } from './memory.ts';

/** The length of an axis that each run decides; only in graphs that are made by hand. */
export const ANY_SIZE = -1;

/** The data of a tensor: in memory (`buffer`), or still to be computed by a pending operation. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** How many tensors refer to the value; a value that only operations read has none. */
  refs: number;
  buffer: Content | undefined;
  /** The buffer is the backend's own and goes back to its pool when the value dies, so readers get a copy. */
  pooled: boolean;
}

/** A value seen with a shape of the same size: tfjs reshapes without copying, and so does the graph. */
export interface View {
  readonly value: Value;
  readonly shape: readonly number[];
}

/** A small tensor that is part of the graph, such as the axes of a reduction. */
export interface Constant {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Of float16: bit patterns. */
  readonly data: readonly number[];
}

export interface GraphNode {
  readonly type: string;
  readonly attributes: Attributes;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Operations lowered to what ONNX can hold: see lower.ts. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly { readonly name: string; readonly constant: Constant }[];
  readonly inputs: readonly { readonly name: string; readonly value: Value }[];
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
  /** Equal for graphs of equal structure, shapes, types and constants. */
  readonly key: string;
}

/** A graph that an operation runs, and the operations that it was lowered from. */
export interface Body {
  readonly graph: Graph;
  readonly operations: readonly Operation[];
  /** So many of the outputs, the first, are handed on from slice to slice. */
  readonly states: number;
  /** The same body with these of its outputs, by number, in this order: all its states, and slices. */
  keeping(outputs: readonly number[]): Body;
}

export type Attribute = number | string | readonly number[] | { readonly float: number } | Body;
export type Attributes = Readonly<Record<string, Attribute>>;

/** Null where an optional input is absent. */
export type Input = View | Constant | null;

export interface Operation {
  /** An ONNX operator, as `Name` or, of ONNX Runtime's own, `com.microsoft:Name`. */
  readonly type: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Value[];
  /** The part of a model that the operation was recorded in. */
  readonly segment?: Segment | undefined;
}

/** A part of a model, such as a layer, whose result is kept while what is inside may be computed again. */
export interface Segment {
  result: Value | undefined;
}

/** What an operation runs on each of its slices (Scan), if it does. */
export function bodyOf({ attributes: { body } }: Operation): Body | undefined {
  return typeof body === 'object' && 'graph' in body ? body : undefined;
}

export const isView = (input: Input): input is View => input !== null && 'value' in input;

export const int64 = (...data: number[]): Constant => ({ dtype: 'int64', shape: [data.length], data });

export const scalar = (value: number, dtype: ElementType): Constant => ({ dtype, shape: [], data: [value] });

/** Records operations; kernels see the backend through this. */
export interface Recorder {
  /** Whether it pays to run a chain of operations on slices, one after another: where caches hold a slice. */
  readonly inSlices: boolean;
  /** Records an operation with one output. */
  op(type: string, inputs: readonly Input[], output: OutputSpec, attributes?: Attributes): View;
  /**
   * Zeros for one operation to add to, in the memory of its result where that leaves the graph; undefined where there can
   * be none, and the graph has to make them.
   */
  zeros(spec: OutputSpec): View | undefined;
  /** What a value is now and at every later run of what is recorded; undefined where that is not known. */
  known(view: View): Buffer | undefined;
  /** Records an operation with several outputs. */
  ops(type: string, inputs: readonly Input[], outputs: readonly OutputSpec[], attributes?: Attributes): View[];
}

export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
}
