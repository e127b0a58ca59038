// Takes an LLM-Adapters instruction apart: "<prefix> <question>\n\nAnswer1: ... Answer2: ...\n\nAnswer format: answer1/answer2".
// WinoGrande's has a space, not an empty line, before its answer format.
import { InputError } from '../harness/contracts/input-error.ts';
import { describe } from '../harness/formats/json.ts';

/** How a task words its instructions: options marked `<marker>1:`, `<marker>2:`, ..., or the same for every question. */
export type InstructionForm =
  | { readonly prefix: string; readonly marker: string }
  | { readonly prefix: string; readonly options: readonly string[] };

export interface Instruction {
  readonly question: string;
  readonly options: readonly string[];
  /** What the answer may be, by option: `answer1`, `answer2`, ... */
  readonly answers: readonly string[];
}

const ANSWER_FORMAT = 'Answer format:';

/**
 * @param forms what it may be; the first whose prefix it begins with is taken
 * @param where file and row, for error messages
 * @throws InputError where the instruction is of no form, or its options do not agree with its answer format
 */
export function parseInstruction(instruction: string, forms: readonly InstructionForm[], where: string): Instruction {
  const refuse = (problem: string) =>
    new InputError(`${where}: ${problem} in the instruction ${describe(instruction)}`);
  const form = forms.find(({ prefix }) => instruction.startsWith(prefix));
  if (form === undefined) {
    const prefixes = [...new Set(forms.map(({ prefix }) => describe(prefix)))];
    throw refuse(`no ${prefixes.join(' or ')} at the beginning`);
  }
  const formatAt = instruction.lastIndexOf(ANSWER_FORMAT);
  if (!/\s/.test(instruction.charAt(formatAt - 1))) throw refuse('no "Answer format:" after a space or a line end');
  const format = instruction.slice(formatAt + ANSWER_FORMAT.length).trim();
  const answers = format.split('/');
  const body = instruction.slice(form.prefix.length, formatAt);

  const expected = 'options' in form ? form.options : answers.map((_, i) => `${form.marker.toLowerCase()}${i + 1}`);
  if (answers.length < 2 || answers.join('/') !== expected.join('/')) {
    throw refuse(`answer format ${describe(format)}, expected ${expected.join('/')}`);
  }
  const [question = '', ...options] =
    'options' in form ? [body, ...form.options] : splitAtMarkers(body, form.marker, answers.length, refuse);
  if (question.trim() === '') throw refuse('an empty question');
  const empty = options.findIndex((option) => option.trim() === '');
  if (empty !== -1) throw refuse(`an empty option ${empty + 1}`);
  return { question: question.trim(), options: options.map((option) => option.trim()), answers };
}

/**
 * The question, then the options. Markers are looked for in sequence, each after the one before, so that an option may
 * speak of an earlier marker. The first stands at the beginning of a paragraph.
 */
function splitAtMarkers(
  body: string,
  marker: string,
  count: number,
  refuse: (problem: string) => InputError,
): string[] {
  const parts: string[] = [];
  let rest = body;
  for (let i = 1; i <= count; i++) {
    const mark = new RegExp(`${i === 1 ? '\\n' : '\\s'}${marker}${i}:`).exec(rest);
    if (mark === null) throw refuse(`no "${marker}${i}:", though the answer format has ${count} options,`);
    parts.push(rest.slice(0, mark.index));
    rest = rest.slice(mark.index + mark[0].length);
  }
  if (new RegExp(`\\s${marker}${count + 1}:`).test(rest)) {
    throw refuse(`"${marker}${count + 1}:", though the answer format has ${count} options,`);
  }
  return [...parts, rest];
}
