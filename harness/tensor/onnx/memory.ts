// Where the content of values lies between runs: on the host, or on the device that computes.
import type { Buffer, DType, ElementType } from './element.ts';
import type { Tensor } from './runtime.ts';

/** Elements on a device; sessions there read and write them, nobody else. */
export class DeviceBuffer {
  /** @param tensor of shape [length]; holds the memory */
  constructor(
    readonly tensor: Tensor,
    readonly length: number,
  ) {}
}

export type Content = Buffer | DeviceBuffer;

/** Memory of one kind. An array of the host may stand for content anywhere: a session takes it to its device itself. */
export interface Memory {
  /** Room for `size` elements; what is in it is whatever was there. */
  take(dtype: DType, size: number): Content;
  /** Takes back what nobody reads any more. */
  give(dtype: DType, content: Content): void;
  /** The content as it should be kept from run to run: itself, or a copy where the graphs run. */
  place(dtype: DType, content: Content): Content;
  /** The content on the host: itself, or a copy. */
  read(dtype: DType, content: Content): Buffer;
  /**
   * What a session is given to read or to write.
   * @param start the first element, where a part is meant; of a device's buffer there are no parts
   */
  tensor(dtype: ElementType, content: Content, shape: readonly number[], start?: number): Tensor;
}
