// Rows of LLM-Adapters' JSON: instructions whose text holds question, options and the form of the answer, taken apart again.
import type { ChoiceExample, DataFile } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { describe, readJsonArray } from '../harness/formats/json.ts';
import { type InstructionForm, parseInstruction } from './commonsense-instruction.ts';

/**
 * @param forms the wordings that rows may have
 * @throws InputError naming file and row of what is of none of them
 */
export function readCommonsenseRows(file: DataFile, split: string, forms: readonly InstructionForm[]): ChoiceExample[] {
  const rows = readJsonArray(file.read(), file.path);
  if (rows.length === 0) throw new InputError(`${file.path}: no rows`);
  return rows.map((row, i) => {
    const where = `${file.path}, row ${i + 1}`;
    const instruction = stringOf(row, 'instruction', where);
    const answer = stringOf(row, 'answer', where);
    const { question, options, answers } = parseInstruction(instruction, forms, where);
    const label = answers.indexOf(answer);
    if (label === -1) throw new InputError(`${where}: answer ${describe(answer)}, expected ${answers.join(' or ')}`);
    return { id: `${split}-${i}`, question, options, label, instruction, answers };
  });
}

function stringOf(row: unknown, key: string, where: string): string {
  const value = row !== null && typeof row === 'object' ? Reflect.get(row, key) : undefined;
  if (typeof value === 'string') return value;
  throw new InputError(`${where}: "${key}" is ${describe(value)}, expected a text`);
}
