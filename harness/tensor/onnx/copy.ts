// A graph that copies a list of any length: into a device's memory, out of it, or within it.
import { emit } from './emit.ts';
import type { DType } from './element.ts';
import { ANY_SIZE, type Graph } from './graph.ts';
import { lower } from './lower.ts';
import { keep, OperationList, placeholder } from './operation-list.ts';
import { createSession, type Session, type SessionOptions } from './runtime.ts';

export interface Copy {
  readonly session: Session;
  /** Names of the graph's input and output. */
  readonly from: string;
  readonly to: string;
}

/** @throws Error with ONNX Runtime's message where the device is not there */
export function createCopy(dtype: DType, options: SessionOptions): Copy {
  const given = placeholder({ shape: [ANY_SIZE], dtype });
  const list = new OperationList();
  keep([list.op('Identity', [given], given.value)]);
  const graph = lower(list.operations);
  return { session: createSession(emit(graph), options), from: only(graph.inputs), to: only(graph.outputs) };
}

function only([one, ...others]: Graph['inputs']): string {
  if (one === undefined || others.length > 0) throw new Error('a copy has one input and one output');
  return one.name;
}
