// A computation that was traced once and runs again without tracing: what it reads is bound to tensors when it runs.
import * as tf from '@tensorflow/tfjs';
import type { Buffer, DType } from './element.ts';
import type { Constant, Graph, Value, View } from './graph.ts';
import { hostArray } from './host-memory.ts';
import type { InPlace } from './in-place.ts';
import { type Content, DeviceBuffer, type Memory } from './memory.ts';
import { placeholder } from './operation-list.ts';
import { runSession, type Session, type Tensor, type Tensors } from './runtime.ts';

/** Gives the content of a tensor for the next run. */
export type Fill = () => Buffer;

/** A result as tfjs sees it. */
export interface Result {
  readonly value: Value;
  readonly shape: readonly number[];
}

/** What an input of the graph is when the program runs. */
export type Source = Fill | tf.Variable | Buffer | { readonly zerosFor: Value };

/** What a program needs of the backend that runs it. */
export interface Runner {
  readonly storage: Memory;
  allocate(value: Value): Tensor;
  compile(graph: Graph): Session;
  memoryOf(info: tf.TensorInfo): Content;
  tensor(view: View): tf.TensorInfo;
}

export class Program {
  private readonly inputs: readonly { readonly name: string; readonly value: Value; readonly source: Source }[];
  private readonly blanks = new Map<Value, Buffer>();

  constructor(
    private readonly backend: Runner,
    private readonly graph: Graph,
    private readonly results: readonly Result[],
    sourceOf: (value: Value) => Source,
    private readonly inPlace: InPlace,
  ) {
    this.inputs = graph.inputs.map(({ name, value }) => ({ name, value, source: sourceOf(value) }));
  }

  /** Computes the results anew. The caller disposes of them. */
  run(): tf.Tensor[] {
    const fetches: Tensors = {};
    const computed = new Map<Value, Value>();
    for (const { name, value } of this.graph.outputs) {
      if (this.inPlace.has(value)) continue;
      const { value: fresh } = placeholder(value);
      fetches[name] = this.backend.allocate(fresh);
      computed.set(value, fresh);
    }
    for (const { name, value } of this.graph.outputs) {
      const result = computed.get(this.inPlace.get(value) ?? value) as Value;
      computed.set(value, result);
      fetches[name] ??= this.backend.storage.tensor(value.dtype as DType, result.buffer as Content, value.shape);
    }
    const feeds: Tensors = {};
    for (const { name, value, source } of this.inputs) {
      const content = 'zerosFor' in source ? this.zeros(value, computed.get(source.zerosFor)) : this.read(source);
      feeds[name] = this.backend.storage.tensor(value.dtype, content, value.shape);
    }
    runSession(this.backend.compile(this.graph), feeds, fetches);
    return this.results.map(({ value, shape }) => {
      const info = this.backend.tensor({ value: computed.get(value) as Value, shape });
      return tf.engine().makeTensorFromDataId(info.dataId, info.shape, info.dtype);
    });
  }

  /** Zeros in the memory of the sum that they become, where it is a result: ONNX Runtime then copies nothing. */
  private zeros(value: Value, sum: Value | undefined): Buffer {
    if (sum?.buffer instanceof DeviceBuffer) throw new Error("a device's buffer cannot be filled from here");
    if (sum?.buffer !== undefined) return sum.buffer.fill(0);
    // Otherwise nobody writes to them.
    const size = value.shape.reduce((a, b) => a * b, 1);
    const blank = this.blanks.get(value) ?? hostArray(value.dtype as DType, size);
    this.blanks.set(value, blank);
    return blank;
  }

  private read(source: Exclude<Source, { readonly zerosFor: Value }>): Content {
    if (source instanceof tf.Variable) return this.backend.memoryOf(source);
    return typeof source === 'function' ? source() : source;
  }
}

/** A number written while tracing is part of the graph. */
export function asConstant({ dtype, shape }: Value, content: Buffer): Constant {
  return { dtype, shape, data: Array.from(content) };
}
