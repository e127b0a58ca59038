// The tfjs backend `onnx`: kernels record operations, reading a value compiles what is live to one ONNX graph and runs
// it. Compiled graphs are cached by structure. Buffers go back to a pool when tfjs disposes of their tensors.
import * as tf from '@tensorflow/tfjs';
import type { Device } from '../device-names.ts';
import { addInto } from './add-into.ts';
import { rewritesOf, storageOf } from './devices.ts';
import { matrixFlops } from './flops.ts';
import type { Buffer, DType, PackedType } from './element.ts';
import type { Attributes, Graph, Input, Operation, OutputSpec, Recorder, Segment, Value, View } from './graph.ts';
import { liveOperations, lower } from './lower.ts';
import { Host, HostKernelTraced, livesOnHost } from './host.ts';
import { arrayOf, supported } from './host-memory.ts';
import { inPlace } from './in-place.ts';
import type { Content, Memory } from './memory.ts';
import { placeholder } from './operation-list.ts';
import { plannedBytes } from './plan-memory.ts';
import { type Fill, Program } from './program.ts';
import { type Recomputed, recompute } from './recompute.ts';
import { runSession, type Session, type Tensors } from './runtime.ts';
import { SessionCache } from './session-cache.ts';
import { noStatistics } from './statistics.ts';
import { Trace } from './trace.ts';
import type { Rewrite } from './webgpu-operators.ts';

/** Operations recorded before those that died unread are swept. */
const SWEEP_AT = 20_000;

export class OnnxBackend extends tf.KernelBackend implements Recorder {
  readonly statistics = noStatistics();
  /** What ONNX Runtime has no kernel or no type for. */
  readonly host = new Host();
  private readonly values = new tf.DataStorage<Value>(this, tf.engine());
  private readonly sessions: SessionCache;
  /** Where values lie from run to run. */
  readonly storage: Memory;
  readonly inSlices: boolean;
  private readonly rewrites: ReadonlyMap<string, Rewrite>;
  private pending: Operation[] = [];
  /** Died while an operation that may read them was pending. */
  private dead: Value[] = [];
  /** While a computation is traced. */
  private trace: Trace | undefined;
  /** What is recorded now belongs to it. */
  private segment: Segment | undefined;
  private sweepAt = SWEEP_AT;

  /** @throws Error with ONNX Runtime's message where the device is not there */
  constructor(
    readonly threads: number,
    readonly device: Device = 'cpu',
  ) {
    super();
    this.sessions = new SessionCache({ threads, device }, (seconds) => {
      this.statistics.compileSeconds += seconds;
    });
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
    const views = outputs.map(placeholder);
    const values = views.map(({ value }) => value);
    this.pending.push({ type, attributes, inputs, outputs: values, segment: this.segment });
    return views;
  }

  /** A kernel's input as the graph sees it. */
  view(info: tf.TensorInfo): View {
    return { value: this.values.get(info.dataId), shape: info.shape };
  }

  zeros(spec: OutputSpec): View | undefined {
    if (this.trace === undefined || this.device !== 'cpu') return undefined;
    const zeros = placeholder(spec);
    this.trace.zeros.add(zeros.value);
    return zeros;
  }

  /** What a value is now and at every later run of what is recorded; undefined where that is not known. */
  known({ value }: View): Buffer | undefined {
    return this.trace || value.buffer === undefined ? undefined : this.onHost(value);
  }

  /** A kernel's output as tfjs sees it. */
  tensor({ value, shape }: View): tf.TensorInfo {
    const { dtype } = value;
    if (dtype === 'int64' || dtype === 'uint8' || dtype === 'int8' || dtype === 'float16') {
      throw new Error(`a value of type ${dtype} cannot leave the graph: tfjs has no such type`);
    }
    value.refs += 1;
    if (!this.values.has(value)) this.values.set(value, value);
    return { dataId: value, shape: [...shape], dtype };
  }

  /** Computes every live value now. @throws Error while a computation is traced: there is nothing to read yet */
  flush(): void {
    if (this.trace) throw new Error('a value was read while a step was traced: it has none before the step runs');
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
      runSession(session, feeds, fetches);
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
    return this.storage.tensor(dtype, content, shape);
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

  /**
   * Records what `record` computes, without computing it.
   * @param record gives the results; tensors fed in it take new content at every run, variables their value then, and
   * any other tensor that it uses stays as it is
   */
  capture(record: () => tf.Tensor[], recomputed: Recomputed): Program {
    this.flush();
    const start = performance.now();
    const before = this.statistics.compileSeconds;
    const trace = new Trace();
    this.trace = trace;
    try {
      const results = tf.tidy(record);
      const outputs = results.map((result) => this.computed(result));
      const variables = new Map(
        Object.values(tf.engine().registeredVariables).map((variable) => [this.values.get(variable.dataId), variable]),
      );
      const operations = recompute(addInto(liveOperations(this.pending), trace.zeros), recomputed);
      this.statistics.lastFlops = matrixFlops(operations);
      // Where two outputs can be one memory.
      const inside = this.device === 'cpu' ? inPlace(operations) : new Map<Value, Value>();
      this.statistics.plannedBytes = Math.max(this.statistics.plannedBytes, plannedBytes(operations, inside));
      const { graph, sourceOf } = trace.lower(operations, variables, (value) => this.onHost(value), inside);
      this.compile(graph);
      const program = new Program(this, graph, outputs, sourceOf, inside);
      for (const result of results) result.dispose();
      return program;
    } finally {
      this.pending = [];
      this.recycleDead();
      this.trace = undefined;
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
    this.trace?.feeds.set(this.values.get(dataId), fill);
  }

  /**
   * What a kernel on the host reads.
   * @throws HostKernelTraced while a computation is traced, where the value may be another when it runs
   */
  hostInput(id: tf.DataId): tf.BackendValues {
    if (this.trace) {
      const value = this.values.get(id);
      const isVariable = Object.values(tf.engine().registeredVariables).some(({ dataId }) => dataId === id);
      if (value.buffer === undefined || this.trace.feeds.has(value) || isVariable) throw new HostKernelTraced();
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
    return this.sessions.of(graph);
  }

  /** Called before a kernel records: what it has recorded itself is not yet referred to. */
  sweep(): void {
    if (this.pending.length < this.sweepAt) return;
    this.pending = liveOperations(this.pending);
    this.sweepAt = Math.max(SWEEP_AT, 2 * this.pending.length);
  }

  // ---- KernelBackend: what tfjs uses ----

  private written(values: tf.BackendValues, shape: number[], dtype: tf.DataType, refs: number): Value {
    return { shape, dtype: supported(dtype), refs, buffer: arrayOf(values, dtype), pooled: false };
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (livesOnHost(dtype)) return this.host.cpu.write(values, shape, dtype);
    const value = this.written(values, shape, dtype, 1);
    this.values.set(value, value);
    return value;
  }

  /** Packed weights, elements of `dtype` in their bytes, as a tensor that only kernels made for them can read. */
  hold(bytes: Uint8Array, dtype: PackedType, shape: readonly number[]): tf.TensorInfo {
    const value: Value = { shape, dtype, refs: 1, buffer: bytes, pooled: false };
    this.values.set(value, value);
    return { dataId: value, shape: [bytes.length], dtype: 'bool' };
  }

  override move(id: tf.DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refs: number): void {
    if (livesOnHost(dtype)) this.host.cpu.move(id, values, shape, dtype, refs);
    else this.values.set(id, this.written(values, shape, dtype, refs));
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

function bufferOf(value: Value): Content {
  if (value.buffer === undefined)
    throw new Error(`a value of shape [${value.shape.join(', ')}] was read before it was computed`);
  return value.buffer;
}
