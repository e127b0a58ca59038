// The tfjs backend `onnx`: kernels record operations, reading a value compiles what is live to one ONNX graph and runs
// it. Compiled graphs are cached by structure. Buffers go back to a pool when tfjs disposes of their tensors.
import * as tf from '@tensorflow/tfjs';
import { LRUCache } from 'lru-cache';
import type { Device } from '../device-names.ts';
import { addInto } from './add-into.ts';
import { rewritesOf, storageOf } from './devices.ts';
import { emit } from './emit.ts';
import { matrixFlops } from './flops.ts';
import {
  type Attributes,
  type Buffer,
  type DType,
  type Input,
  isView,
  type Operation,
  type OutputSpec,
  type Recorder,
  type Segment,
  type Value,
  type View,
} from './graph.ts';
import { Host, HostKernelTraced, livesOnHost } from './host.ts';
import { type Graph, liveOperations, lower } from './lower.ts';
import type { Content, Memory } from './memory.ts';
import { placeholder } from './operation-list.ts';
import { plannedBytes } from './plan-memory.ts';
import { asConstant, type Fill, Program } from './program.ts';
import { type Recomputed, recompute } from './recompute.ts';
import { createSession, runSession, type Session, type Tensors } from './runtime.ts';
import type { Rewrite } from './webgpu-operators.ts';

/** Operations recorded before those that died unread are swept. */
const SWEEP_AT = 20_000;

/** Compiled graphs that are kept, in nodes: one takes about 4 KB, and boosters on ever other layers make ever new graphs. */
const MOST_COMPILED_NODES = 64_000;

export interface BackendStatistics {
  /** Graphs compiled, and the seconds it took. */
  compilations: number;
  compileSeconds: number;
  runs: number;
  /** Computations captured, and the seconds it took without compiling them. */
  traces: number;
  traceSeconds: number;
  /** Floating-point operations in the matrix products of the computation captured last. */
  lastFlops: number | null;
  /** The most bytes that the values between the operations of a captured computation take at a time. */
  plannedBytes: number;
}

export class OnnxBackend extends tf.KernelBackend implements Recorder {
  readonly statistics: BackendStatistics = {
    compilations: 0,
    compileSeconds: 0,
    runs: 0,
    traces: 0,
    traceSeconds: 0,
    lastFlops: null,
    plannedBytes: 0,
  };
  /** What ONNX Runtime has no kernel or no type for. */
  readonly host = new Host();
  private readonly values = new tf.DataStorage<Value>(this, tf.engine());
  private readonly sessions = new LRUCache<string, Session>({
    maxSize: MOST_COMPILED_NODES,
    dispose: (session) => session.dispose(),
  });
  /** Where values lie from run to run. */
  readonly storage: Memory;
  readonly inSlices: boolean;
  private readonly rewrites: ReadonlyMap<string, Rewrite>;
  private pending: Operation[] = [];
  /** Died while an operation that may read them was pending. */
  private dead: Value[] = [];
  /** While a computation is traced: what feeds its values. */
  private feeds: Map<Value, Fill> | undefined;
  /** While a computation is traced: inputs that are zeros at every run. */
  private zeroed = new Set<Value>();
  /** What is recorded now belongs to it. */
  private segment: Segment | undefined;
  private sweepAt = SWEEP_AT;

  /** @throws Error with ONNX Runtime's message where the device is not there */
  constructor(
    readonly threads: number,
    readonly device: Device = 'cpu',
  ) {
    super();
    this.storage = storageOf(device, threads);
    this.inSlices = device === 'cpu';
    this.rewrites = rewritesOf(device);
  }

  // ---- Recorder: what kernels use ----

  op(type: string, inputs: readonly Input[], output: OutputSpec, attributes: Attributes = {}): View {
    const rewrite = this.rewrites.get(type);
    if (rewrite) return rewrite(this, inputs, output, attributes);
    const [view] = this.ops(type, inputs, [output], attributes);
    return view as View;
  }

  ops(type: string, inputs: readonly Input[], outputs: readonly OutputSpec[], attributes: Attributes = {}): View[] {
    const values = outputs.map(
      ({ shape, dtype }): Value => ({ shape, dtype, refs: 0, buffer: undefined, pooled: false }),
    );
    this.pending.push({ type, attributes, inputs, outputs: values, segment: this.segment });
    return values.map((value) => ({ value, shape: value.shape }));
  }

  /** A kernel's input as the graph sees it. */
  view(info: tf.TensorInfo): View {
    return { value: this.values.get(info.dataId), shape: info.shape };
  }

  zeros({ shape, dtype }: OutputSpec): View | undefined {
    if (this.feeds === undefined || this.device !== 'cpu') return undefined;
    const zeros = placeholder({ shape, dtype });
    this.zeroed.add(zeros.value);
    return zeros;
  }

  /** What a value is now and at every later run of what is recorded; undefined where that is not known. */
  known({ value }: View): Buffer | undefined {
    return this.feeds || value.buffer === undefined ? undefined : this.onHost(value);
  }

  /** A kernel's output as tfjs sees it. */
  tensor({ value, shape }: View): tf.TensorInfo {
    if (value.dtype === 'int64') throw new Error('an int64 value cannot leave the graph: tfjs has no such type');
    value.refs += 1;
    if (!this.values.has(value)) this.values.set(value, value);
    return { dataId: value, shape: [...shape], dtype: value.dtype };
  }

  /** Computes every live value now. @throws Error while a computation is traced: there is nothing to read yet */
  flush(): void {
    if (this.feeds) throw new Error('a value was read while a step was traced: it has none before the step runs');
    if (this.pending.length === 0) return;
    const graph = lower(this.pending);
    this.pending = [];
    this.sweepAt = SWEEP_AT;
    if (graph.nodes.length > 0) {
      const session = this.compile(graph);
      const feeds: Tensors = {};
      for (const { name, value } of graph.inputs) feeds[name] = this.tensorOf(value, this.placed(value));
      const fetches: Tensors = {};
      for (const { name, value } of graph.outputs) fetches[name] = this.allocate(value);
      this.run(session, feeds, fetches);
    }
    this.recycleDead();
  }

  /** Gives `value` memory of its own, for a session to write to. */
  allocate(value: Value): Tensors[string] {
    value.buffer = this.storage.take(value.dtype as DType, tf.util.sizeFromShape([...value.shape]));
    value.pooled = true;
    return this.tensorOf(value, value.buffer);
  }

  private tensorOf({ dtype, shape }: Value, content: Content): Tensors[string] {
    return this.storage.tensor(dtype as DType, content, shape);
  }

  /** A value's content, from now on where the graphs run. */
  private placed(value: Value): Content {
    const given = bufferOf(value);
    const placed = this.storage.place(value.dtype as DType, given);
    if (placed === given) return given;
    value.buffer = placed;
    value.pooled = true;
    return placed;
  }

  /** A value's content on the host: itself, or a copy. */
  private onHost(value: Value): Buffer {
    return this.storage.read(value.dtype as DType, bufferOf(value));
  }

  run(session: Session, feeds: Tensors, fetches: Tensors): void {
    runSession(session, feeds, fetches);
    this.statistics.runs += 1;
  }

  /**
   * Records what `trace` computes, without computing it.
   * @param trace gives the results; tensors fed in it take new content at every run, variables their value then, and
   * any other tensor that it uses stays as it is
   */
  capture(trace: () => tf.Tensor[], recomputed: Recomputed): Program {
    this.flush();
    const start = performance.now();
    const before = this.statistics.compileSeconds;
    const feeds = new Map<Value, Fill>();
    this.feeds = feeds;
    try {
      const results = tf.tidy(trace);
      const outputs = results.map((result) => this.computed(result));
      const variables = new Map(
        Object.values(tf.engine().registeredVariables).map((variable) => [this.values.get(variable.dataId), variable]),
      );
      const changes = (value: Value) => feeds.has(value) || variables.has(value);
      const operations = recompute(addInto(liveOperations(this.pending), this.zeroed), recomputed);
      this.statistics.lastFlops = matrixFlops(operations);
      this.statistics.plannedBytes = Math.max(this.statistics.plannedBytes, plannedBytes(operations));
      const graph = lower(operations, {
        asConstant: (value) =>
          changes(value) || value.buffer?.length !== 1 ? undefined : asConstant(value, this.onHost(value)),
      });
      const sourceOf = (value: Value) => {
        if (this.zeroed.has(value)) return { zerosFor: sumOf(operations, value) };
        return feeds.get(value) ?? variables.get(value) ?? this.onHost(value).slice();
      };
      this.compile(graph);
      const program = new Program(this, graph, outputs, sourceOf);
      for (const result of results) result.dispose();
      return program;
    } finally {
      this.pending = [];
      this.recycleDead();
      this.feeds = undefined;
      this.statistics.traces += 1;
      this.statistics.traceSeconds += (performance.now() - start) / 1000 - (this.statistics.compileSeconds - before);
    }
  }

  /** A result of what is being traced; one that is an input is copied, since a graph's output cannot be its input. */
  private computed({ dataId, shape }: tf.TensorInfo): View {
    const value = this.values.get(dataId);
    if (value.buffer === undefined) return { value, shape };
    const copy = this.op('Identity', [{ value, shape: value.shape }], value);
    copy.value.refs = 1;
    return { value: copy.value, shape };
  }

  /** Records what `compute` records as a part of the model, of which its result is kept. */
  inSegment<T extends tf.TensorInfo>(compute: () => T): T {
    const around = this.segment;
    const segment: Segment = { result: undefined };
    this.segment = segment;
    try {
      const result = compute();
      segment.result = this.values.get(result.dataId);
      return result;
    } finally {
      this.segment = around;
    }
  }

  /** Makes a tensor's content what `fill` gives, at every run of the computation that is being traced. */
  feed({ dataId }: tf.TensorInfo, fill: Fill): void {
    this.feeds?.set(this.values.get(dataId), fill);
  }

  /**
   * What a kernel on the host reads.
   * @throws HostKernelTraced while a computation is traced, where the value may be another when it runs
   */
  hostInput(id: tf.DataId): tf.BackendValues {
    if (this.feeds) {
      const value = this.values.get(id);
      const isVariable = Object.values(tf.engine().registeredVariables).some(({ dataId }) => dataId === id);
      if (value.buffer === undefined || this.feeds.has(value) || isVariable) throw new HostKernelTraced();
    }
    return this.readSync(id);
  }

  /** The memory of a value, computed first where it is pending. */
  memoryOf(info: tf.TensorInfo): Content {
    const value = this.values.get(info.dataId);
    if (value.buffer === undefined) this.flush();
    return this.placed(value);
  }

  /**
   * The memory of a value that is about to be changed in place: whatever reads the old content is computed first, and
   * memory that the caller of tf.tensor() still holds is copied.
   * @throws Error where another tensor shares the value
   */
  memoryToUpdate(info: tf.TensorInfo): Content {
    this.flush();
    const value = this.values.get(info.dataId);
    if (value.refs > 1) throw new Error('a value that several tensors share cannot be updated in place');
    const content = this.placed(value);
    if (value.pooled) return content;
    value.buffer = this.onHost(value).slice();
    value.pooled = true;
    return value.buffer;
  }

  /** Makes a value's memory the backend's own. */
  own({ dataId }: tf.TensorInfo): void {
    this.values.get(dataId).pooled = true;
  }

  /** Gives `variable` a copy of its value that no other tensor shares. */
  detach(variable: tf.Variable): void {
    const copy = tf.tensor(this.readSync(variable.dataId).slice(), variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }

  /** The session of a graph of this structure: to be run now, not to be kept, since it goes when it was not used for long. */
  compile(graph: Graph): Session {
    const known = this.sessions.get(graph.key);
    if (known) return known;
    const start = performance.now();
    const session = createSession(emit(graph), { threads: this.threads, device: this.device });
    this.sessions.set(graph.key, session, { size: Math.min(Math.max(1, graph.nodes.length), MOST_COMPILED_NODES) });
    this.statistics.compilations += 1;
    this.statistics.compileSeconds += (performance.now() - start) / 1000;
    return session;
  }

  /** Called before a kernel records: what it has recorded itself is not yet referred to. */
  sweep(): void {
    if (this.pending.length < this.sweepAt) return;
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
    const array = this.onHost(value);
    return value.pooled && array === value.buffer ? array.slice() : array;
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

  /** While operations are pending, one of them may still read a dead value. */
  private recycle(value: Value): void {
    if (!value.pooled || value.buffer === undefined) return;
    this.dead.push(value);
    if (this.pending.length === 0) this.recycleDead();
  }

  private recycleDead(): void {
    for (const { dtype, buffer } of this.dead) if (buffer !== undefined) this.storage.give(dtype as DType, buffer);
    for (const value of this.dead) value.buffer = undefined;
    this.dead = [];
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
    this.sessions.clear();
  }
}

/** What zeros are added up to. */
function sumOf(operations: readonly Operation[], zeros: Value): Value {
  const isSum = ({ inputs: [first = null] }: Operation) => isView(first) && first.value === zeros;
  return operations.find(isSum)?.outputs[0] as Value;
}

function bufferOf(value: Value): Content {
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
