// Counts the floating-point operations of matrix products, which are nearly all that a transformer does.
import { bodyOf, isView, type Operation } from './graph.ts';

const PRODUCTS = new Set(['MatMul', 'Gemm', 'com.microsoft:FusedMatMul']);

/** Two operations (multiply, add) for each element of a product and of the dimension summed over. */
export function matrixFlops(operations: readonly Operation[]): number {
  return operations.reduce((sum, operation) => sum + flopsOf(operation), 0);
}

function flopsOf(operation: Operation): number {
  const {
    type,
    attributes,
    inputs,
    outputs: [output],
  } = operation;
  const body = bodyOf(operation);
  // The last input of a Scan is cut into slices.
  if (body !== undefined) return (inputs.at(-1)?.shape[0] ?? 0) * matrixFlops(body.operations);
  const [left] = inputs;
  if (!PRODUCTS.has(type) || left === undefined || left === null || !isView(left) || output === undefined) return 0;
  const inner = left.shape.at(attributes.transA === 1 ? -2 : -1) ?? 0;
  return 2 * inner * output.shape.reduce((a, b) => a * b, 1);
}
