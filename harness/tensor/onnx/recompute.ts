// Trades time for memory: what a gradient needs of a part of the model is computed again when it is needed instead of
// being kept since the forward pass (Chen et al., 2016, arXiv 1604.06174). The same operations on the same values give
// the same bits.
import { matrixFlops } from './flops.ts';
import { type Input, isView, type Operation, type Value } from './graph.ts';
import { placeholder } from './operation-list.ts';

/** What follows cheaply from what is kept anyway, or everything but the result of each segment (gradient checkpointing). */
export type Recomputed = 'cheap' | 'all';

const CHEAP = new Set([
  ...['Add', 'Mul', 'Softmax', 'Transpose', 'LayerNormalization', 'SimplifiedLayerNormalization'],
  ...['com.microsoft:Gelu', 'com.microsoft:QuickGelu', 'com.microsoft:RotaryEmbedding'],
]);
const PRODUCTS = new Set(['MatMul', 'com.microsoft:FusedMatMul', 'Gemm']);
/**
 * A product over so few elements costs about what those do: attention's, of a head's width or of a short sequence, and an
 * adapter's, of its rank.
 */
const CHEAP_INNER = 128;
const SMALL_TABLE = 4096;

/**
 * Where an operation outside a segment reads a value inside it that is not its result, lets it read a copy computed
 * again, just before the first that does.
 */
export function recompute(operations: readonly Operation[], recomputed: Recomputed): Operation[] {
  const producers = new Map(operations.flatMap((operation) => operation.outputs.map((value) => [value, operation])));
  const isInside = (value: Value) => {
    const segment = producers.get(value)?.segment;
    return segment !== undefined && segment.result !== value;
  };
  const isReadOutside = ({ value }: { readonly value: Value }, reader: Operation) =>
    isInside(value) && producers.get(value)?.segment !== reader.segment;

  const readOutside = new Set(
    operations.flatMap((reader) =>
      reader.inputs.filter(isView).flatMap((input) => (isReadOutside(input, reader) ? [input.value] : [])),
    ),
  );
  const again = new Set<Operation>();
  for (const operation of operations) {
    if (operation.segment === undefined) continue;
    const isThere = ({ value }: { readonly value: Value }) =>
      !isInside(value) || readOutside.has(value) || again.has(producers.get(value) as Operation);
    if (recomputed === 'all' || (isCheap(operation) && operation.inputs.filter(isView).every(isThere))) {
      again.add(operation);
    }
  }

  const copies = new Map<Operation, Operation>();
  const ordered: Operation[] = [];
  const fromCopy = (input: Input): Input => {
    if (!isView(input) || !isInside(input.value)) return input;
    const producer = producers.get(input.value) as Operation;
    if (!again.has(producer)) return input;
    return { ...input, value: copyOf(producer).outputs[producer.outputs.indexOf(input.value)] as Value };
  };
  const copyOf = (operation: Operation): Operation => {
    const known = copies.get(operation);
    if (known !== undefined) return known;
    const inputs = operation.inputs.map(fromCopy);
    const outputs = operation.outputs.map((output) => placeholder(output).value);
    const copy = { ...operation, inputs, outputs };
    copies.set(operation, copy);
    ordered.push(copy);
    return copy;
  };
  for (const operation of operations) {
    const inputs = operation.inputs.map((input) =>
      isView(input) && isReadOutside(input, operation) ? fromCopy(input) : input,
    );
    ordered.push({ ...operation, inputs });
  }
  return ordered;
}

function isCheap(operation: Operation): boolean {
  const {
    type,
    attributes,
    inputs: [first],
  } = operation;
  // A chain in chunks is; over the blocks of a product it is not.
  if (type === 'Scan') return matrixFlops([operation]) === 0;
  if (CHEAP.has(type)) return true;
  if (first === null || first === undefined) return false;
  // The mask of a dropout, which is kept as bytes.
  if (type === 'Gather') return first.shape.reduce((a, b) => a * b, 1) <= SMALL_TABLE;
  if (!PRODUCTS.has(type)) return false;
  return (first.shape.at(attributes.transA === 1 ? -2 : -1) ?? 0) <= CHEAP_INNER;
}
