// What tensors consist of, and the arrays that hold it.

export type DType = 'float32' | 'int32' | 'bool';
/** What packed weights consist of. tfjs, which has no such types, sees their bytes, and so does a buffer. */
export type PackedType = 'uint8' | 'int8' | 'float16';
/** int64 only between operations: tfjs does not have it. */
export type ElementType = DType | 'int64' | PackedType;
export type Buffer = Float32Array | Int32Array | Uint8Array;

/** ONNX's numbers of them (TensorProto.DataType). */
export const ELEMENT_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};
