// Computations of batches: traced once for each shape, then replayed.
import { type Captured, type CaptureOptions, capture, type tf } from '../tensor/index.ts';

export interface Replay<Batch> {
  /** The results for a batch. The caller disposes of them. */
  run(batch: Batch): tf.Tensor[];
  /** Forgets what was traced. */
  clear(): void;
}

/**
 * @param shapeOf equal for batches that the same captured computation serves
 * @param trace as of `capture`, from a batch that changes while its shape stays
 */
export function createReplay<Batch>(
  shapeOf: (batch: Batch) => string,
  trace: (current: () => Batch) => tf.Tensor[],
  options?: CaptureOptions,
): Replay<Batch> {
  const captured = new Map<string, Captured>();
  let current: Batch;
  return {
    run(batch) {
      current = batch;
      const shape = shapeOf(batch);
      const program = captured.get(shape) ?? capture(() => trace(() => current), options);
      captured.set(shape, program);
      return program.run();
    },
    clear: () => captured.clear(),
  };
}
