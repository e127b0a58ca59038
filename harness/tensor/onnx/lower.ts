// From pending operations to a graph that ONNX can hold: drops what nobody needs, names every value, inserts the
// reshapes that views imply. Pure: the same operations give the same graph and the same key.
import {
  type Attributes,
  bodyOf,
  type Constant,
  type Graph,
  type GraphNode,
  type Input,
  int64,
  isView,
  type Operation,
  type Value,
  type View,
} from './graph.ts';

export interface LoweringOptions {
  /** A constant that stands for an input's value in the graph, if any does. */
  asConstant?(value: Value): Constant | undefined;
  /** Inputs by name, declared in this order whether or not they are used. */
  readonly inputs?: ReadonlyMap<string, Value>;
  /** Outputs besides what tensors refer to. */
  isOutput?(value: Value): boolean;
  /** Values of the graph around this one, by their names there. */
  readonly outer?: ReadonlyMap<Value, string>;
  /** Before every name: a graph inside another must not use the outer one's. */
  readonly prefix?: string;
}

/** Lowers what is live among `pending`: the operations that lead to a value some tensor refers to. */
export function lower(pending: readonly Operation[], options: LoweringOptions = {}): Graph {
  const live = liveOperations(pending);
  const lowering = new Lowering(options);
  for (const operation of live) lowering.add(operation);
  return lowering.finish(live);
}

/** The operations that a referenced value depends on, in program order; of a Scan's slices those that are read. */
export function liveOperations(pending: readonly Operation[]): Operation[] {
  const needed = new Set<Value>();
  const isNeeded = (value: Value) => value.refs > 0 || needed.has(value);
  const live: Operation[] = [];
  for (let i = pending.length - 1; i >= 0; i--) {
    const operation = pending[i] as Operation;
    if (!operation.outputs.some(isNeeded)) continue;
    live.push(withoutUnreadSlices(operation, isNeeded));
    for (const input of operation.inputs) if (isView(input)) needed.add(input.value);
  }
  return live.reverse();
}

/** Slices take the time to be written and the memory to be held, whether or not anybody reads them; states have to be there. */
function withoutUnreadSlices(operation: Operation, isNeeded: (value: Value) => boolean): Operation {
  const body = bodyOf(operation);
  const { outputs, attributes } = operation;
  if (body === undefined) return operation;
  const kept = outputs.flatMap((value, i) => (i < body.states || isNeeded(value) ? [i] : []));
  if (kept.length === outputs.length) return operation;
  return {
    ...operation,
    outputs: kept.map((i) => outputs[i] as Value),
    attributes: { ...attributes, body: body.keeping(kept) },
  };
}

class Lowering {
  private readonly names = new Map<Value, string>();
  private readonly views = new Map<Value, Map<string, string>>();
  private readonly constants = new Map<string, { name: string; constant: Constant }>();
  private readonly inputs: { name: string; value: Value }[] = [];
  private readonly nodes: GraphNode[] = [];
  private readonly key: string[] = [];

  constructor(private readonly options: LoweringOptions) {
    for (const [name, value] of options.inputs ?? []) {
      this.names.set(value, name);
      this.declare(name, value);
    }
  }

  add({ type, attributes, inputs, outputs }: Operation): void {
    const inputNames = inputs.map((input) => this.inputName(input));
    const outputNames = outputs.map((value) => this.name(value, 't'));
    this.push({ type, attributes, inputs: inputNames, outputs: outputNames });
  }

  finish(live: readonly Operation[]): Graph {
    const outputs = live
      .flatMap((operation) => operation.outputs)
      .filter((value) => value.refs > 0 || this.options.isOutput?.(value) === true)
      .map((value) => ({ name: this.name(value, 't'), value }));
    this.key.push(outputs.map(({ name }) => name).join(' '));
    return {
      nodes: this.nodes,
      constants: [...this.constants.values()],
      inputs: this.inputs,
      outputs,
      key: this.key.join('\n'),
    };
  }

  private declare(name: string, value: Value): void {
    this.inputs.push({ name, value });
    this.key.push(`${name} ${value.dtype} ${value.shape.join('x')}`);
  }

  private push(node: GraphNode): void {
    this.nodes.push(node);
    this.key.push(`${node.type} ${describe(node.attributes)} ${node.inputs.join(' ')} ${node.outputs.join(' ')}`);
  }

  private name(value: Value, prefix: string): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    const name = `${this.options.prefix ?? ''}${prefix}${this.names.size}`;
    this.names.set(value, name);
    return name;
  }

  private inputName(input: Input): string {
    if (input === null) return '';
    return isView(input) ? this.viewName(input) : this.constantName(input);
  }

  private viewName({ value, shape }: View): string {
    const around = this.options.outer?.get(value);
    if (around !== undefined) return around;
    if (!this.names.has(value)) {
      const constant = this.options.asConstant?.(value);
      if (constant) return this.constantName({ ...constant, shape });
      this.declare(this.name(value, 'i'), value);
    }
    const name = this.name(value, 't');
    const dims = shape.join('x');
    if (dims === value.shape.join('x')) return name;
    const reshaped = this.views.get(value) ?? new Map<string, string>();
    this.views.set(value, reshaped);
    const known = reshaped.get(dims);
    if (known !== undefined) return known;
    const view = `${name}v${reshaped.size}`;
    reshaped.set(dims, view);
    this.push({ type: 'Reshape', attributes: {}, inputs: [name, this.constantName(int64(...shape))], outputs: [view] });
    return view;
  }

  private constantName(constant: Constant): string {
    const content = `${constant.dtype} ${constant.shape.join('x')} ${constant.data.join(',')}`;
    const known = this.constants.get(content);
    if (known !== undefined) return known.name;
    const name = `${this.options.prefix ?? ''}c${this.constants.size}`;
    this.constants.set(content, { name, constant });
    this.key.push(`${name} ${content}`);
    return name;
  }
}

function describe(attributes: Attributes): string {
  return JSON.stringify(attributes, (_, value: Attributes[string]) =>
    typeof value === 'object' && 'graph' in value ? value.graph.key : value,
  );
}
