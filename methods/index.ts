// The list of methods. A new one adds its row here.
import { InputError } from '../harness/contracts/input-error.ts';
import type { Method } from '../harness/contracts/method.ts';
import { nearestName } from '../harness/contracts/nearest.ts';
import { frozen } from './frozen.ts';
import { full } from './full.ts';
import { lora } from './lora.ts';
import { xgblora } from './xgblora.ts';

export const METHODS: readonly Method[] = [frozen, full, lora, xgblora];

/** @throws InputError naming the nearest method */
export function methodByName(name: string): Method {
  const method = METHODS.find((candidate) => candidate.name === name);
  if (method !== undefined) return method;
  const names = METHODS.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  throw new InputError(`unknown method "${name}"${hint}, expected one of: ${names.join(', ')}`);
}
