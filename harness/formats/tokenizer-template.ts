// Where special tokens stand around one text or two: the `post_processor` of tokenizer.json as one kind of template.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';

/** Special tokens, or the place of the first (0) or second (1) text. */
export type TemplateItem =
  | { readonly ids: readonly number[]; readonly typeId: number }
  | { readonly sequence: 0 | 1; readonly typeId: number };

export interface Template {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
}

/**
 * TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel (which adds nothing), one of these within a Sequence, or null.
 * @throws InputError for anything else
 */
export function parsePostProcessor(value: unknown, where: string): Template {
  if (value === null || value === undefined) return PLAIN;
  const processor = objectAt(value, 'post_processor', where);
  switch (processor.type) {
    case 'TemplateProcessing':
      return {
        single: parseItems(processor.single, processor.special_tokens, `${where}: post_processor.single`),
        pair: parseItems(processor.pair, processor.special_tokens, `${where}: post_processor.pair`),
      };
    case 'BertProcessing': {
      const [cls, sep] = [special(processor.cls, 'cls', where), special(processor.sep, 'sep', where)];
      const single = [fixed(cls, 0), text(0, 0), fixed(sep, 0)];
      return { single, pair: [...single, text(1, 1), fixed(sep, 1)] };
    }
    case 'RobertaProcessing': {
      const [cls, sep] = [special(processor.cls, 'cls', where), special(processor.sep, 'sep', where)];
      const single = [fixed(cls, 0), text(0, 0), fixed(sep, 0)];
      return { single, pair: [...single, fixed(sep, 0), text(1, 0), fixed(sep, 0)] };
    }
    case 'ByteLevel':
      return PLAIN;
    case 'Sequence':
      return parseSequence(processor.processors, where);
    default:
      throw new InputError(
        `${where}: post_processor has type ${quoted(processor.type)}, expected TemplateProcessing, BertProcessing or RobertaProcessing`,
      );
  }
}

/** Bos, text, eos, and the same again for a second text: LlamaTokenizerFast.update_post_processor of transformers 4. */
export function bosEosTemplate(bos: number | undefined, eos: number | undefined): Template {
  const around = (sequence: 0 | 1): TemplateItem[] => [
    ...(bos === undefined ? [] : [fixed(bos, sequence)]),
    text(sequence, sequence),
    ...(eos === undefined ? [] : [fixed(eos, sequence)]),
  ];
  return { single: around(0), pair: [...around(0), ...around(1)] };
}

const fixed = (id: number, typeId: number): TemplateItem => ({ ids: [id], typeId });
const text = (sequence: 0 | 1, typeId: number): TemplateItem => ({ sequence, typeId });

/** The two texts and nothing else. The Rust library gives the second one type 1. */
const PLAIN: Template = { single: [text(0, 0)], pair: [text(0, 0), text(1, 1)] };

function parseSequence(value: unknown, where: string): Template {
  if (!Array.isArray(value))
    throw new InputError(`${where}: post_processor.processors is ${quoted(value)}, expected a list`);
  const templates = value.map((processor) => parsePostProcessor(processor, where)).filter((each) => each !== PLAIN);
  if (templates.length > 1)
    throw new InputError(`${where}: post_processor adds special tokens ${templates.length} times, expected once`);
  return templates[0] ?? PLAIN;
}

function parseItems(value: unknown, specialTokens: unknown, where: string): TemplateItem[] {
  if (!Array.isArray(value)) throw new InputError(`${where} is ${quoted(value)}, expected a list`);
  return value.map((entry, index): TemplateItem => {
    const at = `${where}[${index}]`;
    const item = isJsonObject(entry) ? entry : {};
    if (isJsonObject(item.SpecialToken)) {
      const { id, type_id: typeId } = item.SpecialToken;
      const token = typeof id === 'string' && isJsonObject(specialTokens) ? specialTokens[id] : undefined;
      const ids = isJsonObject(token) ? token.ids : undefined;
      if (!Array.isArray(ids) || !ids.every(isIndex))
        throw new InputError(`${at} names ${quoted(id)}, expected a key of special_tokens with its ids`);
      return { ids, typeId: typeIdAt(typeId, at) };
    }
    if (isJsonObject(item.Sequence)) {
      const { id, type_id: typeId } = item.Sequence;
      if (id !== 'A' && id !== 'B') throw new InputError(`${at} names the sequence ${quoted(id)}, expected A or B`);
      return text(id === 'A' ? 0 : 1, typeIdAt(typeId, at));
    }
    throw new InputError(`${at} is ${quoted(entry)}, expected SpecialToken or Sequence`);
  });
}

function typeIdAt(value: unknown, where: string): number {
  if (isIndex(value)) return value;
  throw new InputError(`${where} has type_id ${quoted(value)}, expected a whole number`);
}

/** A `[token, id]` pair. */
function special(value: unknown, key: string, where: string): number {
  const id: unknown = Array.isArray(value) ? value[1] : undefined;
  if (isIndex(id)) return id;
  throw new InputError(`${where}: post_processor.${key} is ${quoted(value)}, expected [token, id]`);
}

function objectAt(value: unknown, key: string, where: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new InputError(`${where}: ${key} is ${quoted(value)}, expected an object`);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
