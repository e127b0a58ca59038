// Where the gradient of a look-up is added to another gradient of the same table (a tied embedding), its rows are added to
// that one's in place of zeros: a table less to fill, to hold and to add up.
import { isView, type Operation, type Value, type View } from './graph.ts';

/** @param zeros what such gradients begin from */
export function addInto(operations: readonly Operation[], zeros: ReadonlySet<Value>): Operation[] {
  const scatters = new Map<Value, Operation>();
  for (const operation of operations) {
    const [table = null] = operation.inputs;
    const [sum] = operation.outputs;
    if (isView(table) && zeros.has(table.value) && sum !== undefined && sum.refs === 0) scatters.set(sum, operation);
  }
  const replaced = new Map<Operation, Operation>();
  const dropped = new Set<Operation>();
  for (const operation of operations) {
    const found = scatterOf(operation, scatters);
    if (found === undefined || readersOf(found.sum, operations) !== 1) continue;
    const [, ...rest] = found.scatter.inputs;
    replaced.set(operation, { ...found.scatter, inputs: [found.other, ...rest], outputs: operation.outputs });
    dropped.add(found.scatter);
  }
  return operations
    .filter((operation) => !dropped.has(operation))
    .map((operation) => replaced.get(operation) ?? operation);
}

interface Found {
  readonly scatter: Operation;
  readonly sum: Value;
  /** What the scatter's result is added to. */
  readonly other: View;
}

function scatterOf(
  { type, inputs, outputs: [output] }: Operation,
  scatters: ReadonlyMap<Value, Operation>,
): Found | undefined {
  if (type !== 'Add' || output === undefined) return undefined;
  const [left, right] = inputs.map((input) => (isView(input) ? input : undefined));
  for (const [one, other] of [
    [left, right],
    [right, left],
  ]) {
    const scatter = one && scatters.get(one.value);
    if (one === undefined || other === undefined || scatter === undefined) continue;
    const shapes = [one.value, one, other, output].map(({ shape }) => shape.join());
    if (new Set(shapes).size === 1) return { scatter, sum: one.value, other };
  }
  return undefined;
}

const readersOf = (value: Value, operations: readonly Operation[]): number =>
  operations.filter(({ inputs }) => inputs.some((input) => isView(input) && input.value === value)).length;
