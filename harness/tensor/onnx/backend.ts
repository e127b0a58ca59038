// The tfjs backend `onnx`: kernels record operations, reading a value compiles what is live to one ONNX graph and runs
// it. Compiled graphs are cached by structure. Buffers go back to a pool when tfjs disposes of their tensors.
import * as tf from '@tensorflow/tfjs';
import { emit } from './emit.ts';
import type { Attributes, Buffer, DType, Input, Operation, OutputSpec, Recorder, Value, View } from './graph.ts';
import { Host, livesOnHost } from './host.ts';
import { type Graph, liveOperations, lower } from './lower.ts';
import { BufferPool } from './pool.ts';
import { createSession, runSession, runtimeTensor, type Session, type Tensors } from './runtime.ts';

/** Operations recorded before those that died unread are swept. */
const SWEEP_AT = 20_000;

export interface BackendStatistics {
  /** Graphs compiled, and the seconds it took. */
  compilations: number;
  compileSeconds: number;
  runs: number;
}

export class OnnxBackend extends tf.KernelBackend implements Recorder {
  readonly statistics: BackendStatistics = { compilations: 0, compileSeconds: 0, runs: 0 };
  /** What ONNX Runtime has no kernel or no type for. */
  readonly host = new Host();
  private readonly values = new tf.DataStorage<Value>(this, tf.engine());
  private readonly sessions = new Map<string, Session>();
  private readonly pool = new BufferPool();
  private pending: Operation[] = [];
  private sweepAt = SWEEP_AT;

  constructor(readonly threads: number) {
    super();
  }

  // ---- Recorder: what kernels use ----

  op(type: string, inputs: readonly Input[], output: OutputSpec, attributes: Attributes = {}): View {
    const [view] = this.ops(type, inputs, [output], attributes);
    return view as View;
  }

  ops(type: string, inputs: readonly Input[], outputs: readonly OutputSpec[], attributes: Attributes = {}): View[] {
    const values = outputs.map(
      ({ shape, dtype }): Value => ({ shape, dtype, refs: 0, buffer: undefined, pooled: false }),
    );
    this.pending.push({ type, attributes, inputs, outputs: values });
    if (this.pending.length >= this.sweepAt) this.sweep();
    return values.map((value) => ({ value, shape: value.shape }));
  }

  /** A kernel's input as the graph sees it. */
  view(info: tf.TensorInfo): View {
    return { value: this.values.get(info.dataId), shape: info.shape };
  }

  /** A kernel's output as tfjs sees it. */
  tensor({ value, shape }: View): tf.TensorInfo {
    if (value.dtype === 'int64') throw new Error('an int64 value cannot leave the graph: tfjs has no such type');
    value.refs += 1;
    if (!this.values.has(value)) this.values.set(value, value);
    return { dataId: value, shape: [...shape], dtype: value.dtype };
  }

  /** Computes every live value now. */
  flush(): void {
    if (this.pending.length === 0) return;
    const graph = lower(this.pending);
    this.pending = [];
    this.sweepAt = SWEEP_AT;
    if (graph.nodes.length === 0) return;
    const session = this.compile(graph);
    const feeds: Tensors = {};
    for (const { name, value } of graph.inputs) feeds[name] = runtimeTensor(value.dtype, bufferOf(value), value.shape);
    const fetches: Tensors = {};
    for (const { name, value } of graph.outputs) {
      value.buffer = this.pool.take(value.dtype as DType, tf.util.sizeFromShape([...value.shape]));
      value.pooled = true;
      fetches[name] = runtimeTensor(value.dtype, value.buffer, value.shape);
    }
    runSession(session, feeds, fetches);
    this.statistics.runs += 1;
  }

  /** The memory of a value, computed first where it is pending. */
  memoryOf(info: tf.TensorInfo): Buffer {
    const value = this.values.get(info.dataId);
    if (value.buffer === undefined) this.flush();
    return bufferOf(value);
  }

  /**
   * The memory of a value that is about to be changed in place: whatever reads the old content is computed first, and
   * memory that the caller of tf.tensor() still holds is copied.
   * @throws Error where another tensor shares the value
   */
  memoryToUpdate(info: tf.TensorInfo): Buffer {
    this.flush();
    const value = this.values.get(info.dataId);
    if (value.refs > 1) throw new Error('a value that several tensors share cannot be updated in place');
    if (!value.pooled) {
      value.buffer = bufferOf(value).slice();
      value.pooled = true;
    }
    return bufferOf(value);
  }

  /** Gives `variable` a copy of its value that no other tensor shares. */
  detach(variable: tf.Variable): void {
    const copy = tf.tensor(this.memoryOf(variable).slice(), variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }

  /** The session of a graph, compiled once for each structure. */
  compile(graph: Graph): Session {
    const known = this.sessions.get(graph.key);
    if (known) return known;
    const start = performance.now();
    const session = createSession(emit(graph), { threads: this.threads });
    this.sessions.set(graph.key, session);
    this.statistics.compilations += 1;
    this.statistics.compileSeconds += (performance.now() - start) / 1000;
    return session;
  }

  private sweep(): void {
    this.pending = liveOperations(this.pending);
    this.sweepAt = Math.max(SWEEP_AT, 2 * this.pending.length);
  }

  // ---- KernelBackend: what tfjs uses ----

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (livesOnHost(dtype)) return this.host.cpu.write(values, shape, dtype);
    const value: Value = { shape, dtype: supported(dtype), refs: 1, buffer: toBuffer(values, dtype), pooled: false };
    this.values.set(value, value);
    return value;
  }

  override move(id: tf.DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refs: number): void {
    if (livesOnHost(dtype)) this.host.cpu.move(id, values, shape, dtype, refs);
    else this.values.set(id, { shape, dtype: supported(dtype), refs, buffer: toBuffer(values, dtype), pooled: false });
  }

  override readSync(id: tf.DataId): tf.BackendValues {
    if (this.host.has(id)) return this.host.cpu.readSync(id);
    const value = this.values.get(id);
    if (value.buffer === undefined) this.flush();
    const buffer = bufferOf(value);
    return value.pooled ? buffer.slice() : buffer;
  }

  override async read(id: tf.DataId): Promise<tf.BackendValues> {
    return this.readSync(id);
  }

  override disposeData(id: tf.DataId, force = false): boolean {
    if (this.host.has(id)) return this.host.cpu.disposeData(id, force);
    if (!this.values.has(id)) return true;
    const value = this.values.get(id);
    value.refs -= 1;
    if (force) value.refs = 0;
    if (value.refs > 0) return false;
    this.values.delete(id);
    this.recycle(value);
    return true;
  }

  /** While operations are pending, one of them may still read a dead value: then its buffer is left to the collector. */
  private recycle(value: Value): void {
    if (!value.pooled || value.buffer === undefined || this.pending.length > 0) return;
    this.pool.give(value.dtype as DType, value.buffer);
    value.buffer = undefined;
  }

  override incRef(id: tf.DataId): void {
    if (this.host.has(id)) this.host.cpu.incRef(id);
    else this.values.get(id).refs += 1;
  }

  override refCount(id: tf.DataId): number {
    if (this.host.has(id)) return this.host.cpu.refCount(id);
    return this.values.has(id) ? this.values.get(id).refs : 0;
  }

  override numDataIds(): number {
    return this.values.numDataIds() + this.host.cpu.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    run();
    this.flush();
    return { kernelMs: performance.now() - start };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.pending = [];
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }
}

function bufferOf(value: Value): Buffer {
  if (value.buffer === undefined)
    throw new Error(`a value of shape [${value.shape.join(', ')}] was read before it was computed`);
  return value.buffer;
}

function supported(dtype: tf.DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`the onnx backend has no tensors of type ${dtype}`);
}

function toBuffer(values: tf.BackendValues, dtype: tf.DataType): Buffer {
  if (dtype === 'bool') return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}
