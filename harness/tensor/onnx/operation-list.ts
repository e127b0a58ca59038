// Operations recorded apart from the backend's own: for graphs that are built once by hand.
import type { Attributes, Input, Operation, OutputSpec, Recorder, Value, View } from './graph.ts';

export class OperationList implements Recorder {
  /** A slice is not cut again. */
  readonly inSlices = false;
  readonly operations: Operation[] = [];

  op(type: string, inputs: readonly Input[], output: OutputSpec, attributes: Attributes = {}): View {
    return this.ops(type, inputs, [output], attributes)[0] as View;
  }

  ops(type: string, inputs: readonly Input[], outputs: readonly OutputSpec[], attributes: Attributes = {}): View[] {
    const views = outputs.map(placeholder);
    this.operations.push({ type, attributes, inputs, outputs: views.map(({ value }) => value) });
    return views;
  }

  /** None: nobody would fill them. */
  zeros(): undefined {
    return undefined;
  }

  /** Nothing: what goes into such a graph is another at every run. */
  known(): undefined {
    return undefined;
  }
}

/** A value without content: an input of a graph, or what an operation will give. */
export function placeholder({ shape, dtype }: OutputSpec): View {
  return { value: { shape, dtype, refs: 0, buffer: undefined, pooled: false }, shape };
}

/** Makes values outputs of the graph that is lowered next. */
export function keep(views: readonly View[]): readonly Value[] {
  for (const { value } of views) value.refs = 1;
  return views.map(({ value }) => value);
}
