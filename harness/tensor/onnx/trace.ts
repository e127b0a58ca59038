// A computation while it is traced: what is known of its inputs, and where they come from when it runs.
import type * as tf from '@tensorflow/tfjs';
import type { Buffer } from './element.ts';
import { type Graph, isView, type Operation, type Value } from './graph.ts';
import { lower } from './lower.ts';
import type { InPlace } from './in-place.ts';
import { asConstant, type Fill, type Source } from './program.ts';

export class Trace {
  /** What feeds values. */
  readonly feeds = new Map<Value, Fill>();
  /** Inputs that are zeros at every run. */
  readonly zeros = new Set<Value>();

  /**
   * @param variables those that there are, by their values
   * @param onHost a value's content, in an array
   * @param inPlace what is to be computed in the memory of a result, which makes it an output too
   */
  lower(
    operations: readonly Operation[],
    variables: ReadonlyMap<Value, tf.Variable>,
    onHost: (value: Value) => Buffer,
    inPlace: InPlace,
  ): { readonly graph: Graph; sourceOf(value: Value): Source } {
    const changes = (value: Value) => this.feeds.has(value) || variables.has(value);
    const graph = lower(operations, {
      isOutput: (value) => inPlace.has(value),
      asConstant: (value) =>
        changes(value) || value.buffer?.length !== 1 ? undefined : asConstant(value, onHost(value)),
    });
    const sourceOf = (value: Value): Source => {
      if (this.zeros.has(value)) return { zerosFor: sumOf(operations, value) };
      return this.feeds.get(value) ?? variables.get(value) ?? onHost(value).slice();
    };
    return { graph, sourceOf };
  }
}

/** What zeros are added up to. */
function sumOf(operations: readonly Operation[], zeros: Value): Value {
  const isSum = ({ inputs: [first = null] }: Operation) => isView(first) && first.value === zeros;
  return operations.find(isSum)?.outputs[0] as Value;
}
