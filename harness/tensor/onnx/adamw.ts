// AdamW in place: a graph of its own whose outputs are its inputs' memory, run over slices that fit the cache. As part
// of the step's graph it would write three fresh copies of every weight, several times slower.
import type * as tf from '@tensorflow/tfjs';
import type { AdamwFactors, AdamwMoments, AdamwScalars } from '../ops/adamw.ts';
import type { OnnxBackend } from './backend.ts';
import { type Buffer, type Operation, scalar, type Value, type View } from './graph.ts';
import { lower } from './lower.ts';
import { runSession, runtimeTensor, type Session, type Tensors } from './runtime.ts';

/** Weights a slice: five such arrays stay in a core's cache. */
const SLICE = 262_144;

export function updateAdamw(
  backend: OnnxBackend,
  variable: tf.Variable,
  gradient: tf.Tensor,
  moments: AdamwMoments,
  scalars: AdamwScalars,
  factors: AdamwFactors,
): void {
  const updated = [variable, moments.first, moments.second].map((state) => {
    if (backend.refCount(state.dataId) > 1) backend.detach(state);
    return backend.memoryToUpdate(state);
  });
  const gradients = backend.memoryOf(gradient);
  const feeds: Tensors = {};
  for (const name of FACTORS) feeds[name] = runtimeTensor('float32', Float32Array.of(factors[name]), []);
  for (let start = 0; start < variable.size; start += SLICE) {
    const end = Math.min(start + SLICE, variable.size);
    const program = programOf(backend, end - start, scalars);
    const slice = (memory: Buffer) => runtimeTensor('float32', memory.subarray(start, end), [end - start]);
    const fetches: Tensors = {};
    for (const [i, memory] of updated.entries()) {
      feeds[STATE[i] as string] = fetches[program.outputs[i] as string] = slice(memory);
    }
    feeds.gradient = slice(gradients);
    runSession(program.session, renamed(feeds, program.inputs), fetches);
  }
}

const STATE = ['weight', 'first', 'second'] as const;
const FACTORS = ['firstGain', 'secondGain', 'keep', 'stepSize', 'epsilon'] as const;
type InputName = (typeof STATE)[number] | (typeof FACTORS)[number] | 'gradient';

interface Program {
  readonly session: Session;
  /** The names in the compiled graph. */
  readonly inputs: ReadonlyMap<string, string>;
  /** In the order of STATE. */
  readonly outputs: readonly string[];
}

function renamed(tensors: Tensors, names: ReadonlyMap<string, string>): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [names.get(name) as string, tensor]));
}

const programs = new WeakMap<OnnxBackend, Map<string, Program>>();

function programOf(backend: OnnxBackend, size: number, scalars: AdamwScalars): Program {
  const known = programs.get(backend) ?? new Map<string, Program>();
  programs.set(backend, known);
  const key = [size, scalars.beta1, scalars.beta2].join(' ');
  const program = known.get(key) ?? build(backend, size, scalars);
  known.set(key, program);
  return program;
}

function build(backend: OnnxBackend, size: number, { beta1, beta2 }: AdamwScalars): Program {
  const operations: Operation[] = [];
  const inputs = new Map<Value, InputName>();
  const input = (name: InputName, shape: readonly number[]): View => {
    const view = viewOf(shape);
    inputs.set(view.value, name);
    return view;
  };
  const op = (type: string, ...operands: Operation['inputs']): View => {
    const output = viewOf([size]);
    operations.push({ type, attributes: {}, inputs: operands, outputs: [output.value] });
    return output;
  };
  const constant = (value: number) => scalar(value, 'float32');

  const gradient = input('gradient', [size]);
  const squared = op('Mul', op('Mul', gradient, gradient), input('secondGain', []));
  const newSecond = op('Add', op('Mul', input('second', [size]), constant(beta2)), squared);
  const scaled = op('Mul', gradient, input('firstGain', []));
  const newFirst = op('Add', op('Mul', input('first', [size]), constant(beta1)), scaled);
  const direction = op('Div', newFirst, op('Add', op('Sqrt', newSecond), input('epsilon', [])));
  const step = op('Mul', direction, input('stepSize', []));
  const newWeight = op('Sub', op('Mul', input('weight', [size]), input('keep', [])), step);

  const results = [newWeight, newFirst, newSecond].map(({ value }) => value);
  for (const value of results) value.refs = 1;
  const graph = lower(operations);
  return {
    session: backend.compile(graph),
    inputs: new Map(graph.inputs.map(({ name, value }) => [inputs.get(value) as string, name])),
    outputs: results.map((result) => graph.outputs.find(({ value }) => value === result)?.name as string),
  };
}

function viewOf(shape: readonly number[]): View {
  const value: Value = { shape, dtype: 'float32', refs: 0, buffer: undefined, pooled: false };
  return { value, shape };
}
