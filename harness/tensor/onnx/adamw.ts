// AdamW in place: one graph for all variables, whose outputs are its inputs' memory, over chunks that fit the cache. As
// part of the step's graph it would write three fresh copies of every weight; a graph a variable would start its
// threads anew each time. In each chunk a state is read once, before its new content is written where it was.
import type { AdamwFactors, AdamwUpdate } from '../ops/adamw-step.ts';
import type { OnnxBackend } from './backend.ts';
import { type Graph, type Recorder, scalar, type Value, type View } from './graph.ts';
import { lower } from './lower.ts';
import type { Content } from './memory.ts';
import { keep, OperationList, placeholder } from './operation-list.ts';
import { runSession, runtimeTensor, type Tensors } from './runtime.ts';
import { type Outer, scan } from './subgraph.ts';

/** Weights a chunk: what one needs stays in the cores' caches. */
const CHUNK = 196_608;

const STATES = ['weight', 'first', 'second'] as const;
const FACTORS = ['gradientScale', 'keep', 'stepSize', 'epsilon'] as const;

/** A part of a variable that the graph updates: all its chunks, or what is left after the last whole one. */
interface Piece {
  readonly update: number;
  readonly start: number;
  /** [size] or [chunks, size] */
  readonly shape: readonly number[];
  /** Variables of one group share their factors. */
  readonly group: number;
}

export function updateAdamw(
  backend: OnnxBackend,
  updates: readonly AdamwUpdate[],
  factorsOf: (update: AdamwUpdate) => AdamwFactors,
): void {
  const groups = groupBy(updates, ({ scalars }) => JSON.stringify(scalars));
  const pieces = groups.flatMap((members, group) =>
    members.flatMap((index) => piecesOf(updates, index, group, backend.inSlices)),
  );
  const { graph, outputs } = programOf(
    backend,
    pieces,
    groups.map(([first = 0]) => updates[first] as AdamwUpdate),
  );

  const feeds: Tensors = {};
  const fetches: Tensors = {};
  for (const [group, [first = 0]] of groups.entries()) {
    const factors = factorsOf(updates[first] as AdamwUpdate);
    for (const name of FACTORS)
      feeds[`${name}_${group}`] = runtimeTensor('float32', Float32Array.of(factors[name]), []);
  }
  const memory = updates.map((update) => memoryOf(backend, update));
  for (const [i, { update, start, shape }] of pieces.entries()) {
    const { gradient, states } = memory[update] as Memory;
    const part = (content: Content) => backend.storage.tensor('float32', content, shape, start);
    feeds[`gradient${i}`] = part(gradient);
    for (const [at, name] of STATES.entries()) {
      feeds[`${name}${i}`] = fetches[outputs[i]?.[at] as string] = part(states[at] as Content);
    }
  }
  runSession(backend.compile(graph), feeds, fetches);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  return [...groups.values()];
}

function piecesOf(updates: readonly AdamwUpdate[], update: number, group: number, inSlices: boolean): Piece[] {
  const size = updates[update]?.variable.size ?? 0;
  const chunks = size < 2 * CHUNK || !inSlices ? 0 : Math.floor(size / CHUNK);
  const rest = size - chunks * CHUNK;
  return [
    ...(chunks > 0 ? [{ update, start: 0, shape: [chunks, CHUNK], group }] : []),
    ...(rest > 0 ? [{ update, start: size - rest, shape: [rest], group }] : []),
  ];
}

interface Memory {
  readonly gradient: Content;
  /** In the order of STATES. */
  readonly states: readonly Content[];
}

function memoryOf(backend: OnnxBackend, { variable, gradient, moments }: AdamwUpdate): Memory {
  const states = [variable, moments.first, moments.second].map((state) => {
    if (backend.refCount(state.dataId) > 1) backend.detach(state);
    return backend.memoryToUpdate(state);
  });
  return { gradient: backend.memoryOf(gradient), states };
}

interface Program {
  readonly graph: Graph;
  /** The names of a piece's outputs, in the order of STATES. */
  readonly outputs: readonly (readonly string[])[];
}

const programs = new WeakMap<OnnxBackend, Map<string, Program>>();

function programOf(backend: OnnxBackend, pieces: readonly Piece[], groups: readonly AdamwUpdate[]): Program {
  const known = programs.get(backend) ?? new Map<string, Program>();
  programs.set(backend, known);
  const forms = groups.map(({ scalars: { beta1, beta2, gradientScale } }) => ({
    beta1,
    beta2,
    isScaled: gradientScale !== 1,
  }));
  const key = JSON.stringify([pieces.map(({ shape, group }) => [shape, group]), forms]);
  const program = known.get(key) ?? build(pieces, forms);
  known.set(key, program);
  return program;
}

type Factors = Readonly<Record<(typeof FACTORS)[number], View>>;

/** What of a group shapes its graph. */
interface Form {
  readonly beta1: number;
  readonly beta2: number;
  /** Whether the gradient is multiplied first: where nothing is clipped it is a pass less. */
  readonly isScaled: boolean;
}

function build(pieces: readonly Piece[], forms: readonly Form[]): Program {
  const list = new OperationList();
  const inputs = new Map<string, Value>();
  const input = (name: string, shape: readonly number[]): View => {
    const view = placeholder({ shape, dtype: 'float32' });
    inputs.set(name, view.value);
    return view;
  };
  const factors = forms.map(
    (_, group) => Object.fromEntries(FACTORS.map((name) => [name, input(`${name}_${group}`, [])])) as Factors,
  );
  const outer: Outer = new Map([...inputs].map(([name, value]) => [value, name]));
  const results = pieces.map(({ shape, group }, i) => {
    const operands = [...STATES, 'gradient'].map((name) => input(`${name}${i}`, shape));
    const step = (graph: Recorder, views: readonly View[]) =>
      recordStep(graph, views, factors[group] as Factors, forms[group] as Form);
    return keep(shape.length > 1 ? scan(list, operands, step, outer) : step(list, operands));
  });
  const graph = lower(list.operations, { inputs });
  const nameOf = (result: Value) => graph.outputs.find(({ value }) => value === result)?.name as string;
  return { graph, outputs: results.map((values) => values.map(nameOf)) };
}

/** The new states, in the order of STATES. */
function recordStep(
  graph: Recorder,
  [weight, first, second, gradient]: readonly View[],
  factors: Factors,
  { beta1, beta2, isScaled }: Form,
): View[] {
  const { shape } = weight as View;
  const op = (type: string, ...operands: Parameters<Recorder['op']>[1]) =>
    graph.op(type, operands, { shape, dtype: 'float32' });
  const [w, m, v, given] = [weight, first, second, gradient] as [View, View, View, View];
  const g = isScaled ? op('Mul', given, factors.gradientScale) : given;
  const newSecond = op('Add', op('Mul', v, scalar(beta2, 'float32')), op('Mul', g, g));
  const newFirst = op('Add', op('Mul', m, scalar(beta1, 'float32')), g);
  const direction = op('Div', newFirst, op('Add', op('Sqrt', newSecond), factors.epsilon));
  const newWeight = op('Sub', op('Mul', w, factors.keep), op('Mul', direction, factors.stepSize));
  return [newWeight, newFirst, newSecond];
}
